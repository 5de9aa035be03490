"""The shelf of posts as a calendar sees it: a line for each, by the time for which it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, select

from ig_worker.store.posts import COVER
from ig_worker.store.schema import our_media, post_media, posts

FIRST_PICTURE = (
    select(post_media.c.original)
    .where(post_media.c.post_id == posts.c.id)
    .order_by(case((post_media.c.role == COVER, 0), else_=1), post_media.c.position)
    .limit(1)
    .scalar_subquery()
    .label("picture")
)
"""Our copy of a post's cover or first file, null where there is none yet."""

_LINE = [
    *(
        posts.c[name]
        for name in (
            "id",
            "account",
            "key",
            "status",
            "kind",
            "segment",
            "scheduled_at",
            "caption",
            "last_error",
            "content_hash",
        )
    ),
    FIRST_PICTURE,
]

_DIRECT = [
    our_media.c[name] for name in ("account", "ig_id", "caption", "media_type", "product_type", "permalink")
]


def planned_between(connection: Connection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """The posts of that time, `until` not included, by their time.

    With our copy of the cover or first file, empty where there is none yet (``picture``); aware times, in UTC.
    """
    query: Select[Any] = select(*_LINE).where(posts.c.scheduled_at >= since, posts.c.scheduled_at < until)
    return connection.execute(query.order_by(posts.c.scheduled_at, posts.c.id)).all()


def made_by_hand(connection: Connection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """What stands on Instagram since that time and is no post of the plan, `until` not included, oldest first."""
    ours = and_(posts.c.account == our_media.c.account, posts.c.ig_media_id == our_media.c.ig_id)
    query: Select[Any] = (
        select(*_DIRECT, our_media.c.posted_at)
        .outerjoin(posts, ours)
        .where(our_media.c.posted_at >= since, our_media.c.posted_at < until, posts.c.id.is_(None))
    )
    return connection.execute(query.order_by(our_media.c.posted_at, our_media.c.ig_id)).all()
