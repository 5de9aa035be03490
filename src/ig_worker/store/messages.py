"""The shelf of comments and messages, each exactly once, with what they were judged to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, update
from sqlalchemy import false as sql_false

from ig_worker.store import journal
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import case_messages, cases, messages, posts, replies


def add(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Store a message; None when it stands there already."""
    return insert_new(connection, messages, values)


def by_ig_id(connection: Connection, account: str, ig_id: str) -> Row[Any] | None:
    """The message with Meta's id."""
    query = select(messages).where(messages.c.account == account, messages.c.ig_id == ig_id)
    return connection.execute(query).one_or_none()


def get(connection: Connection, message_id: int) -> Row[Any] | None:
    """The message with our id."""
    return connection.execute(select(messages).where(messages.c.id == message_id)).one_or_none()


def change(connection: Connection, message_id: int, now: datetime, what: str, **values: Any) -> None:
    """Change a message (edited, judged again) and say so in the journal."""
    connection.execute(update(messages).where(messages.c.id == message_id).values(**values))
    journal.note(connection, now, f"message:{message_id}", what)


def _thread_of(message: Row[Any]) -> Select[Any]:
    query = select(messages).where(messages.c.account == message.account, ~messages.c.deleted)
    if message.channel == "dm":
        return query.where(messages.c.conversation_id == message.conversation_id)
    root = message.parent_id or message.ig_id
    return query.where((messages.c.ig_id == root) | (messages.c.parent_id == root))


def thread_before(connection: Connection, message: Row[Any], limit: int = 200) -> Sequence[Row[Any]]:
    """What was said in the message's thread before it, oldest first."""
    query = _thread_of(message).where(messages.c.sent_at <= message.sent_at, messages.c.id != message.id)
    found = connection.execute(
        query.order_by(messages.c.sent_at.desc(), messages.c.id.desc()).limit(limit)
    ).all()
    return found[::-1]


def same_person(message: Row[Any]) -> ColumnElement[bool]:
    """Whoever wrote this message: by Meta's id, else by name; nobody where both are withheld."""
    same: ColumnElement[bool] = sql_false()
    if message.author_id:
        same = messages.c.author_id == message.author_id
    elif message.author:
        same = messages.c.author == message.author
    return same


def complains_here(connection: Connection, message: Row[Any], since: datetime) -> bool:
    """Whether the same person has something to be heard under the same post or in the same conversation."""
    query = select(messages.c.id).where(
        messages.c.account == message.account,
        messages.c.media_id == message.media_id,
        messages.c.conversation_id == message.conversation_id,
        ~messages.c.own if message.channel == "dm" else same_person(message),
        messages.c.opens_case | messages.c.danger | (messages.c.label == "keluhan"),
        messages.c.sent_at >= since,
    )
    return connection.execute(query.limit(1)).first() is not None


def unknown_ids(connection: Connection, account: str, ig_ids: Collection[str]) -> set[str]:
    """Which of these messages are not stored yet."""
    known = select(messages.c.ig_id).where(messages.c.account == account, messages.c.ig_id.in_(ig_ids))
    return set(ig_ids) - set(connection.execute(known).scalars())


def dangers_in_mild_cases(connection: Connection, account: str) -> Sequence[tuple[Row[Any], int, str]]:
    """Words about a danger in a case that is not yet called grave, an edited complaint for example; with the case."""
    query = (
        select(messages, cases.c.id.label("case_id"), cases.c.number.label("case_number"))
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(messages.c.account == account, messages.c.danger, cases.c.severity != "darurat")
    )
    return [(row, row.case_id, row.case_number) for row in connection.execute(query.order_by(messages.c.id))]


def alarms(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Words about a danger to somebody's life that belong to no case."""
    query = select(messages).where(
        messages.c.account == account,
        messages.c.danger,
        ~messages.c.opens_case,
        ~messages.c.own,
        ~messages.c.backlog,
        messages.c.first_seen_at >= since,
    )
    return connection.execute(query.order_by(messages.c.id)).all()


def answered_by_us(connection: Connection, message: Row[Any]) -> bool:
    """Whether the account has written in the thread after this message; the worker's thanks to others do not count."""
    thanks = select(replies.c.ig_id).where(replies.c.account == message.account)
    query = _thread_of(message).where(
        messages.c.own,
        messages.c.sent_at >= message.sent_at,
        messages.c.id != message.id,
        messages.c.ig_id.not_in(thanks),
    )
    return connection.execute(query.limit(1)).first() is not None


def last_from(connection: Connection, account: str, conversation_id: str) -> datetime | None:
    """When the person of a conversation wrote last: the 24-hour window is counted from there."""
    query = select(func.max(messages.c.sent_at)).where(
        messages.c.account == account, messages.c.conversation_id == conversation_id, ~messages.c.own
    )
    return connection.execute(query).scalar()


def to_thank(connection: Connection, account: str) -> Sequence[Row[Any]]:
    """Praise that may be thanked and for which no reply was planned yet."""
    planned = select(replies.c.message_id)
    query = select(messages).where(
        messages.c.account == account,
        messages.c.auto_thank,
        ~messages.c.own,
        ~messages.c.backlog,
        ~messages.c.deleted,
        messages.c.id.not_in(planned),
    )
    return connection.execute(query.order_by(messages.c.sent_at, messages.c.id)).all()


def for_cases(connection: Connection, account: str) -> Sequence[Row[Any]]:
    """Complaints and suggestions that belong to no case yet."""
    in_case = select(case_messages.c.message_id)
    query = select(messages).where(
        messages.c.account == account,
        messages.c.opens_case,
        ~messages.c.own,
        ~messages.c.backlog,
        messages.c.id.not_in(in_case),
    )
    return connection.execute(query.order_by(messages.c.sent_at, messages.c.id)).all()


def listed(
    connection: Connection, *, label: str | None = None, limit: int | None = None
) -> Sequence[Row[Any]]:
    """People's messages (not our own) with their reply and case, oldest first."""
    query = (
        select(
            messages,
            replies.c.status.label("reply_status"),
            replies.c.text.label("reply_text"),
            replies.c.ig_id.label("reply_ig_id"),
            replies.c.sent_at.label("reply_sent_at"),
            cases.c.number.label("case_number"),
        )
        .outerjoin(replies, replies.c.message_id == messages.c.id)
        .outerjoin(case_messages, case_messages.c.message_id == messages.c.id)
        .outerjoin(cases, cases.c.id == case_messages.c.case_id)
        .where(~messages.c.own)
        .order_by(messages.c.sent_at, messages.c.id)
        .limit(limit)
    )
    if label is not None:
        query = query.where(messages.c.label == label)
    return connection.execute(query).all()


def counts(connection: Connection) -> dict[str, int]:
    """How many messages of people have each label."""
    query = select(messages.c.label, func.count()).where(~messages.c.own).group_by(messages.c.label)
    return dict(connection.execute(query).all())


def segment_of(connection: Connection, message: Row[Any]) -> str:
    """The segment of the planned post under which a comment stands; empty where there is none."""
    if not message.media_id:
        return ""
    query = select(posts.c.segment).where(
        posts.c.account == message.account, posts.c.ig_media_id == message.media_id
    )
    return connection.execute(query).scalar() or ""


def needing_review(connection: Connection) -> int:
    """How many of people's messages wait for a person to judge them and have had no answer."""
    query = select(func.count()).where(messages.c.needs_review, ~messages.c.own, ~messages.c.backlog)
    return connection.execute(query).scalar_one()
