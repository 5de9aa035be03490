"""Figures of the account and of posts, as Meta gives and refuses them (section E)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
import responses
from graph_wire import IG, INSTAGRAM, error

from ig_worker.domain.errors import PermissionLost, Refused, Throttled, TokenExpired
from ig_worker.domain.instagram import Media, Metric, MetricsRead
from ig_worker.graph import InstagramAccount
from ig_worker.graph.insights import DAILY_TOTALS, MEDIA_METRICS, day_of_meta

Client = Callable[..., InstagramAccount]
Wire = responses.RequestsMock
ROOT = f"{INSTAGRAM}/v25.0/"
ACCOUNT = f"{ROOT}{IG}/insights"
DAY = date(2026, 11, 20)
VALID = "impressions, reach, replies, saved, likes, comments, shares, total_interactions, views"


def post(ig_id: str, product: str = "FEED") -> Media:
    return Media(ig_id, "", datetime(2026, 11, 1, tzinfo=UTC), "IMAGE", product)


def figure(name: str, value: object) -> dict[str, Any]:
    return {"name": name, "period": "lifetime", "values": [{"value": value}]}


def insights_of(*ids: str, **figures: float) -> dict[str, Any]:
    data = [figure(name, value) for name, value in figures.items()]
    return {ig_id: {"id": ig_id, "insights": {"data": data}} for ig_id in ids}


class Meta:
    """Answers by what is asked: a rule gives an error for a query, else every asked metric is 7."""

    def __init__(self, wire: Wire, rule: Callable[[list[str], list[str]], dict[str, Any] | None]) -> None:
        self.asked: list[tuple[list[str], list[str]]] = []
        self._rule = rule
        wire.assert_all_requests_are_fired = False
        wire.add_callback("GET", ROOT, self._many)
        wire.add_callback("GET", re.compile(rf"{re.escape(ROOT)}\d+/insights"), self._one)

    def _many(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = request.params  # type: ignore[attr-defined]
        ids = query["ids"].split(",")
        metrics = query["fields"].removeprefix("insights.metric(").removesuffix(")").split(",")
        return self._answer(ids, metrics, insights_of(*ids, **dict.fromkeys(metrics, 7.0)))

    def _one(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        ids = str(request.url).split("/insights")[0].rsplit("/", 1)[1:]
        metrics = request.params["metric"].split(",")  # type: ignore[attr-defined]
        return self._answer(ids, metrics, {"data": [figure(name, 7.0) for name in metrics]})

    def _answer(
        self, ids: list[str], metrics: list[str], figures: dict[str, Any]
    ) -> tuple[int, dict[str, str], str]:
        self.asked.append((ids, metrics))
        no = self._rule(ids, metrics)
        return 400 if no else 200, {}, json.dumps(no or figures)


class TestMedia:
    def test_thirty_posts_cost_one_call_a_kind(self, wire: Wire, client: Client) -> None:
        posts = [post(str(n), ["FEED", "REELS", "STORY"][n % 3]) for n in range(30)]
        meta = Meta(wire, lambda ids, metrics: None)
        read = client().media_insights(posts)
        assert set(read) == {one.ig_id for one in posts}
        assert [metrics for _, metrics in meta.asked] == [list(m) for m in MEDIA_METRICS.values()]
        assert [metric.name for metric in read["2"].metrics] == list(MEDIA_METRICS["STORY"])
        assert all(not one.refused for one in read.values())

    def test_more_than_fifty_posts_are_asked_in_parts(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, lambda ids, metrics: None)
        client().media_insights([post(str(n)) for n in range(101)])
        assert [len(ids) for ids, _ in meta.asked] == [50, 50, 1]

    def test_no_posts_cost_no_call(self, client: Client) -> None:
        assert client().media_insights([]) == {}

    def test_an_unknown_kind_is_asked_like_a_post_of_the_feed(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, lambda ids, metrics: None)
        client().media_insights([post("1", "")])
        assert meta.asked[0][1] == list(MEDIA_METRICS["FEED"])

    def test_missing_figures_are_absent_and_not_zero(self, wire: Wire, client: Client) -> None:
        answer = {
            "1": {"insights": {"data": [figure("reach", 0), figure("views", None), {"name": "likes"}]}},
            "2": {"insights": {"data": []}},
        }
        wire.get(ROOT, json=answer)
        read = client().media_insights([post("1"), post("2"), post("3")])
        assert read["1"].metrics == (Metric("reach", 0.0),)
        assert read["2"] == read["3"] == MetricsRead(())

    def test_a_metric_meta_does_not_know_is_left_out_for_good(self, wire: Wire, client: Client) -> None:
        words = f"(#100) metric[7] must be one of the following values: {VALID}, follows, profile_visits"

        def rule(ids: list[str], metrics: list[str]) -> dict[str, Any] | None:
            return error(100, None, words) if "reposts" in metrics else None

        meta = Meta(wire, rule)
        account = client()
        first = account.media_insights([post("1"), post("2")])
        second = account.media_insights([post("1")])
        assert len(meta.asked) == 3
        left = [name for name in MEDIA_METRICS["FEED"] if name != "reposts"]
        assert [metric.name for metric in first["2"].metrics] == left
        assert first["1"].refused == second["1"].refused == {"reposts": words}

    def test_a_metric_named_in_the_refusal_is_left_out_this_time(self, wire: Wire, client: Client) -> None:
        def rule(ids: list[str], metrics: list[str]) -> dict[str, Any] | None:
            words = "(#100) The metric profile_visits is not available for this media"
            return error(100, None, words) if "profile_visits" in metrics else None

        meta = Meta(wire, rule)
        account = client()
        for _ in range(2):
            read = account.media_insights([post("1")])
            assert set(read["1"].refused) == {"profile_visits"}
        assert ["profile_visits" in metrics for _, metrics in meta.asked] == [True, False, True, False]

    def test_where_meta_names_nothing_each_metric_is_tried_on_one_post(
        self, wire: Wire, client: Client
    ) -> None:
        def rule(ids: list[str], metrics: list[str]) -> dict[str, Any] | None:
            return error(100, None, "Invalid parameter") if "follows" in metrics else None

        meta = Meta(wire, rule)
        read = client().media_insights([post("1"), post("2")])
        assert set(read["2"].refused) == {"follows"}
        assert len(read["2"].metrics) == len(MEDIA_METRICS["FEED"]) - 1
        assert len(meta.asked) == 1 + len(MEDIA_METRICS["FEED"]) + 1

    def test_a_no_to_everything_is_not_repeated_for_each_post(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, lambda ids, metrics: error(100, None, "Invalid parameter"))
        read = client().media_insights([post(str(n)) for n in range(30)])
        assert set(read["29"].refused) == set(MEDIA_METRICS["FEED"])
        assert len(meta.asked) < 15

    @pytest.mark.parametrize(
        "no",
        [
            error(10, None, "(#10) Not enough viewers for the media to show insights"),
            error(100, 33, "does not exist"),
            error(4, 2108006, "before your account was converted"),
            error(100, 2108006, "before your account was converted"),
        ],
        ids=str,
    )
    def test_one_post_without_figures_does_not_hide_the_others(
        self, wire: Wire, client: Client, no: dict[str, Any]
    ) -> None:
        meta = Meta(wire, lambda ids, metrics: no if "3" in ids else None)
        read = client().media_insights([post(str(n), "STORY") for n in range(8)])
        assert read["3"].metrics == ()
        assert set(read["3"].refused) == set(MEDIA_METRICS["STORY"])
        assert all(len(read[str(n)].metrics) == 9 for n in range(8) if n != 3)
        assert len(meta.asked) <= 7

    def test_a_post_older_than_the_professional_account_is_not_asked_again(
        self, wire: Wire, client: Client
    ) -> None:
        meta = Meta(wire, lambda ids, metrics: error(4, 2108006, "before") if "1" in ids else None)
        account = client()
        account.media_insights([post("1"), post("2")])
        meta.asked.clear()
        read = account.media_insights([post("1"), post("2")])
        assert [ids for ids, _ in meta.asked] == [["2"]]
        assert set(read["1"].refused) == set(MEDIA_METRICS["FEED"])

    def test_should_meta_not_take_many_ids_figures_come_one_by_one(self, wire: Wire, client: Client) -> None:
        def rule(ids: list[str], metrics: list[str]) -> dict[str, Any] | None:
            return error(100, 33, "Unsupported get request") if len(ids) > 1 else None

        Meta(wire, rule)
        read = client().media_insights([post("1"), post("2"), post("3")])
        assert [len(one.metrics) for one in read.values()] == [10, 10, 10]

    @pytest.mark.parametrize(
        ("code", "family"), [(190, TokenExpired), (10, PermissionLost), (80002, Throttled), (352, Refused)]
    )
    def test_a_lost_token_or_a_limit_is_raised(
        self, wire: Wire, client: Client, code: int, family: type[Exception]
    ) -> None:
        subcode = 2207026 if code == 352 else None
        wire.get(ROOT, status=400, json=error(code, subcode))
        with pytest.raises(family):
            client().media_insights([post("1"), post("2")])
        assert len(wire.calls) == 1


def series(name: str, *values: tuple[float, str]) -> dict[str, Any]:
    return {"name": name, "period": "day", "values": [{"value": v, "end_time": end} for v, end in values]}


def total(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "period": "day", "total_value": {"value": value}}


FOLLOWS = {
    "name": "follows_and_unfollows",
    "period": "day",
    "total_value": {
        "breakdowns": [
            {
                "dimension_keys": ["follow_type"],
                "results": [
                    {"dimension_values": ["FOLLOWER"], "value": 5},
                    {"dimension_values": ["NON_FOLLOWER"], "value": 2},
                ],
            }
        ]
    },
}


class TestAccount:
    def test_a_day_of_meta_begins_at_midnight_in_california(self) -> None:
        winter = day_of_meta(DAY)
        assert [moment.isoformat() for moment in winter] == [
            "2026-11-20T08:00:00+00:00",
            "2026-11-21T08:00:00+00:00",
        ]
        summer_ends = day_of_meta(date(2026, 11, 1))
        assert (summer_ends[1] - summer_ends[0]).total_seconds() == 25 * 3600

    def test_a_day_costs_three_calls(self, wire: Wire, client: Client) -> None:
        reach = series("reach", (300, "2026-11-20T08:00:00+0000"), (340, "2026-11-21T08:00:00+0000"))
        wire.get(ACCOUNT, json={"data": [reach, series("follower_count")]})
        wire.get(ACCOUNT, json={"data": [total("views", 910), {"name": "likes", "total_value": {}}]})
        wire.get(ACCOUNT, json={"data": [FOLLOWS]})
        read = client().account_insights(DAY)
        assert read.metrics == (
            Metric("reach", 340.0, DAY),
            Metric("views", 910.0, DAY),
            Metric("follows_and_unfollows", 5.0, DAY, "follow_type=FOLLOWER"),
            Metric("follows_and_unfollows", 2.0, DAY, "follow_type=NON_FOLLOWER"),
        )
        queries = [call.request.params for call in wire.calls]  # type: ignore[attr-defined]
        begin, end = (str(int(moment.timestamp())) for moment in day_of_meta(DAY))
        assert {(q["since"], q["until"], q["period"]) for q in queries} == {(begin, end, "day")}
        assert [q["metric_type"] for q in queries] == ["time_series", "total_value", "total_value"]
        assert [q.get("breakdown") for q in queries] == [None, None, "follow_type"]

    def test_a_refused_metric_does_not_cost_the_others(self, wire: Wire, client: Client) -> None:
        words = f"(#100) metric[11] must be one of the following values: {', '.join(DAILY_TOTALS[:11])}"
        short = "(#100) follower_count is not available for accounts with fewer than 100 followers"
        wire.get(ACCOUNT, status=400, json=error(100, None, short))
        wire.get(ACCOUNT, json={"data": [series("reach", (340, "2026-11-21T08:00:00+0000"))]})
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        wire.get(ACCOUNT, json={"data": [total("views", 910)]})
        wire.get(ACCOUNT, status=400, json=error(100, None, "Something about the breakdown"))
        account = client()
        read = account.account_insights(DAY)
        assert [metric.name for metric in read.metrics] == ["reach", "views"]
        assert read.refused == {
            "follower_count": short,
            "website_clicks": words,
            "follows_and_unfollows": "Something about the breakdown",
        }

    def test_only_a_name_meta_does_not_know_is_never_asked_again(self, wire: Wire, client: Client) -> None:
        words = "(#100) metric[1] must be one of the following values: reach"
        gone = "(#100) metric[0] must be one of the following values: nothing"
        reach = {"data": [series("reach", (340, "2026-11-21T08:00:00+0000"))]}
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        wire.get(ACCOUNT, json=reach)
        wire.get(ACCOUNT, status=400, json=error(100, None, gone))
        wire.get(ACCOUNT, json={"data": []})
        wire.get(ACCOUNT, json=reach)
        wire.get(ACCOUNT, json={"data": []})
        account = client()
        account.account_insights(DAY)
        read = account.account_insights(DAY)
        assert read.metrics == (Metric("reach", 340.0, DAY),)
        assert "follower_count" in read.refused
        assert wire.calls[-2].request.params["metric"] == "reach"  # type: ignore[attr-defined]

    def test_where_meta_names_nothing_each_is_asked_alone(self, wire: Wire, client: Client) -> None:
        wire.get(ACCOUNT, status=400, json=error(100, None, "Invalid parameter"))
        wire.get(ACCOUNT, json={"data": [series("reach", (340, "2026-11-21T08:00:00+0000"))]})
        wire.get(ACCOUNT, status=400, json=error(100, None, "Invalid parameter"))
        wire.get(ACCOUNT, json={"data": []})
        read = client().account_insights(DAY)
        assert [metric.name for metric in read.metrics] == ["reach"]
        assert read.refused == {"follower_count": "Invalid parameter"}

    def test_a_lost_token_is_raised(self, wire: Wire, client: Client) -> None:
        wire.get(ACCOUNT, status=400, json=error(190, 463))
        with pytest.raises(TokenExpired):
            client().account_insights(DAY)

    def test_a_series_without_times_is_taken_as_the_day(self, wire: Wire, client: Client) -> None:
        wire.get(ACCOUNT, json={"data": [figure("reach", 12), figure("online_followers", {"0": 3})]})
        wire.get(ACCOUNT, json={"data": []})
        assert client().account_insights(DAY).metrics == (Metric("reach", 12.0, DAY),)
