"""The shelf of what waits for a person: since when, who was told, and what ended the waiting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from ig_worker.store import journal
from ig_worker.store.rows import asked, insert_new, one_of
from ig_worker.store.schema import answers, case_messages, messages, our_media, replies, waiting_messages
from ig_worker.store.schema.people import FOR_A_PERSON

BY_ANSWER = "answered"
BY_FREQUENT = "faq"
BY_LABEL = "label"
BY_DELETION = "deleted"
BY_CASE = "case"
BY_EDIT = "edited"
"""``settled_by``, unless a person answered through ig-worker, or called it settled: then it is the person's name."""

BY_ITSELF = (BY_ANSWER, BY_FREQUENT, BY_LABEL, BY_DELETION, BY_CASE, BY_EDIT)

_RELEASED = (BY_LABEL, BY_DELETION, BY_EDIT)
"""What ended so may begin again: another label, a comment that comes back, other words after the answer."""

_in_case = exists().where(case_messages.c.message_id == messages.c.id)
_listed = exists().where(waiting_messages.c.message_id == messages.c.id)
_waits: ColumnElement[bool] = and_(FOR_A_PERSON, ~messages.c.opens_case, ~_in_case)
"""Somebody should look, and no case does it already. Whether there was an answer is asked message by message."""

_open = waiting_messages.c.settled_at.is_(None)

UNANSWERED: ColumnElement[bool] = and_(
    _waits,
    ~exists().where(
        waiting_messages.c.message_id == messages.c.id,
        waiting_messages.c.settled_at.is_not(None),
        ~one_of(waiting_messages.c.settled_by, _RELEASED),
    ),
)
"""What waits as far as the list knows, or should be on it; for queries out of ``messages`` alone."""


def beginning(connection: Connection, accounts: Collection[str]) -> Sequence[Row[Any]]:
    """Messages that should wait and are not on the list, oldest first."""
    return connection.execute(_beginning_query(), {"accounts": list(accounts)}).all()


@cache
def _beginning_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    query = select(messages).where(messages.c.account.in_(accounts), _waits, ~_listed)
    return query.order_by(messages.c.id)


def begin(connection: Connection, message: Row[Any], since: datetime, now: datetime) -> None:
    """Put a message on the list, unless somebody was faster."""
    values = {"message_id": message.id, "account": message.account, "since": since}
    if insert_new(connection, waiting_messages, values) is not None:
        journal.note(connection, now, f"message:{message.id}", "waits for a person")


def begin_answered(connection: Connection, message: Row[Any], by: str, now: datetime) -> None:
    """Put on the list what was answered before the worker saw it: it has waited, and does not any more."""
    values = {"message_id": message.id, "account": message.account, "since": message.first_seen_at}
    insert_new(connection, waiting_messages, {**values, "settled_at": now, "settled_by": by})


def resumed(connection: Connection, accounts: Collection[str]) -> list[int]:
    """Messages that had left the list by their label, by deletion or before an edit, and should be on it again."""
    return list(connection.execute(_resumed_query(), {"accounts": list(accounts)}).scalars())


@cache
def _resumed_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    return _both(waiting_messages.c.message_id).where(
        waiting_messages.c.account.in_(accounts), one_of(waiting_messages.c.settled_by, _RELEASED), _waits
    )


def edited(connection: Connection, message_id: int) -> None:
    """Its author has edited it: whoever answered it, or called it settled, did so of what stood there before."""
    connection.execute(
        update(waiting_messages)
        .where(waiting_messages.c.message_id == message_id, ~_open)
        .values(settled_by=BY_EDIT)
    )


def begin_again(connection: Connection, message_id: int, now: datetime) -> None:
    """Let it wait from now on, as if nobody had been told."""
    connection.execute(
        update(waiting_messages)
        .where(waiting_messages.c.message_id == message_id, one_of(waiting_messages.c.settled_by, _RELEASED))
        .values(since=now, told_at=None, reminded_at=None, reminders=0, settled_at=None, settled_by="")
    )
    journal.note(connection, now, f"message:{message_id}", "waits for a person again")


