"""Deadlines run only while the centre is open, as the published rules have it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.working_time import Hours, OtherHours, WorkingCalendar

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")

PUSKESMAS = {
    **dict.fromkeys(range(4), (time(7, 30), time(14, 0))),
    4: (time(7, 30), time(11, 30)),
    5: (time(7, 30), time(12, 30)),
    6: None,
}
OFFICE = dict.fromkeys(range(5), (time(9), time(17)))

# Idul Fitri 1447 H: 21 and 22 March 2026, with joint leave around it, and Nyepi on the 19th.
LEBARAN = frozenset(date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24))


def puskesmas(zone: ZoneInfo = WIB, holidays: frozenset[date] = frozenset()) -> WorkingCalendar:
    return WorkingCalendar(PUSKESMAS, holidays, zone)


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_thirty_minutes_from_friday_1645_end_on_monday_0915() -> None:
    office = WorkingCalendar(OFFICE, frozenset(), WIB)
    assert office.add_working_time(at("2026-11-20 16:45"), timedelta(minutes=30)) == at("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 08:00", 2, "2026-11-23 10:00"),
        ("2026-11-23 12:00", 2, "2026-11-23 14:00"),
        ("2026-11-23 12:00", 2.5, "2026-11-24 08:00"),
        ("2026-11-23 05:00", 1, "2026-11-23 08:30"),
        ("2026-11-23 20:00", 1, "2026-11-24 08:30"),
        ("2026-11-27 11:00", 6, "2026-11-30 08:00"),
        ("2026-11-22 10:00", 0, "2026-11-23 07:30"),
        ("2026-11-23 14:00", 0, "2026-11-24 07:30"),
    ],
)
def test_working_time_passes_only_while_the_centre_is_open(start: str, hours: float, due: str) -> None:
    assert puskesmas().add_working_time(at(start), timedelta(hours=hours)) == at(due)


def test_working_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        puskesmas().add_working_time(at("2026-11-23 08:00"), timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 09:10", 1, "2026-11-24 09:10"),  # Monday
        ("2026-11-26 09:10", 1, "2026-11-27 09:10"),  # Thursday, within Friday's short hours
        ("2026-11-26 13:00", 1, "2026-11-28 07:30"),  # Thursday; Friday closes earlier, so Saturday's opening
        ("2026-11-26 11:30", 1, "2026-11-27 11:30"),  # closing time still belongs to the day
        ("2026-11-27 10:00", 1, "2026-11-28 10:00"),  # Friday
        ("2026-11-28 10:00", 1, "2026-11-30 10:00"),  # Saturday, over Sunday
        ("2026-11-28 15:00", 1, "2026-12-01 07:30"),  # Saturday afternoon counts as Monday's opening
        ("2026-11-29 10:00", 1, "2026-12-01 07:30"),  # and so does Sunday
        ("2026-11-23 03:00", 1, "2026-11-24 07:30"),  # at night
        ("2026-11-23 22:00", 1, "2026-11-25 07:30"),
        ("2026-11-23 09:10", 3, "2026-11-26 09:10"),
        ("2026-11-23 09:10", 10, "2026-12-04 09:10"),
        ("2026-11-23 09:10", 0, "2026-11-23 09:10"),
    ],
)
def test_a_day_is_the_same_clock_time_on_the_next_working_day(start: str, days: int, due: str) -> None:
    assert puskesmas().same_time_next_working_days(at(start), days) == at(due)


def test_lebaran_and_its_joint_leave_do_not_count() -> None:
    calendar = puskesmas(holidays=LEBARAN)
    assert calendar.same_time_next_working_days(at("2026-03-17 10:00"), 1) == at("2026-03-25 10:00")
    assert calendar.same_time_next_working_days(at("2026-03-20 10:00"), 1) == at("2026-03-26 07:30")
    assert calendar.add_working_time(at("2026-03-17 13:30"), timedelta(hours=1)) == at("2026-03-25 08:00")
    assert not calendar.is_working_day(date(2026, 3, 20))
    assert not calendar.is_open(at("2026-03-20 09:00"))


def test_clock_times_are_those_of_the_centres_zone() -> None:
    calendar = puskesmas(WITA)
    # 06:00 UTC is 14:00 in Makassar, where the centre has just closed, and 13:00 in Jakarta.
    assert not calendar.is_open(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert puskesmas().is_open(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    due = calendar.same_time_next_working_days(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), 1)
    assert due.isoformat() == "2026-11-24T10:00:00+08:00"


def test_hours_across_a_change_of_clocks_are_true_hours() -> None:
    """No zone of Indonesia changes its clocks; the arithmetic is right where one does."""
    berlin = ZoneInfo("Europe/Berlin")
    night_shift = WorkingCalendar(dict.fromkeys(range(7), (time(0), time(12))), frozenset(), berlin)
    due = night_shift.add_working_time(datetime(2026, 3, 29, 1, 0, tzinfo=berlin), timedelta(hours=2))
    assert due == datetime(2026, 3, 29, 4, 0, tzinfo=berlin)


def test_open_from_opening_to_just_before_closing() -> None:
    calendar = puskesmas()
    assert [
        calendar.is_open(at(f"2026-11-23 {clock}")) for clock in ("07:29", "07:30", "13:59", "14:00")
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert calendar.next_opening(at("2026-11-23 09:00")) == at("2026-11-23 09:00")
    assert calendar.next_opening(at("2026-11-28 12:30")) == at("2026-11-30 07:30")


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        WorkingCalendar({0: None}, frozenset(), WIB)


def test_a_centre_that_does_not_open_for_more_than_a_year_is_said_to_and_nothing_hangs() -> None:
    whole_years = frozenset(date(2026, 11, 20) + timedelta(days=each) for each in range(500))
    closed = puskesmas(holidays=whole_years)
    start = at("2026-11-23 09:00")
    for ask in (
        lambda: closed.next_opening(start),
        lambda: closed.add_working_time(start, timedelta(hours=1)),
        lambda: closed.same_time_next_working_days(start, 1),
        lambda: closed.take_working_time(at("2028-02-01 09:00"), timedelta(hours=1)),
    ):
        with pytest.raises(Misconfigured, match="more than a year"):
            ask()


def test_the_hours_of_ramadan_count_while_it_lasts_and_of_two_that_overlap_the_later_ones() -> None:
    ramadan = OtherHours(
        date(2026, 2, 18), date(2026, 3, 17), dict.fromkeys(range(4), (time(8), time(13))) | {5: None}
    )
    half_day = OtherHours(date(2026, 3, 17), date(2026, 3, 17), {1: (time(8), time(10))})
    calendar = WorkingCalendar(PUSKESMAS, LEBARAN, WIB, (ramadan, half_day))
    assert calendar.hours_of(date(2026, 2, 17)) == (time(7, 30), time(14))
    assert calendar.hours_of(date(2026, 2, 18)) == (time(8), time(13))
    assert calendar.hours_of(date(2026, 2, 20)) == (time(7, 30), time(11, 30)), "Fridays were not named"
    assert calendar.hours_of(date(2026, 2, 21)) is None, "Saturdays were"
    assert calendar.hours_of(date(2026, 3, 17)) == (time(8), time(10))
    assert calendar.hours_of(date(2026, 3, 18)) is None, "a holiday stays one"
    # At 13:30 before Ramadan; the next day closes at 13:00, and so the same time has come at the opening after it.
    assert calendar.same_time_next_working_days(at("2026-02-17 13:30"), 1) == at("2026-02-19 08:00")
    assert calendar.add_working_time(at("2026-02-17 13:30"), timedelta(hours=1)) == at("2026-02-18 08:30")


@pytest.mark.parametrize(
    ("end", "hours", "start"),
    [
        ("2026-11-23 12:00", 2, "2026-11-23 10:00"),
        ("2026-11-23 07:30", 2, "2026-11-21 10:30"),  # Monday's opening; two hours before Saturday's closing
        ("2026-11-23 08:30", 2, "2026-11-21 11:30"),
        ("2026-11-22 12:00", 1, "2026-11-21 11:30"),  # Sunday
        ("2026-11-23 23:00", 6.5, "2026-11-23 07:30"),
        ("2026-03-25 08:00", 1, "2026-03-17 13:30"),  # over Lebaran
    ],
)
def test_so_much_working_time_before_an_end(end: str, hours: float, start: str) -> None:
    found = puskesmas(holidays=LEBARAN).take_working_time(at(end), timedelta(hours=hours))
    assert found == at(start)


def test_what_has_passed_in_working_time_and_in_working_days() -> None:
    calendar = puskesmas()
    friday = at("2026-11-20 10:00")
    assert calendar.working_time_between(friday, at("2026-11-23 08:30")) == timedelta(hours=1.5 + 5 + 1)
    assert calendar.working_time_between(at("2026-11-23 08:30"), friday) == timedelta(0)
    days = [
        calendar.working_days_between(friday, at(end))
        for end in (
            "2026-11-20 11:00",
            "2026-11-21 09:59",
            "2026-11-21 10:00",
            "2026-11-22 23:00",
            "2026-11-23 12:00",
        )
    ]
    assert days == [0, 0, 1, 1, 2]
    # Thursday 13:00: Friday closes before that time has come, and Saturday's opening is the day later.
    assert calendar.working_days_between(at("2026-11-19 13:00"), at("2026-11-20 11:30")) == 0
    assert calendar.working_days_between(at("2026-11-19 13:00"), at("2026-11-21 07:30")) == 1


clock_times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
opening_hours = (
    st.tuples(clock_times, clock_times).map(sorted).filter(lambda pair: pair[0] < pair[1]).map(tuple)
)
weeks = st.dictionaries(st.integers(0, 6), st.none() | opening_hours).filter(lambda week: any(week.values()))
holidays = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=20)
moments = st.datetimes(
    *map(datetime.fromisoformat, ("2026-03-01", "2026-04-30")),
    timezones=st.sampled_from([UTC, WIB, timezone(timedelta(hours=-9))]),
)
calendars = st.builds(WorkingCalendar, weeks, holidays, st.sampled_from([WIB, WITA, WIT]))


def inside_hours(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Open at that moment, or at the one right before it: closing time still belongs to the day."""
    return calendar.is_open(moment) or calendar.is_open(moment - timedelta(microseconds=1))


