"""The register book as a file: ``cases export``."""

from __future__ import annotations

import sys

import click

from ig_worker.cli.cases import cases
from ig_worker.cli.desk import Desk, month_of, named, pass_desk
from ig_worker.cli.filing import STDOUT, form_of, out_option, place_of, to_stdout

FORMS = ("xlsx", "csv", "pdf")


@cases.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS, case_sensitive=False),
    help="By default what PATH ends with, or xlsx.",
)
@click.option("--month", metavar="YYYY-MM", help="Only the cases opened in that month; by default all.")
@click.option("--account", help="Only of this account; by default of all.")
@out_option
@click.option("--full", is_flag=True, help="Mask nothing: for those entitled to it. Asks for --by.")
@click.option("--by", metavar="NAME", help="Who takes the full register; the journal keeps it.")
@pass_desk
def export(
    desk: Desk,
    form: str | None,
    month: str | None,
    account: str | None,
    out: str | None,
    full: bool,
    by: str | None,
) -> None:
    """The register book as XLSX, CSV or PDF, ready to sign; personal numbers and names are masked unless --full."""
    which = None if month is None else month_of(month)
    who = _entitled(full, by)
    name = desk.account(account) if account is not None else None
    form = form_of(form, out, FORMS)
    from ig_worker.register_desk import bookkeeper

    with desk.database() as database:
        keeper = bookkeeper(desk.settings, database, desk)
        if out == STDOUT:
            to_stdout(
                lambda made: keeper.export(form, made, which, name, full_for=who),
                form,
                desk.settings.data_dir,
            )
            return
        path = place_of(out, keeper.path(form, which, name, full=full))
        if sys.stderr.isatty():
            click.echo("Writing the register …", err=True)
        count = keeper.export(form, path, which, name, full_for=who)
    click.echo(path)
    if not count:
        click.echo(
            f"No case was opened{f' in {which}' if which else ' yet'}: the register is empty.", err=True
        )


def _entitled(full: bool, by: str | None) -> str:
    """Who takes everything unmasked; nobody where it is masked."""
    if full and by is None:
        raise click.UsageError("--full hands out personal data: say with --by NAME who takes it")
    return named(by) if full and by is not None else ""
