"""Which of our copies of pictures and videos a post still needs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from ig_worker.domain.publication import Status
from ig_worker.store.rows import one_of
from ig_worker.store.schema import post_media, posts

_OVER = (Status.PUBLISHED.value, Status.CANCELLED.value)


def originals_needed(connection: Connection, before: datetime) -> set[str]:
    """The names of all copies of posts on their way, and of those that were over after then."""
    query = (
        select(post_media.c.original)
        .join(posts, posts.c.id == post_media.c.post_id)
        .where(
            post_media.c.original != "",
            or_(
                ~one_of(posts.c.status, _OVER),
                func.coalesce(posts.c.published_at, posts.c.scheduled_at) >= before,
            ),
        )
    )
    return set(connection.execute(query.distinct()).scalars())
