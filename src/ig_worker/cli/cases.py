"""The register of complaints and suggestions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, by_person, limited, pass_desk
from ig_worker.cli.failing import NotDone, require_saved
from ig_worker.cli.showing import show_document, show_fields, show_table
from ig_worker.domain.case import Event, Status, apply
from ig_worker.domain.machine import ImpossibleMove
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.store.cases import StoredCase
    from ig_worker.store.database import Connection

ENDED_BY = {"acknowledge": "acknowledged_at", "resolve": "resolved_at"}
"""Which of the case's times ends a deadline (domain/working_time.py names them)."""

the_case = click.argument("number", metavar="NUMBER", callback=lambda _c, _p, value: value.strip().upper())


@click.group()
def cases() -> None:
    """The register of complaints and suggestions."""


commands = (cases,)


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
        case = _find(connection, number)
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


@cases.command()
@the_case
@by_person
@pass_desk
def ack(desk: Desk, number: str, by: str) -> None:
    """Somebody has read the case and takes it on."""
    _move(desk, number, by, Event.ACKNOWLEDGE, "acknowledged")


@cases.command()
@the_case
@by_person
@pass_desk
def resolve(desk: Desk, number: str, by: str) -> None:
    """The case has been dealt with."""
    _move(desk, number, by, Event.RESOLVE, "resolved")


@cases.command()
@the_case
@click.argument("text")
@by_person
@pass_desk
def note(desk: Desk, number: str, text: str, by: str) -> None:
    """Write a line into the case's history: what was found out, what was answered."""
    from ig_worker.domain.text import clean
    from ig_worker.store import journal

    written = clean(text).strip()
    if not written:
        raise click.UsageError("TEXT: found nothing; allowed: a line of text")
    with desk.database() as database, database.writing() as connection:
        _find(connection, number)
        journal.note(connection, desk.now(), f"case:{number}", f"note: {written}", who=by)
    click.echo(f"Noted in {number}.")


def _move(desk: Desk, number: str, by: str, event: Event, what: str) -> None:
    from ig_worker.store import cases as shelf

    now = desk.now()
    with desk.database() as database, database.writing() as connection:
        case = _find(connection, number)
        try:
            after = apply(case.case, event, now)
        except ImpossibleMove as error:
            raise NotDone(
                f"case {number} is {error.state.value}: {event.value} is not possible any more",
                cure=f"ig-worker cases show {number} tells what happened to it",
            ) from None
        require_saved(shelf.save(connection, case, after, now, what, who=by), f"case {number}")
    click.echo(f"Case {number} is {after.status.value}.")


def _find(connection: Connection, number: str) -> StoredCase:
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
                "met_at": when(line.met_at or getattr(row, ENDED_BY.get(line.name, ""), None)),
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
