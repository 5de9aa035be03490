"""The shelf of replies: at most one to each message, saved by compare-and-swap."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
    update,
)

from ig_worker.domain.reply import ACTIVE, Event, Happened, Purpose, Reply, Status, apply
from ig_worker.store import journal
from ig_worker.store.messages import same_person
from ig_worker.store.our_words import columns_of, reply_of
from ig_worker.store.rows import asked, insert_new, one_of
from ig_worker.store.schema import answers, messages, replies


@dataclass(frozen=True)
class StoredReply:
    """A reply as it lies on the shelf, with the message it answers."""

    id: int
    version: int
    reply: Reply
    text: str
    message: Row[Any]
    human_agent: bool = False
    """Whether a person has written it; the worker's own words never say so."""
    purpose: Purpose = Purpose.THANKS
    phrase: int = -1
    """The number of the phrasing; -1 where the words are no phrasing, or are not meant to go out."""


def plan(
    connection: Connection,
    message: Row[Any],
    reply: Reply,
    text: str,
    phrase: int,
    now: datetime,
    purpose: Purpose = Purpose.THANKS,
) -> None:
    """Put a reply on the shelf, unless the message has one."""
    values = {
        "message_id": message.id,
        "account": message.account,
        "purpose": purpose.value,
        "text": text,
        "phrase": phrase,
        "asked_at": reply.asked_at,
        **columns_of(reply),
    }
    if insert_new(connection, replies, values) is not None:
        kind = "reply" if purpose is Purpose.THANKS else f"reply ({purpose})"
        what = f"{kind} {reply.status}" + (f": {reply.last_error}" if reply.last_error else "")
        journal.note(connection, now, f"message:{message.id}", what)


def active(connection: Connection, account: str) -> list[StoredReply]:
    """The replies of an account for which the worker has something to do: emergencies first, then the oldest."""
    rows = connection.execute(_active_query(), {"account": account}).all()
    return [_stored(connection, row) for row in rows]


@cache
def _active_query() -> Select[Any]:
    emergencies_first = case((replies.c.purpose == Purpose.EMERGENCY.value, 0), else_=1)
    query = select(replies).where(replies.c.account == asked("account"), one_of(replies.c.status, ACTIVE))
    return query.order_by(emergencies_first, replies.c.due_at, replies.c.id)


def of(connection: Connection, message_id: int) -> Row[Any] | None:
    """The worker's own reply to a message, of the columns of ``replies``."""
    return connection.execute(select(replies).where(replies.c.message_id == message_id)).one_or_none()


def save(
    connection: Connection,
    stored: StoredReply,
    reply: Reply,
    now: datetime,
    what: str,
    *,
    who: str = journal.WORKER,
) -> bool:
    """Save the new state if nobody was faster; says whether it was saved."""
    changed = connection.execute(
        update(replies)
        .where(replies.c.id == stored.id, replies.c.version == stored.version)
        .values(**columns_of(reply), version=stored.version + 1)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"message:{stored.message.id}", what, who=who)
    return True


def reword(connection: Connection, stored: StoredReply, text: str) -> StoredReply | None:
    """Other words for a reply that nobody can have seen yet; None where somebody was faster."""
    changed = connection.execute(
        update(replies)
        .where(
            replies.c.id == stored.id,
            replies.c.version == stored.version,
            replies.c.status == Status.PLANNED.value,
            replies.c.calls == 0,
        )
        .values(text=text, version=stored.version + 1)
    )
    return replace(stored, text=text, version=stored.version + 1) if changed.rowcount == 1 else None


def said_since(
    connection: Connection, message: Row[Any], since: datetime, purpose: Purpose, *, anywhere: bool = False
) -> bool:
    """Whether this person was, or is about to be, told such a thing under the same post or in the same conversation.

    ``since`` is the beginning of a day: neither what they wrote nor what the worker said may lie in it. Of two replies
    that are both still planned the earlier one goes out. With ``anywhere``, in whatever place of the account.
    """
    own_number = select(replies.c.id).where(replies.c.message_id == message.id).scalar_subquery()
    tried = replies.c.status.in_([Status.SENDING.value, Status.SENT.value, Status.UNCONFIRMED.value])
    before_us = or_(own_number.is_(None), replies.c.id < own_number)
    query = (
        select(replies.c.id)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(
            messages.c.account == message.account,
            same_person(message),
            replies.c.purpose == purpose.value,
            or_(tried, (replies.c.status == Status.PLANNED.value) & before_us),
            or_(messages.c.sent_at >= since, func.coalesce(replies.c.sent_at, replies.c.due_at) >= since),
            messages.c.id != message.id,
        )
    )
    if not anywhere:
        query = query.where(
            messages.c.media_id == message.media_id, messages.c.conversation_id == message.conversation_id
        )
    return connection.execute(query.limit(1)).first() is not None