def released(connection: Connection, accounts: Collection[str]) -> list[tuple[int, str]]:
    """Messages on the list for which nobody need look any more, without an answer: their ids, and why."""
    return [(row.id, row.why) for row in connection.execute(_released_query(), {"accounts": list(accounts)})]


@cache
def _released_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    why = case((messages.c.deleted, BY_DELETION), (messages.c.opens_case | _in_case, BY_CASE), else_=BY_LABEL)
    return _both(messages.c.id, why.label("why")).where(
        waiting_messages.c.account.in_(accounts), _open, ~_waits
    )


def unanswered(connection: Connection, *among: ColumnElement[bool]) -> dict[int, bool]:
    """Messages (``among`` those only) that wait as far as the list knows, or should be on it; with each, whether
    something of ours stands in its thread since, so that ``messages.answered_by_us`` may know more."""
    query = select(messages.c.id, spoken_since().label("spoken")).where(UNANSWERED, *among)
    return {row.id: bool(row.spoken) for row in connection.execute(query)}


def perhaps_answered(connection: Connection, accounts: Collection[str]) -> Sequence[Row[Any]]:
    """Messages on the list in whose thread we have said something since; ``messages.answered_by_us`` knows the rest."""
    return connection.execute(_perhaps_answered_query(), {"accounts": list(accounts)}).all()


@cache
def _perhaps_answered_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    query = _both(messages).where(waiting_messages.c.account.in_(accounts), _open, spoken_since())
    return query.order_by(messages.c.id)


def spoken_since() -> ColumnElement[bool]:
    """Of ``messages``: something of ours stands in the thread that may be the answer."""
    line = messages.alias("line")
    # An answer through ig-worker hangs on the message it was given to, and counts for the others in the thread.
    through_us = exists().where(answers.c.message_id == line.c.id, answers.c.status == "sent")
    later = line.c.own & (line.c.sent_at >= messages.c.sent_at)
    ours = line.c.account == messages.c.account, ~line.c.deleted, later | through_us
    # Comments have no conversation; all of them would be looked through for each of them.
    conversation = func.nullif(messages.c.conversation_id, "")
    root = case((messages.c.parent_id != "", messages.c.parent_id), else_=messages.c.ig_id)
    return or_(
        and_(
            messages.c.channel == "dm",
            exists().where(*ours, line.c.conversation_id == conversation),
        ),
        and_(messages.c.channel == "comment", exists().where(*ours, line.c.parent_id == root)),
        and_(messages.c.channel == "comment", exists().where(*ours, line.c.ig_id == root)),
        exists().where(replies.c.message_id == messages.c.id, replies.c.purpose == "answer"),
    )


def answered_by(connection: Connection, message: Row[Any]) -> str:
    """Who has answered a message of which it is known that it was answered: a name, or one of the words above."""
    query = select(answers.c.by).where(answers.c.message_id == message.id, answers.c.status == "sent")
    by = connection.execute(query.order_by(answers.c.id)).scalars().first()
    if by is not None:
        return str(by)
    frequent = select(replies.c.id).where(
        replies.c.message_id == message.id, replies.c.purpose == "answer", replies.c.status == "sent"
    )
    return BY_FREQUENT if connection.execute(frequent).first() is not None else BY_ANSWER


def settle(
    connection: Connection, message_id: int, by: str, now: datetime, *, who: str = journal.WORKER
) -> bool:
    """It waits no longer; says whether it did until now."""
    changed = connection.execute(
        update(waiting_messages)
        .where(waiting_messages.c.message_id == message_id, _open)
        .values(settled_at=now, settled_by=by)
    )
    if changed.rowcount:
        journal.note(connection, now, f"message:{message_id}", f"waits no longer ({by})", who=who)
    return changed.rowcount == 1


def waits_now(connection: Connection, message_id: int) -> bool:
    """Whether a message waits as far as the list knows, or should be on it."""
    query = select(messages.c.id).where(messages.c.id == message_id, UNANSWERED)
    return connection.execute(query).first() is not None


def settle_by_hand(connection: Connection, message: Row[Any], by: str, now: datetime) -> bool:
    """Somebody says that it need not be answered, perhaps before it was on the list; says whether it waited."""
    if not waits_now(connection, message.id):
        return False
    values = {"message_id": message.id, "account": message.account, "since": message.first_seen_at}
    insert_new(connection, waiting_messages, values)
    return settle(connection, message.id, by, now, who=by)


