"""Which figures each type of post has, and which of them Meta has refused (section E)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ig_worker.domain.instagram import Media
from ig_worker.graph.refused_metrics import lists_all_metrics
from ig_worker.graph.session import GraphSession

COMMON: Final = (
    "views",
    "reach",
    "total_interactions",
    "likes",
    "comments",
    "saved",
    "shares",
    "reposts",
)
"""What a post of the feed and a reel both have, so that a list of both can be asked for it."""

EXTRAS: Final[dict[str, tuple[str, ...]]] = {
    "FEED": ("follows", "profile_visits", "profile_activity"),
    "REELS": ("ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate"),
}
"""By ``media_product_type``. Left out, as of stories: what throws unless the post is also on Facebook."""

STORY: Final = (
    "views",
    "reach",
    "total_interactions",
    "shares",
    "reposts",
    "follows",
    "profile_visits",
    "profile_activity",
    "replies",
    "navigation",
)
STORY_ON_FACEBOOK: Final = ("link_clicks",)
"""Of a story, with Facebook Login only."""

POSTS: Final = ("FEED", "REELS")
STORIES: Final = ("STORY",)
EVERY_TYPE: Final = (*POSTS, *STORIES)
IN_LISTS: Final = "media metrics in lists"
"""What a list of posts of both types refuses, though one of them may have it."""

OF_ONE_POST: Final = re.compile(
    r"\b(?:this|the|queried|requested) (?:media|post|story)\b(?! product| insights)", re.I
)


RETIRED: Final = re.compile(r"no longer|deprecated|starting from version", re.I)
"""What Meta has taken away it has taken from all, though its words are "no longer supported for the queried media"."""


def scope_of(product: str) -> str:
    """Where a type's refused metrics are remembered."""
    return f"media metrics {product}"


def product_of(media: Media) -> str:
    """The type whose metrics a post has. Where Meta withholds it, a video is a reel (which all new ones are)."""
    if media.product_type in EVERY_TYPE:
        return media.product_type
    return "REELS" if media.media_type == "VIDEO" and not media.product_type else "FEED"


def wanted_of(graph: GraphSession, product: str) -> tuple[str, ...]:
    """All metrics of a type."""
    if product == "STORY":
        return (*STORY, *(STORY_ON_FACEBOOK if graph.account.login == "facebook" else ()))
    return (*COMMON, *EXTRAS[product])


def refused_of(graph: GraphSession, product: str) -> dict[str, str]:
    """Those of a type's metrics that Meta refuses, with its words."""
    known = graph.refusals.of(scope_of(product))
    return {name: known[name] for name in wanted_of(graph, product) if name in known}


def blames_one_post(words: str) -> bool:
    """Whether it is one post that does not have the metric, and not all of its type."""
    return OF_ONE_POST.search(words) is not None and RETIRED.search(words) is None


def remember(graph: GraphSession, products: Iterable[str], names: Iterable[str], words: str) -> None:
    """A metric refused of these types; of every type, where Meta lists all that there are and it is not there."""
    types = EVERY_TYPE if lists_all_metrics(words) else tuple(products)
    for name in names:
        if len(types) == 2 and "product type" in words:
            graph.refusals.add(IN_LISTS, name, words)
        else:
            graph.refusals.add([scope_of(one) for one in types if name in wanted_of(graph, one)], name, words)
