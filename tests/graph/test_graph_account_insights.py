"""Figures of the account, as Meta gives and refuses them (section E)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import responses
from figure_wire import ACCOUNT, figure
from graph_wire import error

from ig_worker.domain.errors import TokenExpired
from ig_worker.domain.instagram import Metric, MetricsRead, Why
from ig_worker.domain.nights import day_of_meta
from ig_worker.graph import InstagramAccount
from ig_worker.graph.account_insights import DAILY_TOTALS

Client = Callable[..., InstagramAccount]
Wire = responses.RequestsMock
DAY = date(2026, 11, 20)
ENDS = "2026-11-21T08:00:00+0000"
ONE_HOUR, THIRTY_DAYS = 3600, 2_592_000


def series(name: str, *values: tuple[object, str]) -> dict[str, Any]:
    return {"name": name, "period": "day", "values": [{"value": v, "end_time": end} for v, end in values]}


def total(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "period": "day", "total_value": {"value": value}}


def parts(name: str, key: str, **values: object) -> dict[str, Any]:
    results = [{"dimension_values": [part], "value": value} for part, value in values.items()]
    return {"name": name, "total_value": {"breakdowns": [{"dimension_keys": [key], "results": results}]}}


def queries(wire: Wire) -> list[dict[str, str]]:
    return [call.request.params for call in wire.calls]  # type: ignore[attr-defined]


class TestSeries:
    def test_a_day_of_meta_begins_at_midnight_in_california(self) -> None:
        winter = day_of_meta(DAY)
        assert [moment.isoformat() for moment in winter] == [
            "2026-11-20T08:00:00+00:00",
            "2026-11-21T08:00:00+00:00",
        ]
        summer_ends = day_of_meta(date(2026, 11, 1))
        assert (summer_ends[1] - summer_ends[0]).total_seconds() == 25 * ONE_HOUR

    def test_each_value_is_of_the_day_with_whose_end_it_is_marked(self, wire: Wire, client: Client) -> None:
        reach = series(
            "reach",
            (1, "2026-11-19T08:00:00+0000"),
            (300, "2026-11-20T08:00:00+0000"),
            (340, ENDS),
            (9, ENDS),
        )
        # Meta's own samples end at 07:00 in winter and at 08:00 in summer as well.
        new = series(
            "follower_count",
            (4, "2026-11-20T07:00:00+0000"),
            (0, ENDS),
            (5, "soon"),
            (6, "2026-11-22T08:00:00+0000"),
        )
        wire.get(ACCOUNT, json={"data": [reach, new]})
        read = client().daily_series(date(2026, 11, 19), DAY)
        assert read.metrics == (
            Metric("reach", 300.0, date(2026, 11, 19)),
            Metric("reach", 340.0, DAY),
            Metric("follower_count", 4.0, date(2026, 11, 19)),
            Metric("follower_count", 0.0, DAY),
        )
        assert (read.refused, read.missing) == ({}, {})
        (query,) = queries(wire)
        assert query["metric"] == "reach,follower_count"
        assert (query["period"], query["metric_type"]) == ("day", "time_series")

    @pytest.mark.parametrize(
        "begin", [date(2026, 3, 1), date(2026, 7, 1), date(2026, 10, 20), date(2026, 11, 1)]
    )
    def test_thirty_days_are_never_longer_than_meta_takes(
        self, wire: Wire, client: Client, begin: date
    ) -> None:
        days = [begin + timedelta(days=offset) for offset in range(30)]
        ends = [f"{day_of_meta(day)[1]:%Y-%m-%dT%H:%M:%S+0000}" for day in days]
        wire.get(ACCOUNT, json={"data": [series("reach", *((n, end) for n, end in enumerate(ends)))]})
        read = client().daily_series(begin, days[-1])
        assert [(metric.value, metric.day) for metric in read.metrics] == [*enumerate(days)]
        (query,) = queries(wire)
        since, until = int(query["since"]), int(query["until"])
        assert until == day_of_meta(days[-1])[1].timestamp()
        assert until - since <= THIRTY_DAYS
        assert 0 <= since - day_of_meta(begin)[0].timestamp() <= ONE_HOUR

    def test_a_first_day_left_out_for_the_25_hours_is_asked_for_by_itself(
        self, wire: Wire, client: Client
    ) -> None:
        begin, end = date(2026, 10, 20), date(2026, 11, 18)
        wire.get(ACCOUNT, json={"data": [series("reach", (7, "2026-11-19T08:00:00+0000"))]})
        wire.get(ACCOUNT, json={"data": [series("reach", (3, "2026-10-21T07:00:00+0000"))]})
        read = client().daily_series(begin, end)
        assert read.metrics == (Metric("reach", 3.0, begin), Metric("reach", 7.0, end))

    @pytest.mark.parametrize("days", [-1, 0, 31])
    def test_more_than_thirty_days_or_none_are_nonsense(self, client: Client, days: int) -> None:
        with pytest.raises(ValueError, match="1 to 30 days"):
            client().daily_series(DAY, DAY + timedelta(days=days - 1))

    def test_days_too_old_for_new_followers_cost_the_metric_this_time_only(
        self, wire: Wire, client: Client
    ) -> None:
        words = (
            "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the "
            "current day"
        )
        account = client()
        for _ in range(2):
            wire.get(ACCOUNT, status=400, json=error(100, None, words))
            wire.get(ACCOUNT, json={"data": [series("reach", (340, ENDS))]})
            read = account.daily_series(DAY, DAY)
            assert read.metrics == (Metric("reach", 340.0, DAY),)
            assert read.missing == {"follower_count": Why.REFUSED}
        assert [query["metric"] for query in queries(wire)] == ["reach,follower_count", "reach"] * 2


class TestTotals:
    def test_a_day_costs_two_calls(self, wire: Wire, client: Client) -> None:
        wire.get(ACCOUNT, json={"data": [total(name, 910) for name in DAILY_TOTALS]})
        wire.get(
            ACCOUNT,
            json={"data": [parts("follows_and_unfollows", "follow_type", FOLLOWER=5, NON_FOLLOWER=2)]},
        )
        read = client().account_insights(DAY)
        assert read.metrics == (
            *(Metric(name, 910.0, DAY) for name in DAILY_TOTALS),
            Metric("follows_and_unfollows", 5.0, DAY, "follow_type=FOLLOWER"),
            Metric("follows_and_unfollows", 2.0, DAY, "follow_type=NON_FOLLOWER"),
        )
        assert (read.refused, read.missing) == ({}, {})
        begin, end = (str(int(moment.timestamp())) for moment in day_of_meta(DAY))
        for query in queries(wire):
            assert (query["since"], query["until"], query["period"]) == (begin, end, "day")
            assert query["metric_type"] == "total_value"
        assert [query.get("breakdown") for query in queries(wire)] == [None, "follow_type"]

    def test_what_the_answer_does_not_have_is_missing_and_not_zero(self, wire: Wire, client: Client) -> None:
        wire.get(
            ACCOUNT, json={"data": [total("views", 0), {"name": "likes", "total_value": {}}, total("odd", 1)]}
        )
        wire.get(ACCOUNT, json={"data": [{"name": "follows_and_unfollows", "total_value": {"value": 7}}]})
        read = client().account_insights(DAY)
        assert read.metrics == (Metric("views", 0.0, DAY),)
        others = [*DAILY_TOTALS[1:], "follows_and_unfollows"]
        assert read.missing == dict.fromkeys(others, Why.NO_DATA)
        assert read.refused == {}

    def test_a_series_in_place_of_a_total_is_believed_for_its_own_day(
        self, wire: Wire, client: Client
    ) -> None:
        wire.get(
            ACCOUNT,
            json={"data": [series("views", (3, "2026-11-20T08:00:00+0000"), (4, ENDS)), figure("likes", 5)]},
        )
        wire.get(ACCOUNT, json={"data": []})
        assert client().account_insights(DAY).metrics == (Metric("views", 4.0, DAY),)

    def test_a_retired_metric_costs_one_refused_call_and_is_not_asked_again(
        self, wire: Wire, client: Client
    ) -> None:
        words = f"(#100) metric[9] must be one of the following values: reach, {', '.join(DAILY_TOTALS[:9])}"
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        for _ in range(2):
            wire.get(ACCOUNT, json={"data": [total("views", 910)]})
            wire.get(ACCOUNT, json={"data": []})
        account = client()
        for _ in range(2):
            read = account.account_insights(DAY)
            assert read.metrics == (Metric("views", 910.0, DAY),)
            assert read.refused == {"profile_links_taps": words}
            assert read.missing["profile_links_taps"] is Why.REFUSED
        assert ["profile_links_taps" in query["metric"] for query in queries(wire)] == [True, *[False] * 4]

    def test_a_list_of_valid_names_is_read_to_its_end(self, wire: Wire, client: Client) -> None:
        valid = ", ".join(
            [*(f"a_metric_of_which_nobody_has_heard_{n}" for n in range(40)), *DAILY_TOTALS[1:]]
        )
        words = f"(#100) metric[0] must be one of the following values: {valid}"
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        wire.get(ACCOUNT, json={"data": [total("likes", 3)]})
        wire.get(ACCOUNT, json={"data": []})
        assert client().account_insights(DAY).refused == {"views": words}

    def test_a_list_of_other_values_blames_no_metric(self, wire: Wire, client: Client) -> None:
        words = "(#100) breakdown[0] must be one of the following values: age, city"
        wire.get(ACCOUNT, json={"data": []})
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        account = client()
        assert account.account_insights(DAY).refused == {"follows_and_unfollows": words}
        wire.get(ACCOUNT, json={"data": []})
        wire.get(ACCOUNT, json={"data": []})
        assert account.account_insights(DAY).refused == {}

    def test_where_meta_names_nothing_each_is_asked_alone_and_the_bad_one_is_remembered(
        self, wire: Wire, client: Client
    ) -> None:
        wire.get(ACCOUNT, status=400, json=error(100, None, "Invalid parameter"))
        wire.get(ACCOUNT, json={"data": [series("reach", (340, ENDS))]})
        wire.get(ACCOUNT, status=400, json=error(100, None, "Invalid parameter"))
        account = client()
        read = account.daily_series(DAY, DAY)
        assert [metric.name for metric in read.metrics] == ["reach"]
        assert read.refused == {"follower_count": "Invalid parameter"}
        wire.get(ACCOUNT, json={"data": []})
        account.daily_series(DAY, DAY)
        assert queries(wire)[-1]["metric"] == "reach"

    def test_a_no_to_everything_is_found_with_few_calls_and_not_remembered(
        self, wire: Wire, client: Client
    ) -> None:
        wire.get(ACCOUNT, status=400, json=error(100, None, "Invalid parameter"))
        account = client()
        read = account.account_insights(DAY)
        assert set(read.missing.values()) == {Why.REFUSED}
        assert len(wire.calls) == 5
        account.account_insights(DAY)
        assert len(wire.calls) == 10

    def test_too_few_followers_are_told_apart(self, wire: Wire, client: Client) -> None:
        words = "(#100) follows_and_unfollows is not available for accounts with fewer than 100 followers"
        wire.get(ACCOUNT, json={"data": [total(name, 1) for name in DAILY_TOTALS]})
        wire.get(ACCOUNT, status=400, json=error(100, None, words))
        assert client().account_insights(DAY).missing == {"follows_and_unfollows": Why.TOO_FEW}

    @pytest.mark.parametrize("call", ["account_insights", "daily_series", "online_followers", "audience"])
    def test_a_lost_token_is_raised(self, wire: Wire, client: Client, call: str) -> None:
        wire.get(ACCOUNT, status=400, json=error(190, 463))
        days = {"account_insights": [DAY], "daily_series": [DAY, DAY]}.get(call, [])
        with pytest.raises(TokenExpired):
            getattr(client(), call)(*days)
        assert len(wire.calls) == 1


class TestFollowers:
    def test_hours_are_of_the_day_that_meta_names(self, wire: Wire, client: Client) -> None:
        hours = {"0": 3, "23": 41, "24": 9, "noon": 1, "5": None}
        wire.get(ACCOUNT, json={"data": [series("online_followers", (hours, ENDS))]})
        read = client().online_followers()
        assert read.metrics == (
            Metric("online_followers", 3.0, DAY, "hour=0"),
            Metric("online_followers", 41.0, DAY, "hour=23"),
        )
        assert queries(wire)[0]["period"] == "lifetime"

    @pytest.mark.parametrize("data", [[], [{"name": "online_followers", "values": [{"value": {}}]}]])
    def test_no_hours_are_missing(self, wire: Wire, client: Client, data: list[Any]) -> None:
        wire.get(ACCOUNT, json={"data": data})
        assert client().online_followers() == MetricsRead((), {}, {"online_followers": Why.NO_DATA})

    def test_the_audience_comes_by_age_gender_and_city(self, wire: Wire, client: Client) -> None:
        wire.get(
            ACCOUNT, json={"data": [parts("follower_demographics", "age", **{"25-34": 400, "35-44": 210})]}
        )
        wire.get(ACCOUNT, json={"data": [parts("follower_demographics", "gender", F=700, M=500)]})
        wire.get(
            ACCOUNT, json={"data": [parts("follower_demographics", "city", **{"Malang, East Java": 900})]}
        )
        read = client().audience()
        assert [(metric.breakdown, metric.value) for metric in read.metrics] == [
            ("age=25-34", 400.0),
            ("age=35-44", 210.0),
            ("gender=F", 700.0),
            ("gender=M", 500.0),
            ("city=Malang, East Java", 900.0),
        ]
        assert read.missing == {}
        assert [query["breakdown"] for query in queries(wire)] == ["age", "gender", "city"]
        assert {query["timeframe"] for query in queries(wire)} == {"this_month"}

    def test_a_timeframe_that_meta_does_not_take_is_tried_once(self, wire: Wire, client: Client) -> None:
        words = "(#100) timeframe must be one of the following values: last_30_days"
        for _ in range(2):
            wire.get(ACCOUNT, status=400, json=error(100, None, words))
        for _ in range(6):
            wire.get(ACCOUNT, json={"data": [parts("follower_demographics", "age", **{"25-34": 400})]})
        account = client()
        for _ in range(2):
            assert account.audience().metrics == (Metric("follower_demographics", 400.0, None, "age=25-34"),)
        timeframes = [query.get("timeframe") for query in queries(wire)]
        assert timeframes == ["this_month", "this_week", *[None] * 6]

    def test_an_account_without_an_audience_has_no_data(self, wire: Wire, client: Client) -> None:
        wire.get(ACCOUNT, json={"data": []})
        assert client().audience() == MetricsRead((), {}, {"follower_demographics": Why.NO_DATA})
