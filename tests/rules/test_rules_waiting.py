"""The team hears of what waits within two working hours, in opening hours only, and is reminded day after day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.waiting import Rules, Waiting, due_at, to_tell
from ig_worker.domain.working_time import WorkingCalendar

ZONE = ZoneInfo("Asia/Jakarta")
LONG, FRIDAY, SATURDAY = (time(7, 30), time(14)), (time(7, 30), time(11, 30)), (time(7, 30), time(12, 30))
CALENDAR = WorkingCalendar(
    {0: LONG, 1: LONG, 2: LONG, 3: LONG, 4: FRIDAY, 5: SATURDAY}, frozenset({date(2026, 12, 25)}), ZONE
)
RULES = Rules()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-25 09:00", "2026-11-25 10:00"),
        ("2026-11-25 07:30", "2026-11-25 08:30"),
        ("2026-11-25 13:00", "2026-11-26 07:30"),  # the hour ends as the doors close
        ("2026-11-25 13:30", "2026-11-26 08:00"),
        ("2026-11-25 14:00", "2026-11-26 07:30"),
        ("2026-11-25 22:15", "2026-11-26 07:30"),
        ("2026-11-28 12:00", "2026-11-30 08:00"),  # Saturday noon
        ("2026-11-29 10:00", "2026-11-30 07:30"),  # Sunday
        ("2026-12-24 23:00", "2026-12-26 07:30"),  # Christmas is free
    ],
)
def test_the_first_letter_is_due_an_hour_later_or_when_the_doors_open(since: str, due: str) -> None:
    assert due_at(Waiting(at(since)), CALENDAR, RULES) == at(due)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ("2026-11-25 08:30", "2026-11-26 08:30"),
        ("2026-11-26 13:00", "2026-11-28 07:30"),  # Friday closes earlier
        ("2026-11-28 08:30", "2026-11-30 08:30"),
        ("2026-12-24 08:30", "2026-12-26 08:30"),
    ],
)
def test_a_reminder_is_due_a_working_day_after_the_last_letter(told: str, due: str) -> None:
    since = at(told) - timedelta(hours=1)
    assert due_at(Waiting(since, at(told)), CALENDAR, RULES) == at(due)
    assert due_at(Waiting(since, since, at(told), 3), CALENDAR, RULES) == at(due)
    assert due_at(Waiting(since, since, at(told), 5), CALENDAR, RULES) is None


def test_one_letter_holds_all_that_is_new_and_what_falls_due_soon() -> None:
    yesterday = at("2026-11-24 09:30")
    waits = [
        Waiting(at("2026-11-25 07:31")),
        Waiting(at("2026-11-25 08:29")),
        Waiting(yesterday, yesterday),
        Waiting(yesterday, at("2026-11-24 12:00")),
    ]
    assert to_tell(waits, at("2026-11-25 08:30"), CALENDAR, RULES) == ([], [])
    assert to_tell(waits, at("2026-11-25 08:31"), CALENDAR, RULES) == ([0, 1], [2])
    assert to_tell(waits, at("2026-11-25 14:00"), CALENDAR, RULES) == ([], [])


MINUTES = st.integers(0, 60 * 24 * 20)


@given(MINUTES, MINUTES)
def test_nobody_waits_longer_than_two_working_hours_whatever_came_when(first: int, second: int) -> None:
    start = at("2026-12-10 00:00")
    waiting = Waiting(start + timedelta(minutes=first))
    due = due_at(waiting, CALENDAR, RULES)
    assert due is not None
    assert CALENDAR.is_open(due)
    assert (
        waiting.since
        <= due
        <= CALENDAR.next_opening(CALENDAR.add_working_time(waiting.since, timedelta(hours=2)))
    )
    now = start + timedelta(minutes=second)
    fresh, again = to_tell([waiting], now, CALENDAR, RULES)
    assert (fresh, again) == (([0], []) if CALENDAR.is_open(now) and now >= due else ([], []))
