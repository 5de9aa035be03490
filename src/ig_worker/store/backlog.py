"""What stood there before an account's first contact, counted: it is stored and judged, and nothing else is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from ig_worker.store.schema import messages, our_media


@dataclass(frozen=True)
class Backlog:
    """How many messages of people by label, and by topic of complaints and suggestions, the most first."""

    by_label: dict[str, int]
    by_topic: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    exposing: int = 0
    """How many public comments seem to show somebody's health or person."""

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.by_label.values())


def backlog_of(connection: Connection, account: str) -> Backlog:
    """An account's backlog; what was taken back since does not count."""
    of_people = _of_people(account)
    labels = select(messages.c.label, func.count().label("n")).where(of_people).group_by(messages.c.label)
    topics = (
        select(messages.c.topic, func.count().label("n"))
        .where(of_people, messages.c.label.in_(("keluhan", "saran")))
        .group_by(messages.c.topic)
    )
    oldest, newest = (
        connection.execute(select(one(messages.c.sent_at)).where(of_people)).scalar()
        for one in (func.min, func.max)
    )
    return Backlog(
        {
            row.label: row.n
            for row in connection.execute(labels.order_by(func.count().desc(), messages.c.label))
        },
        {
            row.topic: row.n
            for row in connection.execute(topics.order_by(func.count().desc(), messages.c.topic))
        },
        oldest,
        newest,
        connection.execute(
            select(func.count()).where(of_people, messages.c.exposes != "", ~messages.c.hidden)
        ).scalar_one(),
    )


def worst(connection: Connection, account: str, limit: int) -> Sequence[Row[Any]]:
    """The complaints to be looked at first, and any danger, with their post's `permalink`: the surest and newest."""
    query = (
        select(messages, our_media.c.permalink)
        .outerjoin(
            our_media,
            (our_media.c.account == messages.c.account) & (our_media.c.ig_id == messages.c.media_id),
        )
        .where(_of_people(account), (messages.c.label == "keluhan") | messages.c.danger)
        .order_by(
            messages.c.danger.desc(),
            messages.c.opens_case.desc(),
            messages.c.confidence.desc(),
            messages.c.sent_at.desc(),
            messages.c.id.desc(),
        )
    )
    return connection.execute(query.limit(limit)).all()


def _of_people(account: str) -> ColumnElement[bool]:
    return (messages.c.account == account) & messages.c.backlog & ~messages.c.own & ~messages.c.deleted
