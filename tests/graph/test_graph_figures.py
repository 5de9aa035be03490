"""Whatever shape an answer about figures has: nothing breaks, and no figure is invented."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import responses
from figure_wire import ROOT
from graph_wire import IG, TOKEN
from hypothesis import given, settings
from hypothesis import strategies as st

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Metric, MetricsRead, Why
from ig_worker.domain.nights import day_of_meta
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.graph.figures import (
    day_that_ends,
    hourly_figures,
    lifetime_figures,
    series_figures,
    total_figures,
)

BEGIN, END = date(2026, 10, 20), date(2026, 11, 18)
NAMES = ("views", "reach", "follower_count", "online_followers", "follower_demographics", "likes")

numbers = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.none(), st.just("7"), st.just("NaN"), st.text(max_size=4)
)
moments = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S+0000")),
    st.dates(BEGIN, END).map(lambda day: day_of_meta(day)[1].strftime("%Y-%m-%dT%H:%M:%S+0000")),
    numbers,
)
odd = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
hours = st.dictionaries(st.sampled_from(["0", "7", "23", "24", "x"]), numbers)
texts = st.one_of(st.text(max_size=200), odd)
breakdowns = st.lists(
    st.one_of(
        odd,
        st.fixed_dictionaries(
            {},
            optional={
                "dimension_keys": st.one_of(odd, st.lists(texts, max_size=2)),
                "results": st.one_of(
                    odd,
                    st.lists(
                        st.fixed_dictionaries(
                            {}, optional={"dimension_values": st.lists(texts, max_size=2), "value": numbers}
                        ),
                        max_size=3,
                    ),
                ),
            },
        ),
    ),
    max_size=2,
)
entries = st.one_of(
    odd,
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.one_of(st.sampled_from(NAMES), odd),
            "values": st.one_of(
                odd,
                st.lists(
                    st.one_of(
                        odd,
                        st.fixed_dictionaries(
                            {}, optional={"value": st.one_of(numbers, hours, odd), "end_time": moments}
                        ),
                    ),
                    max_size=4,
                ),
            ),
            "total_value": st.one_of(
                odd, st.fixed_dictionaries({}, optional={"value": numbers, "breakdowns": breakdowns})
            ),
        },
    ),
)
answers = st.one_of(odd, st.lists(entries, max_size=4))


def check(found: tuple[Metric, ...]) -> None:
    for metric in found:
        assert type(metric.value) is float
        assert math.isfinite(metric.value)
        assert isinstance(metric.name, str)
        assert metric.name
        assert len(metric.breakdown) <= 120
        assert "\x00" not in metric.breakdown
    places = [(metric.name, metric.day, metric.breakdown) for metric in found]
    assert len(places) == len(set(places))


@given(answers)
@settings(max_examples=300, deadline=None)
def test_no_shape_breaks_the_reading_or_makes_a_figure_of_what_is_none(data: Any) -> None:
    check(lifetime_figures(data))
    check(total_figures(data, END))
    check(total_figures(data, None))
    series = series_figures(data, BEGIN, END)
    check(series)
    assert all(metric.day is not None and BEGIN <= metric.day <= END for metric in series)
    by_hour = hourly_figures(data)
    check(by_hour)
    assert {metric.breakdown for metric in by_hour} <= {f"hour={hour}" for hour in range(24)}


@given(answers, st.sampled_from(["", "Not enough viewers", "metric[0] must be one of: reach", "no views"]))
@settings(max_examples=60, deadline=None)
def test_a_whole_reading_gives_figures_reasons_or_an_error_of_ours(data: Any, words: str) -> None:
    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    instagram = InstagramAccount(access, patient=False)
    post = {"id": "18001", "timestamp": "2026-11-20T01:00:00+0000", "media_product_type": "FEED"}
    body = json.dumps({"data": data})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        for edge in ("media", "stories"):
            listed = {"data": [{**post, "insights": {"data": data, "error": {"message": words}}}]}
            wire.get(f"{ROOT}{IG}/{edge}", body=json.dumps(listed))
        wire.get(f"{ROOT}18001/insights", body=body)
        error = {"error": {"code": 100, "message": words}}
        wire.get(f"{ROOT}{IG}/insights", **({"status": 400, "json": error} if words else {"body": body}))
        reads: list[MetricsRead] = []
        for read in (
            lambda: [instagram.daily_series(BEGIN, END)],
            lambda: [instagram.account_insights(END)],
            lambda: [instagram.online_followers()],
            lambda: [instagram.audience()],
            lambda: [one.read for one in instagram.media_insights(datetime(2026, 11, 1, tzinfo=UTC))],
            lambda: [one.read for one in instagram.stories_insights()],
        ):
            try:
                reads += read()
            except IgWorkerError:
                continue
    for one in reads:
        check(one.metrics)
        had = {metric.name for metric in one.metrics}
        assert not had & set(one.missing)
        assert set(one.missing.values()) <= set(Why)
        assert one.metrics or one.missing


@given(st.dates(date(2015, 1, 1), date(2060, 1, 1)), st.integers(-1, 1))
def test_a_day_is_known_by_its_end_also_where_that_ignores_summer_time(day: date, off: int) -> None:
    assert day_that_ends(day_of_meta(day)[1] + timedelta(hours=off)) == day


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_a_series_keeps_every_day_and_its_sum(values: list[int]) -> None:
    ends = [day_of_meta(BEGIN + timedelta(days=n))[1] for n in range(len(values))]
    data = [
        {
            "name": "reach",
            "values": [
                {"value": value, "end_time": f"{end:%Y-%m-%dT%H:%M:%S+0000}"}
                for value, end in zip(values, ends, strict=True)
            ],
        }
    ]
    found = series_figures(data, BEGIN, END)
    assert [metric.value for metric in found] == values
    assert [metric.day for metric in found] == [BEGIN + timedelta(days=n) for n in range(len(values))]
