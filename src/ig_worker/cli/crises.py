"""Crises from the command line: which there are, and that one is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.cases import cases
from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import one_line, show_document, show_table

if TYPE_CHECKING:
    from ig_worker.store.database import Row


@cases.group()
def crisis() -> None:
    """Storms of complaints: what they are about, and whether posts wait for their end."""


@crisis.command("list")
@click.option("--open", "open_", is_flag=True, help="Only those that nobody has lifted yet.")
@as_json
@pass_desk
def list_crises(desk: Desk, open_: bool, as_json: bool) -> None:
    """Every crisis, oldest first."""
    from ig_worker.store import crises

    with desk.database() as database, database.reading() as connection:
        found = crises.listed(connection, open_only=open_)
    if as_json:
        show_document([_document(desk, row) for row in found])
        return
    show_table(
        ("ID", "Account", "About", "Complaints", "Begun", "Posts", "Lifted", "By"),
        [
            (
                row.id,
                row.account,
                f"{row.kind} {row.about}".strip(),
                len(row.message_ids),
                desk.shown(row.begun_at),
                "wait" if row.pauses and row.lifted_at is None else "",
                desk.shown(row.lifted_at),
                row.lifted_by,
            )
            for row in found
        ],
    )


@crisis.command()
@click.argument("crisis_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the history.")
@by_person
@as_json
@pass_desk
def lift(desk: Desk, crisis_id: int, reason: str, by: str, as_json: bool) -> None:
    """Say that a crisis is over: posts that waited go out, late ones wait for a decision. Once more does no harm."""
    from ig_worker.store import crises

    with desk.caring() as house:
        with house.database.reading() as connection:
            row = crises.get(connection, crisis_id)
        if row is None:
            raise NotDone(f"there is no crisis {crisis_id}", cure="ig-worker cases crisis list shows them")
        lifted = row.lifted_at is None and house.crisis_watch(row.account).lift(
            row, by, reason=one_line(reason)
        )
        with house.database.reading() as connection:
            row = crises.get(connection, crisis_id)
        assert row is not None
    if as_json:
        show_document({**_document(desk, row), "changed": lifted})
    elif lifted:
        click.echo(f"Crisis {crisis_id} is lifted." + (" The posts that waited go on." if row.pauses else ""))
    else:
        click.echo(f"Crisis {crisis_id} was lifted already, by {row.lifted_by}.")


def _document(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "account": row.account,
        "kind": row.kind,
        "about": row.about or None,
        "message_ids": row.message_ids,
        "begun_at": desk.iso(row.begun_at),
        "pauses": row.pauses,
        "lifted_at": desk.iso(row.lifted_at),
        "lifted_by": row.lifted_by or None,
    }
