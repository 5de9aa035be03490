"""Cases whose time is over: their words, people and files go; number, dates, labels and the chain's hashes stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select, update

from ig_worker.domain.case import OPEN
from ig_worker.domain.forgotten import CASE_PURGED, PURGED
from ig_worker.domain.reply import Status
from ig_worker.store import accounts, chain, journal, purged
from ig_worker.store import retention as shelf
from ig_worker.store.schema import (
    answers,
    case_messages,
    cases,
    evidence,
    messages,
    notices,
    replies,
    taken_back,
    waiting_messages,
)
from ig_worker.store.schema import journal as lines

_PEOPLE = ("author", "author_id", "assigned_to", "acknowledged_by")
_WORDS = ("plan", "follow_up", "answer", "reason")

_ENDS = {
    Status.PLANNED.value: Status.SKIPPED.value,
    Status.SENDING.value: Status.UNCONFIRMED.value,
}
"""What becomes of an answer that is under way when its words go."""

NOTHING: dict[str, Any] = {"author": "", "author_id": "", "attachments": [], "reasons": [], "exposes": ""}
"""What is left of a message besides its words, which something else stands for."""


def due(connection: Connection, before: datetime, most: int) -> list[Row[Any]]:
    """Closed cases whose time is over, oldest first: ``id``, ``number``, ``account``.

    A merged one lives as long as the one in which it goes on, and any case as long as its newest message is young.
    """
    open_ = [status.value for status in OPEN]
    young = (
        exists()
        .where(
            case_messages.c.case_id == cases.c.id,
            messages.c.id == case_messages.c.message_id,
            messages.c.sent_at >= before,
        )
        .correlate(cases)
    )
    query = select(cases.c.id, cases.c.number, cases.c.account, cases.c.merged_into).where(
        cases.c.purged_at.is_(None),
        cases.c.closed_at < before,
        # Closed before it was opened: by a clock that had lost its time.
        cases.c.opened_at < before,
        cases.c.status.not_in(open_),
        ~young,
    )
    over: Sequence[Any] = connection.execute(query.order_by(cases.c.id)).all()
    rows = {row.number: row for row in over}
    gone = _purged(connection, {row.merged_into for row in rows.values()} - {""})
    found = [row for row in rows.values() if _ends_in(row, rows, gone)]
    # What goes on in another case goes after it.
    return sorted(found, key=lambda row: (row.merged_into != "", row.id))[:most]


def _purged(connection: Connection, numbers: set[str]) -> set[str]:
    query = select(cases.c.number).where(cases.c.purged_at.is_not(None), cases.c.number.in_(numbers))
    return set(connection.execute(query).scalars())


def _ends_in(row: Row[Any], rows: dict[str, Row[Any]], gone: set[str]) -> bool:
    """Whether all that it goes on in is over as well."""
    seen = set()
    while row.merged_into and row.number not in seen:
        seen.add(row.number)
        if row.merged_into in gone:
            return True
        if row.merged_into not in rows:
            return False
        row = rows[row.merged_into]
    return True


def empty(connection: Connection, case_id: int, before: datetime, now: datetime, zone: tzinfo) -> str:
    """Empty one case if it is still due; returns its number, or "" where it is not. Its files go after the commit."""
    held = select(cases).where(cases.c.id == case_id).with_for_update()
    case = connection.execute(held).one()
    if all(row.id != case_id for row in due(connection, before, most=1 << 30)):
        return ""
    for piece in with_files(connection, case_id):
        chain.erase(connection, piece, now)
    said = connection.execute(
        select(messages)
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .where(case_messages.c.case_id == case_id)
    ).all()
    proven = select(evidence.c.message_id).where(evidence.c.message_id.in_([row.id for row in said]))
    kept = set(connection.execute(proven).scalars())
    for row in said:
        if row.id in kept:
            blank(connection, row, PURGED, now)
            accounts.purge_upto(connection, row.account, row.sent_at)
    shelf.take(connection, [row for row in said if row.id not in kept], zone)
    shelf.empty_notices(connection, notices.c.case_id == case_id)
    connection.execute(
        update(cases)
        .where(cases.c.id == case_id)
        .values(purged_at=now, version=cases.c.version + 1, **dict.fromkeys((*_PEOPLE, *_WORDS), ""))
    )
    connection.execute(delete(lines).where(lines.c.subject == f"case:{case.number}"))
    journal.note(connection, now, f"case:{case.number}", CASE_PURGED)
    month = shelf.month_of(case.opened_at, zone)
    purged.add(connection, {(purged.CASE, case.account, month, case.label): 1})
    return str(case.number)


def with_files(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's pieces of evidence of which no later row vouches that their files went."""
    query = select(evidence).where(evidence.c.case_id == case_id, evidence.c.path != "", ~chain.erased())
    return connection.execute(query.order_by(evidence.c.id)).all()


def blank(connection: Connection, message: Row[Any], words: str, now: datetime) -> None:
    """Leave of a message what counts and proves, and `words` in the place of its own; what hung on it goes."""
    for table in (replies, answers):
        silent = {"text": words, "last_error": ""}
        connection.execute(update(table).where(table.c.message_id == message.id).values(**silent))
        # What takes the place of the words must not be sent, nor a call be settled by looking for it.
        for was, shall in _ENDS.items():
            under_way = (table.c.message_id == message.id) & (table.c.status == was)
            end = {"status": shall, "version": table.c.version + 1}
            connection.execute(update(table).where(under_way).values(**end))
    connection.execute(delete(taken_back).where(taken_back.c.message_id == message.id))
    connection.execute(
        update(waiting_messages)
        .where(waiting_messages.c.message_id == message.id)
        .values(settled_at=func.coalesce(waiting_messages.c.settled_at, now), settled_by=words)
    )
    connection.execute(
        update(messages)
        .where(messages.c.id == message.id)
        .values(
            text=words,
            redacted_at=now,
            needs_review=False,
            auto_thank=False,
            label_by="",
            **NOTHING,
        )
    )
    connection.execute(delete(lines).where(lines.c.subject == f"message:{message.id}"))


def numbers_purged(connection: Connection) -> set[str]:
    """The numbers of all cases that are emptied."""
    return set(connection.execute(select(cases.c.number).where(cases.c.purged_at.is_not(None))).scalars())
