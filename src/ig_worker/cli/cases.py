"""The register of complaints and suggestions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_fields, show_table
from ig_worker.domain.case import Status
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.store.cases import StoredCase
    from ig_worker.store.database import Connection

the_case = click.argument("number", metavar="NUMBER", callback=lambda _c, _p, value: value.strip().upper())


@click.group()
def cases() -> None:
    """The register of complaints and suggestions."""


@cases.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only these.")
@limited
@as_json
@pass_desk
def list_cases(desk: Desk, status: str | None, limit: int | None, as_json: bool) -> None:
    """Every case by its number."""
    from ig_worker.store import cases as shelf

    with desk.database() as database, database.reading() as connection:
        found = [
            case_document(connection, case, desk.iso if as_json else desk.shown)
            for case in shelf.listed(connection, status=status, limit=limit)
        ]
    if as_json:
        show_document(found)
        return
    names = ("number", "status", "severity", "label", "topic", "unit", "account", "opened_at")
    show_table(
        [*(name.removesuffix("_at").capitalize() for name in names), "Deadlines", "Told"],
        [
            (
                *(case[name] for name in names),
                "; ".join(f"{line['name']} {line['met_at'] or line['due_at']}" for line in case["deadlines"]),
                "; ".join(f"{line['channel']} {line['status']}" for line in case["deliveries"]),
            )
            for case in found
        ],
        below=("Told", "Deadlines", "Account", "Topic", "Unit", "Label"),
    )


@cases.command()
@the_case
@as_json
@pass_desk
def show(desk: Desk, number: str, as_json: bool) -> None:
    """One case: what was written, the evidence, the deadlines, who was told and who did what."""
    from ig_worker.store import cases as shelf
    from ig_worker.store import journal

    with desk.database() as database, database.reading() as connection:
        case = find(connection, number)
        document = case_document(connection, case, desk.iso if as_json else desk.shown)
        messages = shelf.messages_of(connection, case.id)
        entries = journal.of(connection, f"case:{number}")
    if as_json:
        written = [
            {"id": row.id, "author": row.author or None, "sent_at": desk.iso(row.sent_at), "text": row.text}
            for row in messages
        ]
        history = [{"at": desk.iso(entry.at), "who": entry.who, "what": entry.what} for entry in entries]
        show_document({**document, "messages": written, "journal": history})
        return
    lines = {
        "deadlines": [
            f"{each['name']}: {each['due_at']}" + (f" (met {each['met_at']})" if each["met_at"] else "")
            for each in document["deadlines"]
        ],
        "evidence": [f"{each['path']} {each['sha256']}" for each in document["evidence"]],
        "deliveries": [
            f"{each['channel']}: {each['status']}, {each['attempts']} attempts"
            for each in document["deliveries"]
        ],
        "message_ids": [str(each) for each in document["message_ids"]],
    }
    show_fields({**document, **{name: "\n".join(each) for name, each in lines.items()}})
    for row in messages:
        click.echo(f"{desk.shown(row.sent_at)}  {row.author}: {shorten(row.text, 300)}")
    for entry in entries:
        click.echo(f"{desk.shown(entry.at)}  {entry.who}: {entry.what}")


def find(connection: Connection, number: str) -> StoredCase:
    """The case with this number; NotDone where there is none."""
    from ig_worker.store import cases as shelf

    found = shelf.get(connection, number)
    if found is None:
        raise NotDone(f"there is no case {number}", cure="ig-worker cases list shows them")
    return found


def case_document(
    connection: Connection, case: StoredCase, when: Callable[[datetime | None], str | None]
) -> dict[str, Any]:
    """A case as ``cases list --json`` shows it, its times written by ``when``."""
    from ig_worker.store import cases as shelf
    from ig_worker.store import chain, deadlines

    row = case.row
    return {
        "number": case.number,
        "account": row.account,
        "label": row.label,
        "topic": row.topic,
        "unit": row.unit or None,
        "severity": row.severity,
        "status": row.status,
        "opened_at": when(row.opened_at),
        "deadlines": [
            {
                "name": line.name,
                "due_at": when(line.due_at),
                "met_at": when(line.met_at),
            }
            for line in deadlines.of_case(connection, case.id)
        ],
        "acknowledged_at": when(row.acknowledged_at),
        "resolved_at": when(row.resolved_at),
        "message_ids": [message.id for message in shelf.messages_of(connection, case.id)],
        "evidence": [
            {"path": piece.path, "sha256": piece.sha256} for piece in chain.of_case(connection, case.id)
        ],
        "deliveries": [
            {"channel": notice.channel, "status": notice.status, "attempts": notice.attempts}
            for notice in shelf.deliveries_of(connection, case.id)
        ],
    }
