"""What has been kept long enough, and taking it from the shelves; open cases and what belongs to them stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, or_, select, update

from ig_worker.domain.case import OPEN
from ig_worker.domain.forgotten import PURGED
from ig_worker.domain.reply import Status
from ig_worker.store import accounts, heard, purged, waiting
from ig_worker.store.rows import one_of
from ig_worker.store.schema import (
    answers,
    case_messages,
    cases,
    conversations,
    evidence,
    journal,
    messages,
    notices,
    replies,
    rising_topics,
    sessions,
    taken_back,
    waiting_messages,
)

AT_ONCE = 40
"""Messages that one transaction takes: nobody else waits longer than a few hundredths of a second for it."""

_LOOKED_AT = 1_000
"""Rows that one look reads."""

_UNDER_WAY = (Status.PLANNED.value, Status.SENDING.value)
_OPEN = one_of(cases.c.status, OPEN)
_CONVERSED = and_(messages.c.channel == "dm", messages.c.conversation_id != "")


@dataclass(frozen=True)
class Limits:
    """What was sent, closed or written before these moments is kept no longer; None where it is kept always."""

    messages: datetime | None
    cases: datetime | None


def due_messages(connection: Connection, limits: Limits, most: int) -> list[int]:
    """Ids of messages whose time is over, the first ones.

    Not among them: what belongs to a case or proves one, what is to become one, what is being answered, what is said
    around an open case, and for as long as cases are kept what waits for a person.
    """
    if limits.messages is None:
        return []
    open_, living = _threads(connection, _OPEN), _threads(connection, cases.c.purged_at.is_(None))
    query = select(messages.c.id, *_threaded).where(*_over(limits.messages, limits.cases))
    found: list[int] = []
    after = 0
    while len(found) < most:
        rows: Sequence[Any] = connection.execute(
            query.where(messages.c.id > after).order_by(messages.c.id).limit(_LOOKED_AT)
        ).all()
        found += [row.id for row in rows if not _held(row, open_, living)]
        if len(rows) < _LOOKED_AT:
            break
        after = rows[-1].id
    return found[:most]


def _over(before: datetime, waiting_before: datetime | None) -> tuple[ColumnElement[bool], ...]:
    in_case = exists().where(case_messages.c.message_id == messages.c.id)
    proves = exists().where(evidence.c.message_id == messages.c.id)
    becomes_case = messages.c.opens_case & ~messages.c.own & ~messages.c.backlog
    answered = or_(
        *(
            exists().where(table.c.message_id == messages.c.id, one_of(table.c.status, _UNDER_WAY))
            for table in (replies, answers)
        )
    )
    waits = waiting.UNANSWERED
    if waiting_before is not None:
        waits = waits & (messages.c.sent_at >= waiting_before)
    return messages.c.sent_at < before, ~in_case, ~proves, ~becomes_case, ~answered, ~waits


_threaded = (
    messages.c.account,
    messages.c.channel,
    messages.c.conversation_id,
    messages.c.parent_id,
    messages.c.ig_id,
    messages.c.withdrawn_at,
)


def _thread(row: Row[Any]) -> tuple[str, str]:
    return row.account, row.conversation_id if row.channel == "dm" else row.parent_id or row.ig_id


def _threads(connection: Connection, which: ColumnElement[bool]) -> set[tuple[str, str]]:
    query = (
        select(*_threaded)
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(which)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return {_thread(row) for row in rows}


def _held(row: Row[Any], open_: set[tuple[str, str]], living: set[tuple[str, str]]) -> bool:
    # That a message was taken back vouches for pictures of the same conversation that were erased.
    return _thread(row) in (living if row.withdrawn_at is not None else open_)


def purge_messages(connection: Connection, ids: Collection[int], limits: Limits, zone: tzinfo) -> int:
    """Take these messages from the shelves, as far as they are still due, with all that hangs on them; how many."""
    assert limits.messages is not None
    some = (
        messages.c.id.in_(ids),
        *_over(limits.messages, limits.cases),
    )
    rows = connection.execute(select(messages).where(*some)).all()
    open_, living = _threads(connection, _OPEN), _threads(connection, cases.c.purged_at.is_(None))
    rows = [row for row in rows if not _held(row, open_, living)]
    take(connection, rows, zone)
    return len(rows)


def take(connection: Connection, rows: Sequence[Row[Any]], zone: tzinfo) -> None:
    """Take these messages from the shelves; their counts stay, and what was sent by then is not stored again."""
    ids = [row.id for row in rows]
    if not ids:
        return
    thanked = heard.thanked(connection, messages.c.id.in_(ids))
    counts: purged.Counts = purged.Counts()
    for row in rows:
        month = month_of(row.sent_at, zone)
        if row.own:
            counts[purged.OWN, row.account, month, ""] += 1
            continue
        kind = purged.BACKLOG if row.backlog else purged.MESSAGE
        counts[kind, row.account, month, f"{row.label}/{row.topic}/{row.channel}"] += 1
        if row.id in thanked and not row.backlog:
            counts[purged.THANKED, row.account, month, ""] += 1
    purged.add(connection, counts)
    for table in (replies, answers, waiting_messages, taken_back, case_messages):
        connection.execute(delete(table).where(table.c.message_id.in_(ids)))
    lines = [f"message:{number}" for number in ids]
    connection.execute(delete(journal).where(journal.c.subject.in_(lines)))
    connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    newest: dict[str, datetime] = {}
    for row in rows:
        newest[row.account] = max(newest.get(row.account, row.sent_at), row.sent_at)
    for account, at in newest.items():
        accounts.purge_upto(connection, account, at)


def month_of(moment: datetime, zone: tzinfo) -> date:
    """The first day of the centre's month in which that was."""
    return moment.astimezone(zone).date().replace(day=1)


