"""Counts time as the centre keeps it: only while it is open.

A deadline of "1×24 h" is one working day: the same clock time on the next working day (the SOPs of the centres, and
LAPOR's 3-5-10, count working days). What arrives while the centre is closed counts as arrived at the next opening, so
that a later arrival never has an earlier deadline. Closing time itself still belongs to the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ig_worker.domain.errors import Misconfigured

_DAY = timedelta(days=1)

LONGEST_CLOSED = 400
"""Days. A centre that does not open in more than a year is a slip in the configuration."""

Hours = tuple[time, time] | None
"""Opening and closing time of a day; None where it is closed."""


@dataclass(frozen=True)
class OtherHours:
    """Hours that differ from the usual ones for a while (Ramadan), on the weekdays named (Monday is 0).

    ``last`` is the last such day.
    """

    first: date
    last: date
    opening: Mapping[int, Hours]
    name: str = ""


@dataclass(frozen=True)
class WorkingCalendar:
    """When the centre is open.

    ``opening`` gives opening and closing time by weekday (Monday is 0), None or nothing on a closed day; ``holidays``
    are closed whatever the weekday. Of ``other_hours`` that overlap the later ones count. Clock times are in ``zone``,
    and so is every time that is returned. Whatever looks for a working day raises Misconfigured where none comes in
    :data:`LONGEST_CLOSED` days.
    """

    opening: Mapping[int, Hours]
    holidays: frozenset[date]
    zone: tzinfo
    other_hours: tuple[OtherHours, ...] = ()

    def __post_init__(self) -> None:
        if not any(self.opening.values()):
            raise ValueError("a calendar needs at least one weekday with opening hours")

    def hours_of(self, day: date) -> Hours:
        """Opening and closing time of that day; None where the centre is closed."""
        if day in self.holidays:
            return None
        for period in reversed(self.other_hours):
            if period.first <= day <= period.last and day.weekday() in period.opening:
                return period.opening[day.weekday()]
        return self.opening.get(day.weekday())

    def is_working_day(self, day: date) -> bool:
        """Is the centre open at some time of that day?"""
        return self.hours_of(day) is not None

    def is_open(self, at: datetime) -> bool:
        """Is the centre open then? Not any more at closing time."""
        local = at.astimezone(self.zone)
        hours = self._hours(local.date())
        return hours is not None and hours[0] <= local < hours[1]

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself while open, else when the centre opens next."""
        local = at.astimezone(self.zone)
        day = local.date()
        for _ in range(LONGEST_CLOSED):
            hours = self._hours(day)
            if hours is not None and local < hours[1]:
                return max(local, hours[0])
            day += _DAY
        raise _never_opens(local.date())

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment when so much opening time has passed since ``start``; at the latest a closing time."""
        if duration < timedelta(0):
            raise ValueError("working time does not run backwards")
        here = self.next_opening(start)
        left = duration
        while True:
            hours = self._open_hours(here.date())
            today = _between(here, hours[1])
            if left <= today:
                return (here.astimezone(UTC) + left).astimezone(self.zone)
            left -= today
            here = self.next_opening(hours[1])

    def same_time_next_working_days(self, start: datetime, days: int) -> datetime:
        """The clock time of ``start`` on the ``days``-th working day after it.

        A start outside of opening hours is rolled to the opening first. Where that day closes earlier than the clock
        time (Fridays), it is the next opening.
        """
        here = self.next_opening(start)
        day = here.date()
        for _ in range(days):
            day = self._working_day_after(day)
        hours = self._open_hours(day)
        then = datetime.combine(day, here.timetz())
        return max(then, hours[0]) if then <= hours[1] else self.next_opening(hours[1])

    def take_working_time(self, end: datetime, duration: timedelta) -> datetime:
        """The moment from which ``duration`` of opening time passes until ``end``."""
        here, left = end.astimezone(self.zone), duration
        day, closed = here.date(), 0
        while closed < LONGEST_CLOSED:
            hours = self._hours(day)
            closed = closed + 1 if hours is None else 0
            if hours is not None and here > hours[0]:
                until = min(here, hours[1])
                today = _between(hours[0], until)
                if left <= today:
                    return (until.astimezone(UTC) - left).astimezone(self.zone)
                left -= today
            day -= _DAY
        raise _never_opens(day)

    def working_time_between(self, earlier: datetime, later: datetime) -> timedelta:
        """How much opening time passes from the one to the other; nothing where ``later`` is the earlier one."""
        begin, end = earlier.astimezone(self.zone), later.astimezone(self.zone)
        passed, day = timedelta(0), begin.date()
        while day <= end.date():
            hours = self._hours(day)
            if hours is not None:
                passed += max(_between(max(begin, hours[0]), min(end, hours[1])), timedelta(0))
            day += _DAY
        return passed

    def working_days_between(self, earlier: datetime, later: datetime) -> int:
        """How many whole working days pass: so many as :meth:`same_time_next_working_days` takes."""
        begin, end = self.next_opening(earlier), later.astimezone(self.zone)
        span = (end.date() - begin.date()).days
        days = sum(self.is_working_day(begin.date() + each * _DAY) for each in range(1, span + 1))
        # Where the last of them closes early, the same time has not come before the day after it.
        while days and self.same_time_next_working_days(begin, days) > end:
            days -= 1
        return days

    def _working_day_after(self, day: date) -> date:
        for _ in range(LONGEST_CLOSED):
            day += _DAY
            if self.is_working_day(day):
                return day
        raise _never_opens(day)

    def _open_hours(self, day: date) -> tuple[datetime, datetime]:
        hours = self._hours(day)
        assert hours is not None, f"{day} is a working day"
        return hours

    def _hours(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.hours_of(day)
        if hours is None:
            return None
        return datetime.combine(day, hours[0], self.zone), datetime.combine(day, hours[1], self.zone)


def _never_opens(day: date) -> Misconfigured:
    return Misconfigured(
        f"The centre is closed on every day from {day.isoformat()} for more than a year: no deadline can be counted.",
        cure="Correct [working_hours] and [calendar] closed_on.",
    )


def _between(earlier: datetime, later: datetime) -> timedelta:
    """Elapsed time; through UTC, because two times of one zone subtract as clock faces do."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)