@given(calendars, moments, st.integers(0, 12))
def test_a_deadline_in_days_is_never_outside_working_hours_nor_before_its_start(
    calendar: WorkingCalendar, start: datetime, days: int
) -> None:
    due = calendar.same_time_next_working_days(start, days)
    assert inside_hours(calendar, due)
    assert due >= start


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(hours=60)))
def test_a_deadline_in_hours_is_never_outside_working_hours_nor_before_its_start(
    calendar: WorkingCalendar, start: datetime, duration: timedelta
) -> None:
    due = calendar.add_working_time(start, duration)
    assert inside_hours(calendar, due)
    assert due - start >= duration


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 12))
def test_a_later_start_never_has_an_earlier_deadline(
    calendar: WorkingCalendar, start: datetime, later: timedelta, days: int
) -> None:
    second = start + later
    assert calendar.same_time_next_working_days(start, days) <= calendar.same_time_next_working_days(
        second, days
    )
    duration = timedelta(hours=days)
    assert calendar.add_working_time(start, duration) <= calendar.add_working_time(second, duration)


@given(
    calendars,
    moments,
    st.timedeltas(timedelta(0), timedelta(hours=20)),
    st.timedeltas(timedelta(0), timedelta(hours=20)),
)
def test_working_time_adds_up(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    at_once = calendar.add_working_time(start, first + second)
    in_two = calendar.add_working_time(calendar.add_working_time(start, first), second)
    # Where the first part ends at closing time, nothing more may mean the next opening.
    assert in_two == at_once or (second == timedelta(0) and in_two == calendar.next_opening(at_once))


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_working_time_given_and_taken_back_leaves_as_much(
    calendar: WorkingCalendar, start: datetime, duration: timedelta
) -> None:
    due = calendar.add_working_time(start, duration)
    assert calendar.working_time_between(start, due) == duration
    if duration:
        begun = calendar.take_working_time(due, duration)
        assert begun <= due
        assert calendar.working_time_between(begun, due) == duration


@given(calendars, moments, st.integers(0, 12))
def test_working_days_are_counted_as_they_are_given(
    calendar: WorkingCalendar, start: datetime, days: int
) -> None:
    due = calendar.same_time_next_working_days(start, days)
    assert calendar.working_days_between(start, due) >= days
    assert calendar.working_days_between(start, due - timedelta(microseconds=1)) < max(days, 1)


@given(calendars, moments, st.integers(1, 12), st.timedeltas(timedelta(0), timedelta(hours=40)))
def test_more_time_never_ends_sooner(
    calendar: WorkingCalendar, start: datetime, days: int, duration: timedelta
) -> None:
    assert calendar.same_time_next_working_days(start, days - 1) <= calendar.same_time_next_working_days(
        start, days
    )
    longer = duration + timedelta(hours=1)
    assert calendar.add_working_time(start, duration) < calendar.add_working_time(start, longer)


@given(calendars, moments, st.integers(0, 12), st.timedeltas(timedelta(0), timedelta(hours=40)))
def test_it_does_not_matter_in_which_zone_the_start_was_written_down(
    calendar: WorkingCalendar, start: datetime, days: int, duration: timedelta
) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    assert calendar.same_time_next_working_days(elsewhere, days) == calendar.same_time_next_working_days(
        start, days
    )
    assert calendar.add_working_time(elsewhere, duration) == calendar.add_working_time(start, duration)


@given(calendars, moments, st.integers(0, 12), st.integers(0, 40), st.integers(1, 180))
def test_a_centre_that_opens_later_in_the_day_has_no_earlier_deadline(
    calendar: WorkingCalendar, start: datetime, days: int, hours: int, minutes: int
) -> None:
    def later(given: Hours) -> Hours:
        if given is None:
            return None
        opening = (datetime.combine(date(2026, 1, 1), given[0]) + timedelta(minutes=minutes)).time()
        return (opening, given[1]) if given[0] < opening < given[1] else given

    opening = {weekday: later(given) for weekday, given in calendar.opening.items()}
    lazier = WorkingCalendar(opening, calendar.holidays, calendar.zone)
    assert calendar.same_time_next_working_days(start, days) <= lazier.same_time_next_working_days(
        start, days
    )
    duration = timedelta(hours=hours)
    assert calendar.add_working_time(start, duration) <= lazier.add_working_time(start, duration)