def nameless_conversations(connection: Connection, before: datetime, most: int) -> list[tuple[str, str]]:
    """Conversations that still bear a name and of which nothing is stored any more: account and Meta's id."""
    stored = exists().where(
        messages.c.account == conversations.c.account, messages.c.conversation_id == conversations.c.ig_id
    )
    query = select(conversations.c.account, conversations.c.ig_id).where(
        conversations.c.updated_at < before,
        or_(conversations.c.person != "", conversations.c.person_id != ""),
        ~stored,
    )
    return [(row.account, row.ig_id) for row in connection.execute(query.limit(most))]


def forget_people_of(connection: Connection, which: Collection[tuple[str, str]]) -> None:
    """The conversation stays, so that it is not read again; whose it was does not."""
    for account, ig_id in which:
        of_it = conversations.c.account == account, conversations.c.ig_id == ig_id
        connection.execute(update(conversations).where(*of_it).values(person="", person_id=""))


def due_notices(connection: Connection, before: datetime, most: int) -> list[int]:
    """Notices about no case that were written before then, are on their way no more, and still say something."""
    query = select(notices.c.id).where(
        notices.c.case_id.is_(None),
        notices.c.written_at < before,
        notices.c.status != "pending",
        notices.c.title != PURGED,
    )
    return list(connection.execute(query.order_by(notices.c.id).limit(most)).scalars())


def empty_notices(connection: Connection, which: ColumnElement[bool]) -> int:
    """What they said goes; that they were sent, to whom and when, stays, and so nobody is told twice."""
    emptied = {"title": PURGED, "body": "", "line": "", "attachments": [], "last_error": ""}
    return connection.execute(update(notices).where(which).values(**emptied)).rowcount


def forget_small_things(connection: Connection, before: datetime) -> int:
    """Sessions on the board that are over, and what rose and fell before then; how many."""
    gone = connection.execute(delete(sessions).where(sessions.c.ends_at < before)).rowcount
    return gone + connection.execute(delete(rising_topics).where(rising_topics.c.ended_at < before)).rowcount


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as one transaction takes."""
    for begin in range(0, len(ids), AT_ONCE):
        yield ids[begin : begin + AT_ONCE]
