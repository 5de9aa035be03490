"""What the public wrote, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import one_line, show_document, show_fields, show_table
from ig_worker.domain.indonesian_dates import Unreadable, read_date
from ig_worker.domain.masking import mask
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.store.database import Connection, Row

LABELS = ("pujian", "saran", "keluhan", "pertanyaan", "lainnya")
TOPICS = (
    "antrean", "pendaftaran", "petugas", "obat", "bpjs", "fasilitas", "jam_layanan", "kia_imunisasi", "gigi",
    "laboratorium", "biaya", "informasi", "lainnya",
)  # fmt: skip
"""The labels and topics of INTERFACE.md; written out, so that asking for help does not load the classifier."""

the_message = click.argument("said", metavar="ID", callback=lambda _c, _p, value: value.strip())
"""Our number of a message, or Meta's id of it."""


@click.group()
def inbox() -> None:
    """Comments and messages of the public."""


@inbox.command("list")
@click.option("--label", type=click.Choice(LABELS), help="Only these.")
@click.option("--topic", type=click.Choice(TOPICS), help="Only what is about this.")
@click.option("--waiting", is_flag=True, help="Only what waits for a person.")
@click.option("--exposing", is_flag=True, help="Only public comments that show somebody's health or person.")
@click.option("--case", metavar="NUMBER", help="Only what belongs to this case.")
@click.option("--since", metavar="25/11/2026", help="Only what was written on this day or later.")
@click.option("--full", is_flag=True, help="With --json: the words as they were written, nothing masked.")
@of_account
@limited
@as_json
@pass_desk
def list_messages(
    desk: Desk,
    label: str | None,
    topic: str | None,
    waiting: bool,
    exposing: bool,
    case: str | None,
    since: str | None,
    full: bool,
    account: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Every comment and message, oldest first.

    Numbers and addresses of persons are masked; inbox show has the whole text.
    """
    from ig_worker.store import answers, mailbox

    wanted = mailbox.Wanted(
        account=None if account is None else desk.account(account),
        label=label,
        topic=topic,
        case=None if case is None else case.strip().upper(),
        since=None if since is None else _first_moment(desk, since),
        waiting=waiting,
        exposing=exposing,
    )
    with desk.database() as database, database.reading() as connection:
        found = mailbox.listed(connection, wanted, limit)
        answered = answers.by_message(connection)
    if as_json:
        show_document([message_document(desk, row, answered.get(row.id, ()), full=full) for row in found])
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
                "" if row.label_by else percent(row.confidence),
                row.topic,
                (_reply(row, answered.get(row.id, ())) or {}).get("status"),
                row.case_number,
                _in_a_list(row),
            )
            for row in found
        ],
        below=("Text", "Topic", "Reply", "Sure", "Channel", "Author", "Case"),
    )


def _in_a_list(row: Row[Any]) -> str:
    """A list is read over shoulders and sent on as a picture: whoever needs a number in it opens the one message."""
    marks = [
        mark
        for mark, holds in (
            ("deleted", row.deleted),
            ("hidden", row.hidden),
            ("edited", row.edited),
            ("exposes somebody", row.exposes and not (row.deleted or row.hidden)),
        )
        if holds
    ]
    marks += row.attachments
    # Masked first: half of a number would not be known as one.
    text = shorten(mask(one_line(row.text)), 80)
    return " ".join(filter(None, [f"[{', '.join(marks)}]" if marks else "", text]))


def _first_moment(desk: Desk, written: str) -> datetime:
    try:
        return datetime.combine(read_date(written), time(), desk.settings.zone)
    except Unreadable:
        raise click.UsageError(
            f'--since: found "{written}"; allowed: a day such as 25/11/2026 or 2026-11-25'
        ) from None


@inbox.command()
@the_message
@as_json
@pass_desk
def show(desk: Desk, said: str, as_json: bool) -> None:
    """One message, what was said before it, and what was done about it."""
    from ig_worker.store import answers, journal
    from ig_worker.store import messages as shelf

    with desk.database() as database, database.reading() as connection:
        row = find(connection, said)
        before = [
            {"author": line.author or None, "own": line.own, "sent_at": line.sent_at, "text": line.text}
            for line in shelf.thread_before(connection, row)
        ]
        answered = answers.to_message(connection, row.id)
        entries = journal.of(connection, f"message:{row.id}")
    document = message_document(desk, row, answered, full=True)
    if as_json:
        thread = [{**line, "sent_at": desk.iso(line["sent_at"])} for line in before]
        history = [{"at": desk.iso(entry.at), "who": entry.who, "what": entry.what} for entry in entries]
        show_document({**document, "thread": thread, "journal": history})
        return
    times = ("sent_at", "first_seen_at", "edited_at", "deleted_at", "withdrawn_at", "redacted_at")
    reply = document["reply"]
    show_fields(
        {
            **document,
            **{name: desk.shown(getattr(row, name)) for name in times},
            "confidence": percent(row.confidence),
            "attachments": ", ".join(row.attachments),
            "reply": f"{reply['status']}: {reply['text']}" if reply else None,
            "answers": "\n".join(
                f"{each.status} {desk.shown(each.sent_at)} {each.by}: {each.text}" for each in answered
            ),
        }
    )
    for line in before:
        who = "us" if line["own"] else one_line(line["author"])
        click.echo(f"before: {desk.shown(line['sent_at'])}  {who}: {shorten(one_line(line['text']), 200)}")
    for entry in entries:
        click.echo(f"{desk.shown(entry.at)}  {one_line(entry.who)}: {one_line(entry.what)}")


def find(connection: Connection, said: str) -> Row[Any]:
    """The message of the public that is meant; NotDone where there is none, or more than one."""
    from ig_worker.store import mailbox

    found = mailbox.found(connection, said)
    if not found:
        raise NotDone(f"there is no message {said} of the public", cure="ig-worker inbox list shows them")
    if len(found) > 1:
        numbers = " or ".join(str(row.id) for row in found)
        raise NotDone(
            f"{len(found)} accounts have a message {said}", cure=f"name it by its number: {numbers}"
        )
    return found[0]


def message_document(
    desk: Desk, row: Row[Any], answered: Sequence[Row[Any]], *, full: bool = False
) -> dict[str, Any]:
    """A message as ``inbox list --json`` shows it; ``answered`` are its rows of ``answers``.

    What people wrote is masked, unless it is asked for in full: a list goes through many hands.
    """
    shown = _as_it_is if full else mask
    return {
        "id": row.id,
        "account": row.account,
        "channel": row.channel,
        "ig_id": row.ig_id,
        "media_id": row.media_id or None,
        "parent_id": row.parent_id or None,
        "conversation_id": row.conversation_id or None,
        "author": row.author or None,
        "text": shown(row.text),
        "attachments": row.attachments,
        "sent_at": desk.iso(row.sent_at),
        "first_seen_at": desk.iso(row.first_seen_at),
        "label": row.label,
        "label_by": row.label_by or None,
        "confidence": row.confidence,
        "topic": row.topic,
        "needs_review": row.needs_review,
        "backlog": row.backlog,
        "edited": row.edited,
        "edited_at": desk.iso(row.edited_at),
        "deleted": row.deleted,
        "deleted_at": desk.iso(row.deleted_at),
        "withdrawn_at": desk.iso(row.withdrawn_at),
        "redacted_at": desk.iso(row.redacted_at),
        "hidden": row.hidden,
        "exposes": row.exposes or None,
        "reply": _for_reading(desk, _reply(row, answered), shown),
        "answers": [
            {
                "by": each.by,
                "text": shown(each.text),
                "status": each.status,
                "sent_at": desk.iso(each.sent_at),
            }
            for each in answered
        ],
        "case": row.case_number,
    }


def _reply(row: Row[Any], answered: Sequence[Row[Any]]) -> dict[str, Any] | None:
    """What the worker said, or else what a person did: the last that arrived, or the last."""
    if row.reply_status is not None and (row.reply_status == "sent" or not answered):
        return {
            "status": row.reply_status,
            "text": row.reply_text,
            "ig_id": row.reply_ig_id or None,
            "sent_at": row.reply_sent_at,
            "purpose": row.reply_purpose,
            "by": None,
        }
    if not answered:
        return None
    last = [each for each in answered if each.status == "sent"] or answered
    return {
        "status": last[-1].status,
        "text": last[-1].text,
        "ig_id": last[-1].ig_id or None,
        "sent_at": last[-1].sent_at,
        "purpose": "answer",
        "by": last[-1].by,
    }


def _for_reading(
    desk: Desk, reply: dict[str, Any] | None, shown: Callable[[str], str]
) -> dict[str, Any] | None:
    """The worker's own words are known to everybody; a person's may quote somebody's number."""
    if reply is None:
        return None
    text = reply["text"] if reply["by"] is None else shown(reply["text"])
    return {**reply, "text": text, "sent_at": desk.iso(reply["sent_at"])}


def _as_it_is(text: str) -> str:
    return text


def percent(share: float | None) -> str:
    """A share as people read it; empty where there is none."""
    return "" if share is None else f"{share:.0%}"