def newest_phrases(
    connection: Connection, account: str, count: int, purpose: Purpose = Purpose.THANKS
) -> list[int]:
    """The phrasings used last for such words, newest first, so that neighbours differ."""
    query = select(replies.c.phrase).where(
        replies.c.account == account, replies.c.purpose == purpose.value, replies.c.phrase >= 0
    )
    return list(connection.execute(query.order_by(replies.c.id.desc()).limit(count)).scalars())


def phrases_under(connection: Connection, account: str, media_id: str, count: int) -> list[int]:
    """The phrasings with which people were last thanked under this post, newest first; none without a post."""
    if not media_id:
        return []
    query = (
        select(replies.c.phrase)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(
            messages.c.account == account,
            messages.c.media_id == media_id,
            replies.c.purpose == Purpose.THANKS.value,
            replies.c.phrase >= 0,
        )
    )
    return list(connection.execute(query.order_by(replies.c.id.desc()).limit(count)).scalars())


def skip_planned(
    connection: Connection, message_id: int, reason: str, now: datetime, *, who: str
) -> str | None:
    """Let go of words of the worker's whose call has not begun.

    Returns what they were for (``replies.purpose``), None where there are none such.
    """
    row = of(connection, message_id)
    if row is None or row.status != Status.PLANNED.value:
        return None
    skipped = apply(reply_of(row), Happened(Event.SKIP, reason=reason), now)
    what = f"reply skip: {reason}"
    purpose: str = row.purpose
    return purpose if save(connection, _stored(connection, row), skipped, now, what, who=who) else None


def taken(connection: Connection, stored: StoredReply, found: Collection[str]) -> set[str]:
    """Which of these words of ours on Instagram are known to be others than `stored`."""
    return sent_among(connection, stored.message.account, found)


def sent_among(connection: Connection, account: str, ig_ids: Collection[str]) -> set[str]:
    """Which of these were sent from here, by the worker itself or for the people who answer through it."""
    ids: set[str] = set()
    for shelf in (replies, answers):
        query = select(shelf.c.ig_id).where(shelf.c.account == account, shelf.c.ig_id.in_(ig_ids))
        ids.update(connection.execute(query).scalars())
    return ids


def is_ours(connection: Connection, account: str, ig_id: str, author: str, text: str) -> bool:
    """Whether a message is something that went out from here, by the worker itself or by a person (``answers``).

    By Meta's id, or by its words where the author is withheld.
    """
    asked = {"account": account, "ig_id": ig_id, "text": text}
    return connection.execute(_by_id if author else _by_id_or_words, asked).first() is not None


def _sent_from_here(*, by_words: bool) -> CompoundSelect[Any]:
    """Made once: it is asked for every comment and message, and making it takes longer than the answer."""
    tried = [Status.SENDING.value, Status.SENT.value, Status.UNCONFIRMED.value]
    queries = []
    for shelf in (replies, answers):
        it = shelf.c.ig_id == bindparam("ig_id")
        if by_words:
            it |= (shelf.c.text == bindparam("text")) & shelf.c.status.in_(tried)
        queries.append(select(shelf.c.id).where(shelf.c.account == bindparam("account"), it))
    return union_all(*queries).limit(1)


_by_id, _by_id_or_words = _sent_from_here(by_words=False), _sent_from_here(by_words=True)


def counts(connection: Connection) -> dict[str, int]:
    """How many replies are in each status."""
    query = select(replies.c.status, func.count()).group_by(replies.c.status)
    return dict(connection.execute(query).all())


def sent_between(connection: Connection, account: str, begin: datetime, end: datetime) -> int:
    """How many replies went out in that time."""
    query = select(func.count()).where(
        replies.c.account == account, replies.c.sent_at >= begin, replies.c.sent_at < end
    )
    return connection.execute(query).scalar_one()


def _stored(connection: Connection, row: Row[Any]) -> StoredReply:
    message = connection.execute(select(messages).where(messages.c.id == row.message_id)).one()
    return StoredReply(
        row.id,
        row.version,
        reply_of(row),
        row.text,
        message,
        purpose=Purpose(row.purpose),
        phrase=row.phrase,
    )
