"""Insights: fetching them now; the other commands hang in ``figures_shelf``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date

import click

from ig_worker.cli.desk import Desk, of_account, pass_desk
from ig_worker.domain.errors import IgWorkerError

MOST_NAMED = 10
"""So many days without figures are named; the log names all of them."""


@click.group()
def insights() -> None:
    """Figures of the account and its posts."""


@insights.command()
@of_account
@pass_desk
def collect(desk: Desk, account: str | None) -> None:
    """Fetch the figures of every closed day that is missing, whatever the hour."""
    failed: list[IgWorkerError] = []
    with desk.house() as house:
        for name in desk.accounts(account):
            told = _Progress(name)
            collector = house.collector(name)
            try:
                collector.run(at_any_time=True, progress=told.next)
                told.end()
                click.echo(f"{name}: the figures are up to date.{_gaps(collector.gaps)}")
            except IgWorkerError as error:
                told.end()
                failed.append(error)
    if failed:
        raise failed[0]


def _gaps(days: Sequence[date]) -> str:
    if not days:
        return ""
    named = ", ".join(f"{day}" for day in days[:MOST_NAMED])
    more = f" and {len(days) - MOST_NAMED} more" if len(days) > MOST_NAMED else ""
    return f" Instagram has none for {named}{more}."


class _Progress:
    """One line on the terminal that says what is being read; nothing where there is no terminal."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._shows = sys.stderr.isatty()

    def next(self, done: int, total: int, what: str) -> None:
        """So many parts are done; this one is next."""
        if self._shows:
            click.echo(f"\r\x1b[K{self._account}: {done + 1} of {total}, {what}", nl=False, err=True)

    def end(self) -> None:
        """Leave the line empty."""
        if self._shows:
            click.echo("\r\x1b[K", nl=False, err=True)
