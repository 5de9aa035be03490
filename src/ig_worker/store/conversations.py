"""The shelf of conversations: when each was read, and how many of its messages could never be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, bindparam, exists, func, select, update

from ig_worker.store.rows import asked, put
from ig_worker.store.schema import answers, conversations, messages, replies

# Asked for each conversation that is read: put together once, since that costs more than the answer.
_BY_IG_ID = select(conversations).where(
    conversations.c.account == bindparam("account"), conversations.c.ig_id == bindparam("ig_id")
)
_STORED = (
    select(*(messages.c[name] for name in ("id", "ig_id", "sent_at", "own", "deleted", "withdrawn_at")))
    .where(
        messages.c.account == bindparam("account"),
        messages.c.conversation_id == bindparam("conversation"),
    )
    .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
)


def read_so_far(connection: Connection, account: str, ig_ids: Collection[str]) -> dict[str, datetime]:
    """`updated_time` of each of these conversations when it was read last."""
    return dict(connection.execute(_read_so_far(), {"account": account, "ig_ids": list(ig_ids)}).all())


@cache
def _read_so_far() -> Select[Any]:
    return select(conversations.c.ig_id, conversations.c.updated_at).where(
        conversations.c.account == asked("account"), conversations.c.ig_id.in_(asked("ig_ids", many=True))
    )


def count(connection: Connection, account: str) -> int:
    """How many conversations of the account were ever read."""
    return int(connection.execute(_count_query(), {"account": account}).scalar_one())


@cache
def _count_query() -> Select[Any]:
    return select(func.count()).select_from(conversations).where(conversations.c.account == asked("account"))


def get(connection: Connection, account: str, conversation_id: str) -> Row[Any] | None:
    """What is known of a conversation."""
    return connection.execute(_BY_IG_ID, {"account": account, "ig_id": conversation_id}).one_or_none()


def mark_read(connection: Connection, account: str, values: Mapping[str, Any]) -> None:
    """All readable messages of this conversation up to `updated_at` are stored; the other columns stay."""
    put(connection, conversations, {"account": account, **values})


def touch(connection: Connection, account: str, conversation_id: str, read_at: datetime) -> None:
    """It was looked for, and need not be for a while."""
    where = conversations.c.account == account, conversations.c.ig_id == conversation_id
    connection.execute(update(conversations).where(*where).values(read_at=read_at))


def to_read_again(
    connection: Connection,
    account: str,
    *,
    written_since: datetime,
    read_before: datetime,
    now: datetime,
    limit: int,
) -> Sequence[Row[Any]]:
    """Conversations whose people wrote lately and that were not read for a while, the longest unread first.

    When one was read that seems to have been read after `now`, by a wrong clock, nobody knows.
    """
    told = {"account": account, "written_since": written_since, "read_before": read_before, "now": now}
    return connection.execute(_to_read_again_query(), {**told, "limit": limit}).all()


@cache
def _to_read_again_query() -> Select[Any]:
    account = asked("account")
    written_since = asked("written_since")
    read_before = asked("read_before")
    limit = asked("limit")
    wrote = exists().where(
        messages.c.account == account,
        messages.c.conversation_id == conversations.c.ig_id,
        messages.c.sent_at > written_since,
        ~messages.c.own,
    )
    query = select(conversations).where(
        conversations.c.account == account,
        conversations.c.updated_at > written_since,
        (conversations.c.read_at <= read_before) | (conversations.c.read_at > asked("now")),
        wrote,
    )
    return query.order_by(conversations.c.read_at).limit(limit)


def stored_messages(connection: Connection, account: str, conversation_id: str) -> Sequence[Any]:
    """A conversation's stored messages, newest first: `id, ig_id, sent_at, own, deleted, withdrawn_at`."""
    return connection.execute(_STORED, {"account": account, "conversation": conversation_id}).all()


def sent_by_us(connection: Connection, account: str, ig_ids: Collection[str]) -> set[str]:
    """Which of these messages the worker has sent."""
    asked_for = {"account": account, "ig_ids": list(ig_ids)}
    return set(connection.execute(_sent_by_us_query(), asked_for).scalars())


@cache
def _sent_by_us_query() -> CompoundSelect[Any]:
    account, ig_ids = asked("account"), asked("ig_ids", many=True)
    sent = select(replies.c.ig_id).where(replies.c.account == account, replies.c.ig_id.in_(ig_ids))
    answered = select(answers.c.ig_id).where(answers.c.account == account, answers.c.ig_id.in_(ig_ids))
    return sent.union(answered)


def lost_messages(connection: Connection) -> int:
    """How many messages were never readable to us."""
    return int(connection.execute(_lost_query()).scalar_one())


@cache
def _lost_query() -> Select[Any]:
    return select(func.coalesce(func.sum(conversations.c.lost), 0))
