"""Making an installation: the first configuration, and the database."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from shutil import which

import click

from ig_worker.cli.database import bring_up
from ig_worker.cli.desk import Desk


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--sandbox", is_flag=True, help="For practice: the embedded Instagram, and a little plan.")
def init(directory: Path, sandbox: bool) -> None:
    """Write a config.toml and make the database."""
    file = _practice(directory) if sandbox else _fresh(directory)
    click.echo(f"{file} is written.")
    bring_up(Desk(file, None))
    us = _ourselves()
    if not sandbox:
        click.echo(f"Next: fill in the account in {file}, then: {us} --config {quote(str(file))} doctor")
        return
    # Whole, for a new terminal begins in another folder.
    here = f"cd {quote(str(directory.resolve()))} && {us}"
    click.echo("Next, each in a terminal of its own:")
    click.echo(f"  {here} sandbox serve --mails mails     # the embedded Instagram, and its post office")
    click.echo(f"  {here} board serve                     # pictures for it, and the board")
    click.echo(f"  {here} posts import rencana.csv && {us} run")


def _ourselves() -> str:
    """How a shell finds this program from any folder: by its name where it leads here, else by its place."""
    if which("ig-worker"):
        return "ig-worker"
    typed = Path(sys.argv[0]).absolute()
    if typed.name == "ig-worker" and typed.exists():
        return quote(str(typed))
    return f"{quote(sys.executable)} -m ig_worker"


def _fresh(directory: Path) -> Path:
    from ig_worker import config

    return config.init(directory)


def _practice(directory: Path) -> Path:
    from zoneinfo import ZoneInfo

    from ig_worker.clock import SystemClock
    from ig_worker.config import Settings
    from ig_worker.demo.practice import make_practice

    zone = ZoneInfo(Settings.model_fields["timezone"].default)
    return make_practice(directory, SystemClock().now().astimezone(zone))


commands = (init,)
