"""The classifier by hand: one text, a file of labelled texts, a training."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import as_json
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_fields

if TYPE_CHECKING:
    from ig_worker.domain.classifier import Classifier

MOST_LETTERS_IN_A_CELL = 1_000_000


@click.command()
@click.argument("text")
@as_json
def classify(text: str, as_json: bool) -> None:
    """What the worker would make of a comment or message with this text."""
    verdict = _classifier().judge(text)
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
def evaluate(file: Path, as_json: bool) -> None:
    """Measure the classifier on a CSV file with the columns text and label."""
    from ig_worker.domain.classifier import evaluate as measure

    try:
        result = measure(_classifier(), _labelled(file)).as_json()
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
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the model goes."
)
def train(sentences: Path | None, out: Path) -> None:
    """Teach a classifier and say how well it learned (needs the extra "train")."""
    from ig_worker import training

    report = training.train(sentences or training.shipped_sentences(), out)
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


def _classifier() -> Classifier:
    from ig_worker import shipped
    from ig_worker.domain.classifier import Classifier

    model: dict[str, Any] = shipped.classifier_model()
    return Classifier(model)
