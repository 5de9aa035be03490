"""Insights: fetching them now; the other commands hang in ``figures_shelf``."""

from __future__ import annotations

import click

from ig_worker.cli.desk import Desk, of_account, pass_desk
from ig_worker.domain.errors import IgWorkerError


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
            try:
                house.collector(name).run(at_any_time=True)
                click.echo(f"{name}: the figures are up to date.")
            except IgWorkerError as error:
                failed.append(error)
    if failed:
        raise failed[0]
