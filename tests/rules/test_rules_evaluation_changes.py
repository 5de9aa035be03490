"""What changed against the month before: only what can be compared, in words that can be checked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.evaluation.changes import Form, changes, in_words


def month(
    name: str = "2026-10", made_at: str = "2026-11-02T08:00:00+07:00", **tiles: float | None
) -> dict[str, Any]:
    known = {
        "followers": 4216,
        "reach": 61_240,
        "interaction_rate": 6.84,
        "posts_out": 29,
        "messages": 312,
        **tiles,
    }
    median = {"cases": 9, "median_hours": 1.4}
    return {
        "month": name,
        "made_at": made_at,
        "coverage": {"days": 31, "read": 29},
        "headline": [{"key": key, "value": value} for key, value in known.items()],
        "messages": {
            "total": known["messages"], "praise": 118, "thanked": 109, "partial": False,
            "by_label": [{"name": "Keluhan", "count": 21}, {"name": "Pujian", "count": 118}],
        },
        "posts": {"planned": 30},
        "answers": {"first_response": median, "resolution": {"cases": 4, "median_hours": 9.0}},
    }  # fmt: skip


SEPTEMBER = month("2026-09", followers=4123, reach=55_310, interaction_rate=6.12, messages=287)


def lines(now: dict[str, Any], before: dict[str, Any] = SEPTEMBER) -> dict[str, str]:
    return {line["key"]: line["words"] for line in changes(now, before)}


@pytest.mark.parametrize(
    ("now", "before", "form", "words"),
    [
        (252, 240, "count", "naik 12 (dari 240 menjadi 252; 5 %)"),
        (240, 252, "count", "turun 12 (dari 252 menjadi 240; 4,8 %)"),
        (240, 240, "count", "tetap 240"),
        (19, 2, "count", "naik 17 (dari 2 menjadi 19)"),
        (0, 20, "count", "turun 20 (dari 20 menjadi 0; 100 %)"),
        (61_240, 55_310, "count", "naik 5.930 (dari 55.310 menjadi 61.240; 10,7 %)"),
        (10_001, 10_000, "count", "naik 1 (dari 10.000 menjadi 10.001; <0,1 %)"),
        (6.84, 6.12, "percent", "naik 0,72 poin persen (dari 6,12 % menjadi 6,84 %)"),
        (6.84, 6.81, "percent", "naik 0,03 poin persen (dari 6,81 % menjadi 6,84 %)"),
        (5.0, 4.2, "percent", "naik 0,8 poin persen (dari 4,2 % menjadi 5 %)"),
        (6.84, 6.841, "percent", "tetap 6,84 %"),
        (0.71, 0.94, "percent", "turun 0,23 poin persen (dari 0,94 % menjadi 0,71 %)"),
        (1.4, 2.1, "hours", "turun 0,7 jam kerja (dari 2,1 jam kerja menjadi 1,4 jam kerja)"),
    ],
)
def test_the_words(now: float, before: float, form: Form, words: str) -> None:
    assert in_words(now, before, form) == words


def test_each_figure_that_both_months_have_is_told_once() -> None:
    told = lines(month())
    assert list(told) == [
        "followers", "reach", "interaction_rate", "posts_out", "messages", "complaints", "questions", "praise",
        "thanked", "first_response",
    ]  # fmt: skip
    assert told["messages"] == "naik 25 (dari 287 menjadi 312; 8,7 %)"
    assert told["complaints"] == "tetap 21"


def test_what_one_month_does_not_know_is_left_out() -> None:
    assert "reach" not in lines(month(reach=None))
    assert "reach" not in lines(month(), month("2026-09", reach=None))
    assert lines({}, {}) == {}
    nobody = month()
    nobody["messages"]["total"] = None
    assert "complaints" not in lines(nobody)


def test_sums_over_days_that_are_missing_are_not_compared_and_rates_are() -> None:
    gaps = {**month(), "coverage": {"days": 31, "read": 20}}
    told = lines(gaps)
    assert "reach" not in told
    assert {"interaction_rate", "followers"} <= set(told)
    assert "interaction_rate" not in lines({**gaps, "coverage": {"days": 31, "read": 9}})


def test_a_month_that_still_runs_is_not_counted_against_a_whole_one() -> None:
    told = lines(month(made_at="2026-10-20T08:00:00+07:00"))
    assert set(told) == {"followers", "interaction_rate", "first_response"}


def test_a_month_without_a_plan_has_no_posts_to_compare_with() -> None:
    assert "posts_out" in lines(month())
    assert "posts_out" not in lines(month(), {**SEPTEMBER, "posts": {"planned": 0}})


def test_a_month_that_was_watched_in_part_is_not_compared() -> None:
    half = month()
    half["messages"]["partial"] = True
    assert not {"messages", "complaints", "thanked", "praise"} & set(lines(half))


def test_the_median_of_a_handful_of_cases_is_not_compared() -> None:
    assert "first_response" in lines(month())
    assert "resolution" not in lines(month())


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_difference_is_that_of_the_figures_told(now: int, before: int) -> None:
    words = in_words(now, before, "count").replace(".", "")
    found = [int(figure) for figure in re.findall(r"\d+", words)]
    if now == before:
        assert found == [now]
        return
    assert found[:3] == [abs(now - before), before, now]
    assert words.startswith("naik" if now > before else "turun")
    assert ("%" in words) == (before >= 20 and abs(now - before) <= 9.99 * before)


@pytest.mark.parametrize(("key", "days", "compared"), [("reach", 27, False), ("reach", 28, True)])
def test_a_sum_of_fewer_days_than_the_others_have_is_not_compared(
    key: str, days: int, compared: bool
) -> None:
    now = month()
    for line in now["headline"]:
        line["days"] = days if line["key"] == key else 31
    assert (key in lines(now)) == compared


@pytest.mark.parametrize(("days", "compared"), [(2, False), (9, False), (10, True)])
def test_a_rate_of_two_days_is_not_compared_however_many_days_have_reach(days: int, compared: bool) -> None:
    now = month()
    for line in now["headline"]:
        line["days"] = days if line["key"] == "interaction_rate" else 29
    assert ("interaction_rate" in lines(now)) == compared
    assert "reach" in lines(now)
