"""The inbox is read more seldom while the budget of calls runs low, and is never closed for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ig_worker.domain.polling import (
    A_LOOK_EVERY,
    A_PAGE,
    ENOUGH_FOR_A_LOOK,
    FULL,
    has_time,
    may_go_on,
    rest,
    walk_every,
)

EVERY = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("percent", "minutes"),
    [(0, 2), (49, 2), (50, 4), (69, 4), (70, 8), (79, 8), (80, 16), (84, 16), (85, 30), (100, 30), (900, 30)],
)
def test_the_fuller_the_budget_the_longer_the_rest(percent: int, minutes: int) -> None:
    assert rest(percent, EVERY) == timedelta(minutes=minutes)


@pytest.mark.parametrize("percent", range(0, 130, 5))
@pytest.mark.parametrize("every", [timedelta(seconds=1), EVERY, timedelta(minutes=20), timedelta(hours=2)])
def test_no_rest_is_shorter_than_usual_or_without_end(percent: int, every: timedelta) -> None:
    assert every <= rest(percent, every) <= max(every, A_LOOK_EVERY)
    assert rest(percent, every) <= rest(percent + 5, every)


def test_a_look_into_a_full_budget_reads_a_few_things() -> None:
    assert may_go_on(FULL - 1, 10_000)
    assert [may_go_on(FULL, read) for read in (0, ENOUGH_FOR_A_LOOK - 1, ENOUGH_FOR_A_LOOK)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("percent", "room"), [(0, True), (49, True), (50, False), (100, False)])
def test_what_can_wait_waits_first(percent: int, room: bool) -> None:
    assert has_time(percent) is room


@pytest.mark.parametrize(
    ("known", "hours"),
    [(0, 1), (1, 1), (250, 1), (251, 1.1), (2_500, 10), (4_400, 17.6), (6_000, 24), (90_000, 24)],
)
def test_the_longer_the_list_of_conversations_the_rarer_it_is_walked(known: int, hours: float) -> None:
    assert walk_every(known) == timedelta(hours=hours)


@pytest.mark.parametrize("known", [10, 300, 4_400, 6_000])
def test_walking_the_list_never_costs_hundreds_of_calls_a_day_more_than_it_is_long(known: int) -> None:
    pages = -(-known // A_PAGE)
    assert pages * (timedelta(days=1) / walk_every(known)) <= 240 + pages
