"""People's messages by the page, the newest first: a page costs the same at the beginning and far behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, or_, select

from ig_worker.store.messages import answered_by_us, with_outcome
from ig_worker.store.schema import case_messages, cases, messages, our_media, posts, waiting_messages
from ig_worker.store.schema.people import LISTED, LISTED_FOR_A_PERSON
from ig_worker.store.waiting import UNANSWERED, spoken_since

AT_ONCE = 100
"""So many that may wait are looked at together, until a page is full."""


@dataclass(frozen=True)
class Unit:
    """Whose messages alone are shown: those about its topics, and those in its cases; no name, none at all."""

    name: str
    topics: Collection[str]


@dataclass(frozen=True)
class Asked:
    """Which messages: all of them, as far as nothing is said."""

    label: str = ""
    topic: str = ""
    channel: str = ""
    account: str = ""
    waiting: bool = False
    """Only what waits for a person."""
    exposing: bool = False
    """Only what shows everybody somebody's health or person."""
    unit: Unit | None = None


def page(
    connection: Connection, asked: Asked, after: tuple[datetime, int] | None, limit: int
) -> Sequence[Row[Any]]:
    """The newest messages (as ``messages.with_outcome`` gives them), or those that come after this time and id."""
    found = (
        _waiting(connection, asked, after, limit) if asked.waiting else _any(connection, asked, after, limit)
    )
    query = with_outcome().where(messages.c.id.in_(found))
    return connection.execute(query.order_by(messages.c.sent_at.desc(), messages.c.id.desc())).all()


def one(connection: Connection, message_id: int, unit: Unit | None) -> Row[Any] | None:
    """A message of the public with our id, if it is one of this unit's (None: of any)."""
    if unit is not None:
        mine = select(messages.c.id).where(messages.c.id == message_id, _of_unit(unit))
        if connection.execute(mine).first() is None:
            return None
    rows = connection.execute(with_outcome().where(messages.c.id == message_id)).all()
    return rows[0] if rows else None


def of_unit(connection: Connection, message_ids: Collection[int], unit: Unit) -> set[int]:
    """Which of these messages are this unit's."""
    query = select(messages.c.id).where(messages.c.id.in_(message_ids), _of_unit(unit))
    return set(connection.execute(query).scalars())


def settled(connection: Connection, message_ids: Collection[int]) -> Mapping[int, Row[Any]]:
    """What has waited for a person and does not any more: ``settled_at``, ``settled_by``, by the message's id."""
    query = select(waiting_messages).where(
        waiting_messages.c.message_id.in_(message_ids), waiting_messages.c.settled_at.is_not(None)
    )
    return {row.message_id: row for row in connection.execute(query)}


def post_of(connection: Connection, message: Row[Any]) -> Row[Any] | None:
    """The post under which a comment stands: ``caption``, ``permalink``, ``post_id`` where it was planned here."""
    if not message.media_id:
        return None
    query: Select[Any] = (
        select(our_media.c.caption, our_media.c.permalink, our_media.c.posted_at, posts.c.id.label("post_id"))
        .outerjoin(
            posts, and_(posts.c.account == our_media.c.account, posts.c.ig_media_id == our_media.c.ig_id)
        )
        .where(our_media.c.account == message.account, our_media.c.ig_id == message.media_id)
    )
    rows = connection.execute(query.limit(1)).all()
    return rows[0] if rows else None


def _any(connection: Connection, asked: Asked, after: tuple[datetime, int] | None, limit: int) -> list[int]:
    query = select(messages.c.id).where(LISTED, *_conditions(asked), *_behind(after))
    query = query.order_by(messages.c.sent_at.desc(), messages.c.id.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def _waiting(
    connection: Connection, asked: Asked, after: tuple[datetime, int] | None, limit: int
) -> list[int]:
    found: list[int] = []
    while len(found) < limit:
        query = (
            select(messages, spoken_since().label("spoken"))
            .where(LISTED_FOR_A_PERSON, UNANSWERED, *_conditions(asked), *_behind(after))
            .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
            .limit(AT_ONCE)
        )
        rows = connection.execute(query).all()
        found += [row.id for row in rows if not (row.spoken and answered_by_us(connection, row))]
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].sent_at, rows[-1].id
    return found[:limit]


def _behind(after: tuple[datetime, int] | None) -> Iterator[ColumnElement[bool]]:
    if after is not None:
        at, message_id = after
        # Said so, both databases begin in the index at that time.
        yield messages.c.sent_at <= at
        yield or_(messages.c.sent_at < at, messages.c.id < message_id)


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (messages.c.label, asked.label),
        (messages.c.topic, asked.topic),
        (messages.c.channel, asked.channel),
        (messages.c.account, asked.account),
    ):
        if value:
            yield column == value
    if asked.exposing:
        yield and_(messages.c.exposes != "", ~messages.c.deleted, ~messages.c.hidden)
    if asked.unit is not None:
        yield _of_unit(asked.unit)


def _of_unit(unit: Unit) -> ColumnElement[bool]:
    if not unit.name:
        return false()
    theirs = (
        select(case_messages.c.message_id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(cases.c.unit == unit.name)
    )
    return or_(messages.c.topic.in_(list(unit.topics)), messages.c.id.in_(theirs))
