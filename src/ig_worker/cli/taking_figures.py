"""Figures as a file for the centre's own sheets: ``insights export``."""

from __future__ import annotations

import click

from ig_worker.cli.desk import Desk, month_of, of_account, pass_desk
from ig_worker.cli.figures import insights
from ig_worker.cli.filing import STDOUT, form_of, out_option, place_of, to_stdout

FORMS = ("xlsx", "csv")
TABLES = ("days", "posts", "stories", "audience")


@insights.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS, case_sensitive=False),
    help="By default what PATH ends with, or xlsx; csv where --table is given.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="So many of Meta's days; by default 30.")
@click.option("--month", metavar="YYYY-MM", help="A calendar month instead.")
@click.option(
    "--table",
    type=click.Choice(TABLES, case_sensitive=False),
    help="What of it, as CSV: by default the days. A workbook has all of it.",
)
@of_account
@out_option
@pass_desk
def export(
    desk: Desk,
    form: str | None,
    days: int | None,
    month: str | None,
    table: str | None,
    account: str | None,
    out: str | None,
) -> None:
    """The figures as XLSX or CSV: Meta's days, posts, stories, audience. An empty cell is no data, 0 is zero."""
    form = form_of(form, out, FORMS if table is None else FORMS[::-1])
    if days is not None and month is not None:
        raise click.UsageError("--days and --month exclude each other")
    if table is not None and form != "csv":
        raise click.UsageError("--table goes with --format csv: a workbook has all of them")
    which = None if month is None else month_of(month)
    names = desk.accounts(account)
    from ig_worker.flows.taking_along.book import Span, Takeaway

    zone = desk.settings.zone
    span = Span.of_days(days or 30, desk.now(), zone) if which is None else Span.of_month(which, zone)
    what = table or TABLES[0]
    with desk.database() as database:
        takeaway = Takeaway(database, desk, desk.settings.data_dir, zone)
        if out == STDOUT:
            to_stdout(
                lambda made: takeaway.export(form, made, span, names, what), form, desk.settings.data_dir
            )
            return
        path = place_of(out, takeaway.path(form, span, account, what))
        count = takeaway.export(form, path, span, names, what)
    click.echo(path)
    if not count:
        click.echo("There are no figures of that time: the lists are empty.", err=True)
