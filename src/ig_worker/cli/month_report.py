"""The month's evaluation: ``insights report``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, month_of, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.figures import insights
from ig_worker.cli.filing import STDOUT, place_of, to_stdout
from ig_worker.cli.showing import show_document

if TYPE_CHECKING:
    from ig_worker.domain.month import Month
    from ig_worker.flows.evaluating.papers import Papers
    from ig_worker.store.database import Database

CHOICES = ("pdf", "xlsx", "text", "json", "all")


@insights.command()
@click.option("--month", "written", metavar="YYYY-MM", help="Which month; without it the last one.")
@of_account
@click.option(
    "--format",
    "chosen",
    type=click.Choice(CHOICES, case_sensitive=False),
    multiple=True,
    help="May be repeated; by default PDF, XLSX and the short text, or what PATH ends with.",
)
@click.option(
    "--out",
    "--output",
    "-o",
    "out",
    metavar="PATH",
    help="A folder, or a file for one format, or - for stdout; by default data_dir/reports/ACCOUNT.",
)
@as_json
@pass_desk
def report(
    desk: Desk,
    written: str | None,
    account: str | None,
    chosen: Sequence[str],
    out: str | None,
    as_json: bool,
) -> None:
    """The month's evaluation, as PDF, XLSX and a short text for the WhatsApp group.

    Followers, reach, posts against the plan, best hours, audience, messages, cases, and what changed. Of a month that
    still runs, what there is so far.
    """
    from ig_worker.domain.month import Month
    from ig_worker.evaluation_desk import evaluator, papers

    name = desk.account(account)
    month = month_of(written) if written else Month.before(desk.now().astimezone(desk.settings.zone))
    made = papers(desk.settings)
    forms = _forms(chosen, out, as_json=as_json)
    _require_begun(desk, month)
    with desk.database() as database:
        _warn_of_nothing(desk, database, month, name)
        if sys.stderr.isatty():
            click.echo(f"Making the evaluation of {month} …", err=True)
        doc = evaluator(desk.settings, database, desk).gather(month, name)
    if out == STDOUT:
        (form,) = forms
        to_stdout(lambda path: made.make(doc, form, path), form, desk.settings.data_dir)
        return
    paths = _write(desk, made, doc, forms, out, month, name)
    if as_json:
        show_document(doc)
    else:
        _tell(desk, doc, month, paths)


def _forms(chosen: Sequence[str], out: str | None, *, as_json: bool) -> tuple[str, ...]:
    """The forms to be written, in their order."""
    from ig_worker.flows.evaluating.papers import ENDINGS, FORMS

    wanted = {form.lower() for form in chosen}
    if "all" in wanted:
        wanted |= set(FORMS)
    if out is not None and not wanted:
        ending = Path(out).suffix.lstrip(".").lower()
        wanted = {form for form, each in ENDINGS.items() if each == ending}
        if out == STDOUT:
            wanted = {"json" if as_json else "text"}
    if not wanted and not (as_json and out is None):
        wanted = set(FORMS)
    forms = tuple(form for form in ENDINGS if form in wanted)
    if len(forms) > 1 and out is not None and (out == STDOUT or not Path(out).expanduser().is_dir()):
        raise click.UsageError(
            f"--out {out}: one place for {len(forms)} files; name a folder, or one --format"
        )
    if as_json and out == STDOUT and forms != ("json",):
        raise click.UsageError("--json and --out - both want stdout; leave one out")
    return forms


def _require_begun(desk: Desk, month: Month) -> None:
    begin, _ = month.span(desk.settings.zone)
    if begin > desk.now():
        raise NotDone(f"{month} has not begun yet", cure="name a month that has")


def _warn_of_nothing(desk: Desk, database: Database, month: Month, account: str) -> None:
    """An evaluation of nothing says so on every page; whoever named the wrong month should hear it here."""
    from ig_worker.store.known_since import known_since

    zone = desk.settings.zone
    with database.reading() as connection:
        since = known_since(connection, account)
    if since is None:
        click.echo(
            f"Nothing was measured of {account} yet: ig-worker insights collect begins with it.", err=True
        )
    elif since >= month.span(zone)[1]:
        click.echo(
            f"Nothing was measured of {account} in {month}; from {since.astimezone(zone):%Y-%m} on there is.",
            err=True,
        )


def _write(
    desk: Desk,
    papers: Papers,
    doc: dict[str, Any],
    forms: Sequence[str],
    out: str | None,
    month: Month,
    name: str,
) -> list[Path]:
    paths = []
    for form in forms:
        path = place_of(out, desk.settings.data_dir / papers.place(form, month, name))
        papers.make(doc, form, path)
        paths.append(path)
    return paths


def _tell(desk: Desk, doc: dict[str, Any], month: Month, paths: Sequence[Path]) -> None:
    from ig_worker.domain.evaluation.whatsapp import short_text

    for path in paths:
        click.echo(path)
    click.echo()
    click.echo(short_text(doc))
