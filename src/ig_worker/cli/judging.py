"""The classifier by hand: one text, a file of labelled texts, a training."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_fields

if TYPE_CHECKING:
    from ig_worker.training import TrainingReport

MOST_LETTERS_IN_A_CELL = 1_000_000


@click.command()
@click.argument("text")
@as_json
@pass_desk
def classify(desk: Desk, text: str, as_json: bool) -> None:
    """What the worker would make of a comment or message with this text."""
    verdict = desk.classifier().judge(text)
    if as_json:
        show_document(vars(verdict))
        return
    shares = sorted(verdict.probabilities.items(), key=lambda item: -item[1])
    show_fields(
        {
            "label": f"{verdict.label} ({verdict.confidence:.0%})",
            "topic": verdict.topic,
            "auto_thank": verdict.auto_thank,
            "needs_review": verdict.needs_review,
            "opens_case": verdict.opens_case,
            "danger": verdict.danger,
            "probabilities": ", ".join(f"{label} {share:.0%}" for label, share in shares),
        }
    )
    for reason in verdict.reasons:
        click.echo(f"- {reason}")


@click.group()
def classifier() -> None:
    """How good the classifier is, and teaching it."""


commands = (classify, classifier)


@classifier.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@pass_desk
def evaluate(desk: Desk, file: Path, as_json: bool) -> None:
    """Measure the classifier on a CSV file with the columns text and label."""
    from ig_worker.domain.classifier import evaluate as measure

    try:
        result = measure(desk.classifier(), _labelled(file)).as_json()
    except ValueError as error:
        raise NotDone(
            f"{file}: {error}", cure="write text and label in every row, as UTF-8, separated by commas"
        ) from None
    if as_json:
        show_document(result)
        return
    show_fields(
        {
            name: f"{value:.3f}" if isinstance(value, float) else value
            for name, value in result.items()
            if not isinstance(value, dict)
        }
    )
    for label, line in result["per_label"].items():
        click.echo(
            f"{label:<11} precision {line['precision']:.3f}  recall {line['recall']:.3f}"
            f"  f1 {line['f1']:.3f}  n {line['n']}"
        )


@classifier.command()
@click.option(
    "--sentences",
    type=click.Path(path_type=Path),
    help="A folder with the CSV files to learn from. Without it: the sentences that came with ig-worker.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the model goes. With corrections: data_dir/classifier_model.json, which the worker uses.",
)
@click.option(
    "--with-corrections",
    is_flag=True,
    help="Learn from the labels that people have set, too, if nothing gets worse.",
)
@pass_desk
def train(desk: Desk, sentences: Path | None, out: Path | None, with_corrections: bool) -> None:
    """Teach a classifier and say how well it learned (needs the extra "train")."""
    from ig_worker import training

    folder = sentences or training.shipped_sentences()
    if with_corrections:
        _learn_again(desk, folder, out)
    elif out is None:
        raise click.UsageError("Without --with-corrections, --out must say where the model goes.")
    else:
        _tell_of(training.train(folder, out), out)


def _learn_again(desk: Desk, folder: Path, out: Path | None) -> None:
    from ig_worker import own_classifier, training
    from ig_worker.store import corrections

    with desk.database() as database, database.reading() as connection:
        said = corrections.set_by_people(connection)
    place = out or own_classifier.file_in(desk.settings.data_dir)
    comparison, report = training.train_with_corrections(folder, said, place)
    click.echo(f"{comparison.corrections} corrections, measured on what was held out of both trainings:")
    click.echo(comparison.table())
    if report is None:
        raise NotDone(
            f"the new model was not taken, because it is worse: {'; '.join(comparison.worse())}",
            cure="the model in use stays; look through the labels that people have set, then try again",
        )
    click.echo("Nothing is worse: the new model is taken. A running worker uses it from its next start.")
    _tell_of(report, place)


def _tell_of(report: TrainingReport, out: Path) -> None:
    click.echo(
        f"{out}: learned from {report.sentences} sentences; held out: accuracy {report.accuracy:.3f},"
        f" macro F1 {report.macro_f1:.3f}, topics {report.topic_accuracy:.3f},"
        f" calibration error {report.expected_calibration_error:.3f}"
    )
    click.echo(report.table())


def _labelled(file: Path) -> list[tuple[str, str]]:
    """The rows (text, label); ValueError where the file is not such a one."""
    csv.field_size_limit(MOST_LETTERS_IN_A_CELL)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        try:
            missing = {"text", "label"} - set(rows.fieldnames or ())
            if missing:
                raise ValueError(f"the column {' and '.join(sorted(missing))} is missing")
            return [(row["text"] or "", (row["label"] or "").strip()) for row in rows]
        except csv.Error as error:
            raise ValueError(f"line {rows.line_num} is not CSV: {error}") from None
        except UnicodeDecodeError as error:
            raise ValueError(f"this is not UTF-8 text (byte {error.start + 1})") from None
