"""What the public wrote, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_fields, show_table
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.store.database import Connection, Row

LABELS = ("pujian", "saran", "keluhan", "pertanyaan", "lainnya")
"""The labels of INTERFACE.md; written out, so that asking for help does not load the classifier."""

the_message = click.argument("message_id", metavar="ID", type=int)


@click.group()
def inbox() -> None:
    """Comments and messages of the public."""


commands = (inbox,)


@inbox.command("list")
@click.option("--label", type=click.Choice(LABELS), help="Only these.")
@limited
@as_json
@pass_desk
def list_messages(desk: Desk, label: str | None, limit: int | None, as_json: bool) -> None:
    """Every comment and message, oldest first."""
    from ig_worker.store import messages as shelf

    with desk.database() as database, database.reading() as connection:
        found = shelf.listed(connection, label=label, limit=limit)
    if as_json:
        show_document([message_document(desk, row) for row in found])
        return
    show_table(
        ("ID", "Sent", "Channel", "Author", "Label", "Sure", "Topic", "Reply", "Case", "Text"),
        [
            (
                row.id,
                desk.shown(row.sent_at),
                row.channel,
                row.author,
                row.label + (" ?" if row.needs_review else ""),
                _percent(row.confidence),
                row.topic,
                row.reply_status,
                row.case_number,
                shorten(" ".join(row.text.split()), 80),
            )
            for row in found
        ],
        below=("Text", "Topic", "Reply", "Sure", "Channel", "Author", "Case"),
    )


@inbox.command()
@the_message
@as_json
@pass_desk
def show(desk: Desk, message_id: int, as_json: bool) -> None:
    """One message, what was said before it, and what was done about it."""
    from ig_worker.store import journal
    from ig_worker.store import messages as shelf

    with desk.database() as database, database.reading() as connection:
        row = _find(connection, message_id)
        before = [
            {"author": line.author or None, "own": line.own, "sent_at": line.sent_at, "text": line.text}
            for line in shelf.thread_before(connection, row)
        ]
        entries = journal.of(connection, f"message:{message_id}")
    document = message_document(desk, row)
    if as_json:
        thread = [{**line, "sent_at": desk.iso(line["sent_at"])} for line in before]
        history = [{"at": desk.iso(entry.at), "who": entry.who, "what": entry.what} for entry in entries]
        show_document({**document, "thread": thread, "journal": history})
        return
    reply = document["reply"]
    shown = {name: desk.shown(getattr(row, name)) for name in ("sent_at", "first_seen_at")}
    shown["confidence"] = _percent(row.confidence)
    show_fields({**document, **shown, "reply": f"{reply['status']}: {reply['text']}" if reply else None})
    for line in before:
        who = "us" if line["own"] else line["author"]
        click.echo(f"before: {desk.shown(line['sent_at'])}  {who}: {shorten(line['text'], 200)}")
    for entry in entries:
        click.echo(f"{desk.shown(entry.at)}  {entry.who}: {entry.what}")


@inbox.command()
@the_message
@pass_desk
def explain(desk: Desk, message_id: int) -> None:
    """Why a message has its label, and what follows from it."""
    with desk.database() as database, database.reading() as connection:
        row = _find(connection, message_id)
    click.echo(f"“{shorten(' '.join(row.text.split()), 200)}”")
    click.echo(f"{row.label} {_percent(row.confidence)}, topik {row.topic.replace('_', ' ')}")
    for reason in row.reasons:
        click.echo(f"- {reason}")
    for fact, sentence in (
        (row.backlog, "Ditulis sebelum akun ini mulai dibaca: hanya disimpan."),
        (row.danger, "Ada tanda bahaya: petugas jaga diberi tahu."),
        (row.case_number, f"Masuk register sebagai {row.case_number}."),
        (row.needs_review, "Menunggu dilihat orang."),
        (row.reply_status, f"Balasan: {row.reply_status}."),
    ):
        if fact:
            click.echo(sentence)


def _find(connection: Connection, message_id: int) -> Row[Any]:
    from ig_worker.store import messages as shelf

    for row in shelf.listed(connection):
        if row.id == message_id:
            return row
    raise NotDone(f"there is no message {message_id} of the public", cure="ig-worker inbox list shows them")


def message_document(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    """A message as ``inbox list --json`` shows it."""
    reply = {
        "status": row.reply_status,
        "text": row.reply_text,
        "ig_id": row.reply_ig_id or None,
        "sent_at": desk.iso(row.reply_sent_at),
    }
    return {
        "id": row.id,
        "account": row.account,
        "channel": row.channel,
        "ig_id": row.ig_id,
        "media_id": row.media_id or None,
        "conversation_id": row.conversation_id or None,
        "author": row.author or None,
        "text": row.text,
        "sent_at": desk.iso(row.sent_at),
        "first_seen_at": desk.iso(row.first_seen_at),
        "label": row.label,
        "confidence": row.confidence,
        "topic": row.topic,
        "needs_review": row.needs_review,
        "backlog": row.backlog,
        "edited": row.edited,
        "deleted": row.deleted,
        "reply": reply if row.reply_status is not None else None,
        "case": row.case_number,
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
