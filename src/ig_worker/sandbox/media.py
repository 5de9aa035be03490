"""Published posts: what can be read of them, their lists, and the two things that can be changed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ig_worker.sandbox.call import Call, Json, Listing, flag_of, moment_of
from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.entities import DAY, Account, Media
from ig_worker.sandbox.errors import graph_error
from ig_worker.sandbox.figures import media_figure

NEWEST = 10_000


def shortcode(media: Media) -> str:
    """The short name in a permalink."""
    return base64.urlsafe_b64encode(int(media.id).to_bytes(9, "big")).decode()[1:]


def permalink(media: Media) -> str:
    """The address of the post on instagram.com (which the sandbox does not serve)."""
    if media.post_kind == "story":
        return f"https://www.instagram.com/stories/{media.account.username}/{media.id}"
    folder = "reel" if media.post_kind == "reel" else "p"
    return f"https://www.instagram.com/{folder}/{shortcode(media)}/"


def _figure(name: str) -> Callable[[Call, Media], int | None]:
    """A figure of the post itself; children of a carousel have none (section B)."""
    return lambda call, media: None if media.parent else media_figure(call.world, media, name)


MEDIA_FIELDS: Mapping[str, Callable[[Call, Media], Any]] = {
    "id": lambda call, media: media.id,
    "ig_id": lambda call, media: media.id,
    "legacy_instagram_media_id": lambda call, media: media.id,
    "shortcode": lambda call, media: shortcode(media),
    # Children of a carousel have neither caption nor permalink (section B).
    "caption": lambda call, media: None if media.parent else media.caption or None,
    "permalink": lambda call, media: None if media.parent else permalink(media),
    "alt_text": lambda call, media: media.alt_text or None,
    "timestamp": lambda call, media: graph_time(media.at),
    "media_type": lambda call, media: media.media_type,
    "media_product_type": lambda call, media: media.product_type,
    "media_url": lambda call, media: media.url or None,
    "thumbnail_url": lambda call, media: (
        f"https://scontent.cdninstagram.com/{media.id}.jpg" if media.is_video else None
    ),
    "owner": lambda call, media: media.account,
    "username": lambda call, media: media.account.username,
    "is_comment_enabled": lambda call, media: media.comment_enabled,
    "is_shared_to_feed": lambda call, media: media.shared_to_feed if media.post_kind == "reel" else None,
    "comments_count": lambda call, media: None if media.parent else media.comments_count(),
    "like_count": _figure("likes"),
    "view_count": _figure("views"),
    "saved_count": _figure("saved"),
    "shares_count": _figure("shares"),
    "reposts_count": _figure("reposts"),
    "total_like_count": _figure("total_likes"),
    "total_comments_count": _figure("total_comments"),
    "total_views_count": _figure("total_views"),
    "has_poll": lambda call, media: False,
    "has_slider": lambda call, media: False,
}


def _newest_first(posts: list[Media]) -> list[Media]:
    return sorted(
        (media for media in posts if not media.deleted), key=lambda media: media.order, reverse=True
    )


def media_list(call: Call, account: Account, params: Json) -> Listing:
    """`GET /{ig}/media`: the newest 10,000 without stories, as late as ``list_lag_seconds`` says."""
    since, until = moment_of(params, "since"), moment_of(params, "until")
    seen = call.now - timedelta(seconds=call.world.settings.list_lag_seconds)
    posts = [
        media
        for media in account.media
        if media.post_kind != "story"
        and media.at <= seen
        and (since is None or media.at >= since)
        and (until is None or media.at <= until)
    ]
    return Listing(_newest_first(posts)[:NEWEST])


def stories(call: Call, account: Account, params: Json) -> Listing:
    """`GET /{ig}/stories`: those of the last 24 hours."""
    seen = call.now - timedelta(seconds=call.world.settings.list_lag_seconds)
    posts = [
        media for media in account.media if media.post_kind == "story" and call.now - DAY < media.at <= seen
    ]
    return Listing(_newest_first(posts))


def children(call: Call, media: Media, params: Json) -> Listing:
    """`GET /{media}/children` of a carousel, in their order."""
    return Listing(media.children, paged=False)


def change_media(call: Call, media: Media) -> Json:
    """`POST /{media}?comment_enabled=`: comments on or off (section B)."""
    media.comment_enabled = flag_of(call.params, "comment_enabled")
    return {"success": True}


def delete_media(call: Call, media: Media) -> Json:
    """`DELETE /{media}`: whole posts only, with Facebook Login only (section B)."""
    if media.parent is not None:
        raise graph_error(-1, 2207073)
    media.deleted = True
    return {"success": True, "deleted_id": media.id}
