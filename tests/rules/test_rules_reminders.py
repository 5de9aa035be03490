"""People are reminded before a deadline and at it, then those above them; each once, and while the centre is open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.deadlines import Allowance
from ig_worker.domain.reminders import (
    Pending,
    Rules,
    lateness,
    moments,
    next_above,
    reached,
    told_by,
    told_of_danger,
    urgent_reached,
)
from ig_worker.domain.working_time import WorkingCalendar

WIB = ZoneInfo("Asia/Jakarta")
HOURS = {
    **dict.fromkeys(range(4), (time(7, 30), time(14, 0))),
    4: (time(7, 30), time(11, 30)),
    5: (time(7, 30), time(12, 30)),
}
CALENDAR = WorkingCalendar(HOURS, frozenset(), WIB)
HOUR = timedelta(hours=1)
RULES = Rules(Allowance(time=2 * HOUR), (Allowance(time=4 * HOUR), Allowance(1)), (HOUR / 2, HOUR, 2 * HOUR))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def shown(found: list[datetime | None]) -> list[str | None]:
    return [moment and f"{moment:%a %H:%M}" for moment in found]


def test_a_friday_afternoons_case_climbs_in_opening_hours() -> None:
    # Friday 15:00 counts as Saturday's opening; 1×24 h is Monday's.
    pending = Pending(due_at=at("2026-11-23 07:30"), since=at("2026-11-20 15:00"))
    assert shown(moments(pending, CALENDAR, RULES)) == ["Sat 10:30", "Mon 07:30", "Mon 11:30", "Tue 07:30"]


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("2026-11-21 10:29", 0),
        ("2026-11-21 10:30", 1),
        ("2026-11-22 10:30", 0),  # Sunday: nobody is there to read it
        ("2026-11-23 07:29", 0),
        ("2026-11-23 07:30", 2),
        ("2026-11-23 11:30", 3),
        ("2026-11-23 14:00", 0),  # closing time
        ("2026-11-24 07:30", 4),
        ("2026-12-24 09:00", 4),
    ],
)
def test_after_an_outage_the_rung_is_that_of_the_hour_and_nothing_goes_out_while_closed(
    now: str, rung: int
) -> None:
    pending = Pending(due_at=at("2026-11-23 07:30"), since=at("2026-11-20 15:00"))
    assert reached(pending, at(now), CALENDAR, RULES) == rung


def test_a_deadline_sooner_than_the_reminder_before_it_has_none() -> None:
    pending = Pending(due_at=at("2026-11-23 09:00"), since=at("2026-11-23 08:00"))
    assert moments(pending, CALENDAR, RULES)[0] is None
    assert reached(pending, at("2026-11-23 08:59"), CALENDAR, RULES) == 0
    assert reached(pending, at("2026-11-23 09:00"), CALENDAR, RULES) == 2


def test_who_was_told_only_after_the_deadline_has_time_before_it_counts_as_late() -> None:
    """A message that somebody calls a complaint a week later: its case opened when it was first seen."""
    pending = Pending(at("2026-11-16 09:00"), at("2026-11-13 09:00"), told_at=at("2026-11-23 10:00"))
    assert shown(moments(pending, CALENDAR, RULES)) == [None, "Mon 12:00", "Tue 09:30", "Tue 12:00"]
    assert reached(pending, at("2026-11-23 11:00"), CALENDAR, RULES) == 0


def test_a_rung_is_climbed_once() -> None:
    pending = Pending(at("2026-11-23 07:30"), at("2026-11-20 15:00"), rung=3)
    assert reached(pending, at("2026-11-23 13:00"), CALENDAR, RULES) == 3


def test_each_level_hears_of_its_own_rungs_and_after_an_outage_all_at_once() -> None:
    assert told_by(0, 1) == told_by(0, 2) == told_by(1, 2) == ["team"]
    assert told_by(2, 3) == ["quality_lead"]
    assert told_by(3, 4) == ["head"]
    assert told_by(0, 4) == ["head", "quality_lead", "team"]


def test_who_comes_next_and_when_always_in_opening_hours() -> None:
    pending = Pending(at("2026-11-23 10:00"), at("2026-11-20 15:00"))
    now = at("2026-11-23 10:00")
    # Four hours later the centre has just closed.
    assert next_above(pending, 2, now, CALENDAR, RULES) == ("quality_lead", at("2026-11-24 07:30"))
    assert next_above(pending, 3, now, CALENDAR, RULES) == ("head", at("2026-11-24 10:00"))
    assert next_above(pending, 4, now, CALENDAR, RULES) is None


def test_dangers_are_by_the_clock_at_any_hour_and_not_for_ever() -> None:
    since = at("2026-11-22 23:00")
    waits = [0, 29, 30, 59, 60, 119, 120, 60 * 24 * 30]
    assert [urgent_reached(since, 0, since + timedelta(minutes=each), RULES) for each in waits] == [
        0, 0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip
    assert [told_of_danger(each) for each in (1, 2, 3, 4)] == [
        ["on_duty"],
        ["quality_lead", "on_duty"],
        ["head", "quality_lead", "on_duty"],
        ["head", "quality_lead", "on_duty"],
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-20 10:00", "2 jam 30 menit kerja"),  # left: Friday 10:00–11:30 and Saturday 07:30–08:30
        ("2026-11-21 08:29", "1 menit kerja"),
        ("2026-11-21 08:30", ""),
        ("2026-11-21 09:45", "1 jam 15 menit kerja"),
        ("2026-11-22 10:00", "4 jam kerja"),  # Sunday: only Saturday's rest
        ("2026-11-25 08:30", "3 hari kerja"),
    ],
)
def test_how_late_it_is_is_said_as_the_centre_counts(now: str, words: str) -> None:
    found = lateness(at("2026-11-21 08:30"), at(now), CALENDAR)
    assert found.words == words
    assert found.late == (at(now) >= at("2026-11-21 08:30"))


instants = st.datetimes(*map(datetime.fromisoformat, ("2026-03-01", "2026-04-30")), timezones=st.just(WIB))
calendars = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 5, 10)), max_size=25).map(
    lambda holidays: WorkingCalendar(HOURS, holidays, WIB)
)


@given(calendars, instants, st.integers(1, 10), st.none() | st.timedeltas(timedelta(0), timedelta(days=9)))
def test_the_ladder_is_climbed_in_order_whatever_the_calendar(
    calendar: WorkingCalendar, since: datetime, days: int, told_after: timedelta | None
) -> None:
    due = calendar.same_time_next_working_days(since, days)
    pending = Pending(due, since, since + told_after if told_after is not None else None)
    climbed = [moment for moment in moments(pending, calendar, RULES) if moment is not None]
    assert climbed == sorted(climbed)
    assert len(climbed) >= 3
    assert all(
        calendar.is_open(moment) or calendar.is_open(moment - timedelta(microseconds=1)) for moment in climbed
    )


@given(calendars, instants, st.integers(1, 5), st.lists(st.integers(1, 2000), max_size=60))
def test_however_often_one_looks_there_are_at_most_four_reminders(
    calendar: WorkingCalendar, since: datetime, days: int, steps: list[int]
) -> None:
    due = calendar.same_time_next_working_days(since, days)
    now, rung, letters = since, 0, 0
    for minutes in steps:
        now += timedelta(minutes=minutes)
        found = reached(Pending(due, since, rung=rung), now, calendar, RULES)
        assert found >= rung
        letters += found > rung
        assert found == rung or calendar.is_open(now)
        rung = found
    assert letters <= RULES.rungs