def take_back(connection: Connection, message: Row[Any], by: str, now: datetime) -> bool:
    """It waits from now on, though somebody had called it settled; False where it was answered, or waits already."""
    given = exists().where(answers.c.message_id == message.id, answers.c.status == "sent")
    changed = connection.execute(
        update(waiting_messages)
        .where(
            waiting_messages.c.message_id == message.id,
            waiting_messages.c.settled_at.is_not(None),
            ~one_of(waiting_messages.c.settled_by, BY_ITSELF),
            ~given,
        )
        .values(since=now, told_at=None, reminded_at=None, reminders=0, settled_at=None, settled_by="")
    )
    if changed.rowcount:
        journal.note(connection, now, f"message:{message.id}", "waits for a person again", who=by)
    return changed.rowcount == 1


def perhaps_due(
    connection: Connection, accounts: Collection[str], told_before: datetime, most_reminders: int
) -> Sequence[Row[Any]]:
    """Of what waits, all that nobody was told of, and what was told last before that time; with the post's link."""
    return connection.execute(
        _perhaps_due_query(),
        {"accounts": list(accounts), "told_before": told_before, "most_reminders": most_reminders},
    ).all()


@cache
def _perhaps_due_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    told_before = asked("told_before")
    most_reminders = asked("most_reminders")
    last = func.coalesce(waiting_messages.c.reminded_at, waiting_messages.c.told_at)
    query = (
        select(
            messages,
            waiting_messages.c.since,
            waiting_messages.c.told_at,
            waiting_messages.c.reminded_at,
            waiting_messages.c.reminders,
            our_media.c.permalink,
        )
        .join(waiting_messages, waiting_messages.c.message_id == messages.c.id)
        .outerjoin(
            our_media,
            and_(our_media.c.account == messages.c.account, our_media.c.ig_id == messages.c.media_id),
        )
        .where(
            waiting_messages.c.account.in_(accounts),
            _open,
            waiting_messages.c.told_at.is_(None)
            | ((last <= told_before) & (waiting_messages.c.reminders < most_reminders)),
        )
    )
    return query.order_by(waiting_messages.c.since, messages.c.id)


def mark_told(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """The team was told of a row of :func:`perhaps_due`, or reminded; False where somebody was faster."""
    first = row.told_at is None
    values = {"told_at": now} if first else {"reminded_at": now, "reminders": row.reminders + 1}
    changed = connection.execute(
        update(waiting_messages)
        .where(
            waiting_messages.c.message_id == row.id,
            _open,
            waiting_messages.c.reminders == row.reminders,
            waiting_messages.c.told_at.is_(None) if first else waiting_messages.c.told_at.is_not(None),
        )
        .values(**values)
    )
    return changed.rowcount == 1


def standing(connection: Connection, topics: Collection[str] | None = None) -> tuple[int, datetime | None]:
    """How many messages wait for a person, and since when the oldest does; those not on the list yet included.

    About these topics only, where some are named. What was answered through ig-worker does not wait until the next pass
    that settles it.
    """
    about = {} if topics is None else {"topics": list(topics)}
    queries = _standing_queries(by_topic=topics is not None)
    rows = [connection.execute(query, about).one() for query in queries]
    moments = [moment for _, moment in rows if moment is not None]
    return sum(count for count, _ in rows), min(moments, default=None)


@cache
def _standing_queries(*, by_topic: bool) -> tuple[Executable, Executable]:
    among = [~exists().where(answers.c.message_id == messages.c.id, answers.c.status == "sent")]
    if by_topic:
        among.append(messages.c.topic.in_(asked("topics", many=True)))
    on_it = _both(func.count(), func.min(waiting_messages.c.since)).where(_open, _waits, *among)
    not_yet = select(func.count(), func.min(messages.c.first_seen_at)).where(_waits, ~_listed, *among)
    return on_it, not_yet


def _both(*columns: Any) -> Select[Any]:
    return select(*columns).join_from(
        messages, waiting_messages, waiting_messages.c.message_id == messages.c.id
    )
