"""The shelf of what was read under our posts, with the last sweep of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ig_worker.domain.instagram import Media
from ig_worker.store.rows import put
from ig_worker.store.schema import our_media


def remember_media(connection: Connection, account: str, media: Media) -> None:
    """Keep what the list says of one of our posts, except its count: that follows a complete sweep."""
    put(
        connection,
        our_media,
        {
            "account": account,
            "ig_id": media.ig_id,
            "caption": media.caption,
            "media_type": media.media_type,
            "product_type": media.product_type,
            "permalink": media.permalink,
            "posted_at": media.timestamp,
        },
    )


@dataclass(frozen=True)
class Sweep:
    """A complete reading of a post's comments: how many were announced (None if withheld) and how many were seen."""

    announced: int | None = None
    seen: int = 0
    at: datetime | None = None
    """None before the first one, and where the next one is wanted at once."""


def last_sweeps(connection: Connection, account: str) -> dict[str, Sweep]:
    """The last complete reading of each of our posts."""
    columns = (our_media.c.ig_id, our_media.c.comments_count, our_media.c.comments_seen, our_media.c.swept_at)
    found = connection.execute(select(*columns).where(our_media.c.account == account))
    return {row.ig_id: Sweep(row.comments_count, row.comments_seen or 0, row.swept_at) for row in found}


def mark_swept(connection: Connection, account: str, media_id: str, sweep: Sweep) -> None:
    """This was the last complete reading; one without a time asks for another."""
    connection.execute(
        update(our_media)
        .where(our_media.c.account == account, our_media.c.ig_id == media_id)
        .values(comments_count=sweep.announced, comments_seen=sweep.seen, swept_at=sweep.at)
    )


def media(connection: Connection, account: str, media_id: str) -> Row[Any] | None:
    """What is known of one of our posts on Instagram."""
    query = select(our_media).where(our_media.c.account == account, our_media.c.ig_id == media_id)
    return connection.execute(query).one_or_none()
