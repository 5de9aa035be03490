"""When complaints become a crisis, and when they are only a bad day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from ig_worker.domain.crisis import (
    Complaint,
    Found,
    Kind,
    Rules,
    belongs,
    find,
    is_news,
    people,
    usual,
)

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
_numbers = count(1)


def said(ago: timedelta, topic: str = "lainnya", post: str = "", person: str | None = None) -> Complaint:
    number = next(_numbers)
    return Complaint(number, NOW - ago, topic, post, f"warga{number}" if person is None else person)


def storm(number: int, ago: timedelta = HOUR / 2, **about: str) -> list[Complaint]:
    """So many complaints of as many people, all within ten minutes."""
    return [said(ago + each * MINUTE / 3, **about) for each in range(number)]


def found(fresh: list[Complaint], past: list[Complaint] = [], rules: Rules = RULES) -> Found | None:  # noqa: B006
    return find(fresh, [*past, *fresh], NOW, rules)


def test_five_complaints_in_an_hour_are_a_crisis_for_a_quiet_centre_and_two_are_not() -> None:
    assert found(storm(2)) is None
    assert found(storm(4)) is None
    crisis = found(storm(5))
    assert crisis is not None
    assert (crisis.kind, crisis.about, len(crisis.complaints)) == (Kind.PACE, "", 5)


def test_what_is_usual_at_this_time_of_the_day_is_none() -> None:
    daily = [said(day * DAY + HOUR / 2 + each * MINUTE) for day in range(1, 29) for each in range(3)]
    assert found(storm(11), daily) is None
    assert found(storm(12), daily) is not None
    at_night = [said(day * DAY + 9 * HOUR + each * MINUTE) for day in range(1, 29) for each in range(3)]
    assert found(storm(5), at_night) is not None


def test_one_bad_day_is_not_taken_for_what_is_usual() -> None:
    yesterday = storm(12, ago=DAY + HOUR / 2)
    assert found(storm(5), yesterday) is not None


@pytest.mark.parametrize(("names", "alarms"), [(["a"], False), (["a", "b"], False), (["a", "b", "c"], True)])
def test_one_angry_person_makes_no_crisis(names: list[str], alarms: bool) -> None:
    fresh = [said(each * MINUTE, person=names[each % len(names)]) for each in range(9)]
    assert (found(fresh) is not None) == alarms


def test_where_meta_withholds_who_wrote_each_counts_as_somebody_else() -> None:
    fresh = [said(each * MINUTE, person="") for each in range(5)]
    assert people(fresh) == 5
    assert found(fresh) is not None


def test_many_on_one_post_or_topic_within_a_day_are_one_and_the_post_says_most() -> None:
    slowly = [said(each * 2 * HOUR, topic="obat", post="p1") for each in range(8)]
    crisis = found(slowly)
    assert crisis is not None
    assert (crisis.kind, crisis.about, len(crisis.complaints)) == (Kind.POST, "p1", 8)
    on_many_posts = [said(each * 2 * HOUR, topic="obat", post=f"p{each}") for each in range(8)]
    crisis = found(on_many_posts)
    assert crisis is not None
    assert (crisis.kind, crisis.about) == (Kind.TOPIC, "obat")
    assert found([said(each * 2 * HOUR, topic="lainnya") for each in range(8)]) is None


def test_where_every_post_gets_many_complaints_one_post_is_no_crisis() -> None:
    usual_posts = [said((each + 2) * DAY / 4, post=f"old{each % 14}") for each in range(14 * 3)]
    here = [said(each * HOUR, post="new") for each in range(8)]
    assert found(here, usual_posts) is None


def test_an_outage_is_told_late_and_what_is_older_never() -> None:
    assert found(storm(6, ago=20 * HOUR)) is not None
    assert found(storm(6, ago=25 * HOUR)) is None


def test_a_clock_that_is_ahead_hides_no_crisis() -> None:
    assert found([said(-each * MINUTE) for each in range(5)]) is not None
    assert found([said(-each * HOUR) for each in range(1, 6)]) is None


def test_what_is_usual_needs_a_week_of_days_to_be_more_than_nothing() -> None:
    two_days = sorted(NOW - day * DAY - each * MINUTE for day in (1, 2) for each in range(4))
    assert usual(NOW, HOUR, two_days, two_days[0]) == 0
    two_weeks = sorted(NOW - day * DAY - each * MINUTE for day in range(1, 15) for each in range(4))
    assert usual(NOW, HOUR, two_weeks, two_weeks[0] - HOUR) == 4


def test_only_what_is_about_the_same_belongs_to_a_crisis() -> None:
    one = said(HOUR / 2, topic="obat", post="p1")
    assert belongs(one, Kind.POST, "p1", NOW, RULES)
    assert not belongs(one, Kind.POST, "p2", NOW, RULES)
    assert belongs(one, Kind.TOPIC, "obat", NOW, RULES)
    assert belongs(one, Kind.PACE, "", NOW, RULES)
    assert not belongs(said(2 * HOUR), Kind.PACE, "", NOW, RULES)
    assert not belongs(said(25 * HOUR, post="p1"), Kind.POST, "p1", NOW, RULES)


@pytest.mark.parametrize(
    ("count_now", "after", "news"), [(9, 2 * HOUR, False), (10, HOUR, True), (50, HOUR - MINUTE, False)]
)
def test_growth_is_told_once_an_hour_and_only_when_it_doubled(
    count_now: int, after: timedelta, news: bool
) -> None:
    assert is_news(5, count_now, NOW, NOW + after) == news
