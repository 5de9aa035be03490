"""What is on Instagram from us: planned posts, those that somebody published by hand, and stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, select

from ig_worker.domain.instagram import Kind
from ig_worker.store.schema import our_media, posts, stories

_KINDS = {"STORY": Kind.STORY, "REELS": Kind.REEL, "CAROUSEL_ALBUM": Kind.CAROUSEL, "VIDEO": Kind.REEL}
"""Meta's words for what a post is, where it was not planned here; the rest are pictures."""


def kind_of(media_type: str, product_type: str) -> Kind:
    """What sort of post Meta means by these two words."""
    return _KINDS.get(product_type) or _KINDS.get(media_type) or Kind.IMAGE


@dataclass(frozen=True)
class Published:
    """A post or a story that went out. ``segment`` is empty for what was not planned here."""

    ig_id: str
    published_at: datetime
    kind: Kind
    segment: str = ""
    caption: str = ""
    permalink: str = ""


def published(
    connection: Connection, account: str, begin: datetime, end: datetime | None = None
) -> list[Published]:
    """Everything that went out from `begin` on (and before `end`), oldest first, each once."""
    found: dict[str, Published] = {}
    query = select(our_media).where(_within(our_media.c.account, our_media.c.posted_at, account, begin, end))
    for row in connection.execute(query):
        kind = kind_of(row.media_type, row.product_type)
        found[row.ig_id] = Published(row.ig_id, row.posted_at, kind, "", row.caption, row.permalink)
    query = select(stories).where(_within(stories.c.account, stories.c.posted_at, account, begin, end))
    for row in connection.execute(query):
        found[row.ig_id] = Published(row.ig_id, row.posted_at, Kind.STORY, "", row.caption, row.permalink)
    query = select(posts).where(
        _within(posts.c.account, posts.c.published_at, account, begin, end),
        posts.c.status == "published",
        posts.c.ig_media_id.is_not(None),
    )
    for row in connection.execute(query):
        there = found.get(row.ig_media_id)
        found[row.ig_media_id] = Published(
            row.ig_media_id,
            row.published_at,
            Kind(row.kind),
            row.segment,
            row.caption,
            row.permalink or (there.permalink if there else ""),
        )
    return sorted(found.values(), key=lambda each: (each.published_at, each.ig_id))


def _within(
    whose: Column[str], when: Column[datetime], account: str, begin: datetime, end: datetime | None
) -> ColumnElement[bool]:
    after = and_(whose == account, when >= begin)
    return after if end is None else and_(after, when < end)
