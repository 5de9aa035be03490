"""What people speak of far more than usual, from the command line."""

from __future__ import annotations

from typing import Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.inbox import inbox
from ig_worker.cli.showing import one_line, show_document

MOST_DAYS = 14


@inbox.command()
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="The last days; without it as [rising] says.")
@of_account
@as_json
@pass_desk
def rising(desk: Desk, days: int | None, account: str | None, as_json: bool) -> None:
    """What people speak of far more than usual just now, with masked examples. Nobody is told of it."""
    from ig_worker.store import rising as shelf

    document: list[dict[str, Any]] = []
    too_young = []
    with desk.reporting() as house:
        for name in desk.accounts(account):
            look = house.rising_watch(name).look(days)
            if not look.enough:
                too_young.append((name, look.since))
            with house.database.reading() as connection:
                begun = {(row.kind, row.term): row.begun_at for row in shelf.rising_now(connection, name)}
                document += [
                    {
                        "account": name,
                        "kind": one.kind.value,
                        "term": one.term,
                        "also": list(one.also),
                        "count": one.count,
                        "people": one.people,
                        "usual": one.usual,
                        "complaints": one.complaints,
                        "media_id": one.post or None,
                        "since": desk.iso(begun.get((one.kind.value, one.term))),
                        "examples": shelf.examples(connection, one.message_ids),
                    }
                    for one in look.found
                ]
    if as_json:
        show_document(document)
        return
    for name, since in too_young:
        click.echo(
            f"{name}: two weeks must pass before anything is usual; messages are known since {desk.shown(since)}."
        )
    for line in document:
        also = f"; also: {', '.join(line['also'])}" if line["also"] else ""
        place = "; nearly all under one post" if line["media_id"] else ""
        click.echo(
            f"{line['account']}  {line['kind']}  {line['term']}: {line['count']} messages of {line['people']} people,"
            f" usually {line['usual']:.0f}; complaints: {line['complaints']}{place}{also}"
        )
        for example in line["examples"]:
            click.echo(f"    {one_line(example)}")
    if not document and len(too_young) < len(desk.accounts(account)):
        click.echo("Nothing comes up far more than usual.")
