"""The register book as a file: ``cases export``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ig_worker.cli.cases import cases
from ig_worker.cli.desk import Desk, named, pass_desk
from ig_worker.cli.failing import NotDone

if TYPE_CHECKING:
    from ig_worker.domain.month import Month
    from ig_worker.flows.bookkeeping.book import Bookkeeper

FORMS = ("xlsx", "csv", "pdf")
STDOUT = "-"


@cases.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS, case_sensitive=False),
    help="By default what PATH ends with, or xlsx.",
)
@click.option("--month", metavar="YYYY-MM", help="Only the cases opened in that month; by default all.")
@click.option("--account", help="Only of this account; by default of all.")
@click.option(
    "--out",
    "--output",
    "-o",
    "out",
    metavar="PATH",
    help="Where to, - for stdout; by default in data_dir/reports.",
)
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
    which = _month(month)
    who = _entitled(full, by)
    name = desk.account(account) if account is not None else None
    form = form or _form_of(out)
    from ig_worker.register_desk import bookkeeper

    with desk.database() as database:
        keeper = bookkeeper(desk.settings, database, desk)
        if out == STDOUT:
            _to_stdout(keeper, form, which, name, who)
            return
        path = _path(out, keeper.path(form, which, name, full=full))
        if sys.stderr.isatty():
            click.echo("Writing the register …", err=True)
        count = keeper.export(form, path, which, name, full_for=who)
    click.echo(path)
    if not count:
        click.echo(
            f"No case was opened{f' in {which}' if which else ' yet'}: the register is empty.", err=True
        )


def _month(written: str | None) -> Month | None:
    from ig_worker.domain.month import Month

    if written is None:
        return None
    try:
        return Month.written(written)
    except ValueError:
        raise click.UsageError(
            f"--month: found {written!r}; allowed: a year and a month such as 2026-11"
        ) from None


def _entitled(full: bool, by: str | None) -> str:
    """Who takes everything unmasked; nobody where it is masked."""
    if full and by is None:
        raise click.UsageError("--full hands out personal data: say with --by NAME who takes it")
    return named(by) if full and by is not None else ""


def _form_of(out: str | None) -> str:
    ending = Path(out).suffix.lstrip(".").lower() if out else ""
    return ending if ending in FORMS else FORMS[0]


def _path(out: str | None, usual: Path) -> Path:
    """Where the file goes: the path named, or the usual name in the folder named."""
    if out is None:
        return usual
    path = Path(out).expanduser()
    if path.is_dir():
        return path / usual.name
    if path.exists() and not path.is_file():
        raise NotDone(f"{path} is no ordinary file", cure="name another, or - for stdout")
    if not path.parent.is_dir():
        raise NotDone(f"there is no folder {path.parent}", cure="make it first, or name another")
    return path


def _to_stdout(keeper: Bookkeeper, form: str, month: Month | None, account: str | None, who: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ig-worker-register-") as folder:
        made = Path(folder) / f"register.{form}"
        keeper.export(form, made, month, account, full_for=who)
        sys.stdout.buffer.write(made.read_bytes())
