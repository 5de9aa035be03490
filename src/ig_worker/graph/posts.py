"""What is published: our posts and stories as Meta lists them (section B)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ig_worker.domain.instagram import Kind, Media, Page
from ig_worker.graph.answers import Found, id_text, kept_text, whole_number
from ig_worker.graph.reading import cursor, moment, page_of, read_fields
from ig_worker.graph.session import GraphSession

MEDIA_FIELDS = (
    "id",
    "caption",
    "timestamp",
    "media_type",
    "media_product_type",
    "permalink",
    "comments_count",
    "like_count",
    "media_url",
    "thumbnail_url",
)
MEDIA_A_PAGE = 100
MOST_PAGES = 100
"""Meta lists the newest 10,000 posts and no more."""

Listed = list[tuple[Media, Mapping[str, Any]]]
"""Posts, each with what else Meta's answer holds of it."""


def media_page(graph: GraphSession, since: datetime, after: str | None) -> Page[Media]:
    """One page of our posts since then, newest first. One without a time counts as made when it was read.

    The last page is the one that ends before that time, also where Meta does not heed ``since``.
    """
    found = _read_media(graph, "media", since, after)
    listed = page_of("media", found, lambda item: _media(item, found.at))
    page = _since(since, listed)
    return Page(page.items) if listed.items and listed.items[-1] not in page.items else page


def media_since(graph: GraphSession, since: datetime, *, kind: Kind) -> tuple[Media, ...]:
    """All our posts since then, without those whose time Meta withholds.

    Stories stand in a list of their own, for as long as they are shown. A cursor that leads back ends the reading.
    """
    edge = "stories" if kind is Kind.STORY else "media"
    listed: list[Media] = []
    asked: set[str | None] = set()
    after = None
    while after not in asked and len(asked) < MOST_PAGES:
        asked.add(after)
        page = _since(since, page_of(edge, _read_media(graph, edge, since, after), _dated_media))
        listed += page.items
        if (after := page.after) is None:
            break
    return tuple(listed)


def posts_with(
    graph: GraphSession, edge: str, since: datetime | None, *, a_page: int, expand: Callable[[str], str] = str
) -> Listed:
    """All our posts since then (all that are listed, without a ``since``), each once, newest first.

    ``expand`` adds to the fields what else is asked of each. One without a time counts as made when it was read. The
    pages end where a post is older, also where Meta does not heed ``since``.
    """
    begin = since.replace(microsecond=0) if since else None
    listed: dict[str, tuple[Media, Mapping[str, Any]]] = {}
    asked: set[str | None] = set()
    after: str | None = None
    while after not in asked and len(asked) < MOST_PAGES:
        asked.add(after)
        found = _read_media(graph, edge, since, after, a_page=a_page, expand=expand)
        page = page_of(edge, found, lambda item, at=found.at: (_media(item, at), item))  # type: ignore[misc]
        young = [one for one in page.items if begin is None or one[0].timestamp >= begin]
        listed |= {media.ig_id: (media, item) for media, item in young if media.ig_id not in listed}
        if page.after is None or (page.items and page.items[-1] not in young):
            break
        after = page.after
    return [*listed.values()]


def _read_media(
    graph: GraphSession,
    edge: str,
    since: datetime | None,
    after: str | None,
    *,
    a_page: int = MEDIA_A_PAGE,
    expand: Callable[[str], str] = str,
) -> Found:
    query = {"limit": str(a_page), **cursor(after)}
    if edge == "media" and since is not None:
        query["since"] = str(int(since.timestamp()))
    return read_fields(
        graph, "media", f"{graph.account.ig_user_id}/{edge}", MEDIA_FIELDS, query, expand=expand
    )


def _since(since: datetime, page: Page[Media]) -> Page[Media]:
    """Meta's times are whole seconds, so a post of this very second counts."""
    begin = since.replace(microsecond=0)
    return Page(tuple(media for media in page.items if media.timestamp >= begin), page.after)


def _dated_media(item: Mapping[str, Any]) -> Media | None:
    timestamp = moment(item.get("timestamp"))
    return None if timestamp is None else _media(item, timestamp)


def _media(item: Mapping[str, Any], read_at: datetime) -> Media:
    return Media(
        id_text(item.get("id")),
        kept_text(item.get("caption")),
        moment(item.get("timestamp")) or read_at,
        kept_text(item.get("media_type")),
        kept_text(item.get("media_product_type")),
        kept_text(item.get("permalink")),
        whole_number(item.get("comments_count")),
        whole_number(item.get("like_count")),
        kept_text(item.get("media_url")),
        kept_text(item.get("thumbnail_url")),
    )
