"""A Meta whose answers about figures are the test's, for the tests of the client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import requests
import responses
from graph_wire import IG, INSTAGRAM

ROOT = f"{INSTAGRAM}/v25.0/"
ACCOUNT = f"{ROOT}{IG}/insights"

MEDIA_NAMES = (
    "impressions, reach, replies, saved, likes, comments, shares, total_interactions, follows, profile_visits, "
    "profile_activity, navigation, ig_reels_video_view_total_time, ig_reels_avg_watch_time, views, reels_skip_rate, "
    "reposts, facebook_views, crossposted_views, total_views, total_likes, total_comments, link_clicks"
)
"""As Meta lists them (section E)."""


def must_be(asked: Sequence[str], gone: str, names: str = MEDIA_NAMES) -> str:
    """Meta's words about a name that it takes no longer."""
    left = ", ".join(name for name in names.split(", ") if name != gone)
    return f"(#100) metric[{list(asked).index(gone)}] must be one of the following values: {left}"


def figure(name: str, value: object) -> dict[str, Any]:
    return {"name": name, "period": "lifetime", "values": [{"value": value}]}


@dataclass(frozen=True)
class Asked:
    """One call: ``how`` is list, ids or one; in a list stand no ids."""

    how: str
    ids: tuple[str, ...]
    metrics: tuple[str, ...]


Rule = Callable[[Asked], dict[str, Any] | None]


class Meta:
    """Lists posts and their figures: a rule gives an error for what is asked, else every asked metric is 7."""

    def __init__(
        self, wire: responses.RequestsMock, rule: Rule = lambda asked: None, **posts: str | None
    ) -> None:
        """``posts``: product type by id (``p1="FEED"``), newest first; None is a post without one."""
        self.asked: list[Asked] = []
        self.posts = {name.removeprefix("p"): product for name, product in posts.items()}
        self._rule = rule
        wire.assert_all_requests_are_fired = False
        wire.add_callback("GET", re.compile(rf"{re.escape(ROOT)}{IG}/(media|stories)"), self._list)
        wire.add_callback("GET", ROOT, self._many)
        wire.add_callback("GET", re.compile(rf"{re.escape(ROOT)}\d+/insights"), self._one)

    def how(self) -> list[str]:
        return [one.how for one in self.asked]

    def _list(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = request.params  # type: ignore[attr-defined]
        found = re.search(r"insights\.metric\((.*)\)", query["fields"])
        metrics = tuple(found[1].split(",")) if found else ()
        return self._answer(
            Asked("list", (), metrics), {"data": [self._post(ig_id, metrics) for ig_id in self.posts]}
        )

    def _post(self, ig_id: str, metrics: Sequence[str]) -> dict[str, Any]:
        number = list(self.posts).index(ig_id)
        post: dict[str, Any] = {
            "id": ig_id,
            "timestamp": f"2026-11-{20 - number // 24:02}T{23 - number % 24:02}:00:00+0000",
        }
        post |= {"media_type": "VIDEO" if self.posts[ig_id] == "REELS" else "IMAGE"}
        post |= {"media_product_type": self.posts[ig_id]} if self.posts[ig_id] else {}
        return post | ({"insights": {"data": [figure(name, 7) for name in metrics]}} if metrics else {})

    def _many(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = request.params  # type: ignore[attr-defined]
        ids = tuple(query["ids"].split(","))
        metrics = tuple(query["fields"].removeprefix("insights.metric(").removesuffix(")").split(","))
        data = {"data": [figure(name, 7) for name in metrics]}
        return self._answer(
            Asked("ids", ids, metrics), {ig_id: {"id": ig_id, "insights": data} for ig_id in ids}
        )

    def _one(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        ig_id = str(request.url).split("/insights")[0].rsplit("/", 1)[1]
        metrics = tuple(request.params["metric"].split(","))  # type: ignore[attr-defined]
        return self._answer(Asked("one", (ig_id,), metrics), {"data": [figure(name, 7) for name in metrics]})

    def _answer(self, asked: Asked, figures: dict[str, Any]) -> tuple[int, dict[str, str], str]:
        self.asked.append(asked)
        no = self._rule(asked)
        return 400 if no else 200, {}, json.dumps(no or figures)
