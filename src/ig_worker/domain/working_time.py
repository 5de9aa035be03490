"""Counts time as the centre keeps it: only while it is open.

A deadline of "1×24 h" is one working day: the same clock time on the next working day (the SOPs of the centres, and
LAPOR's 3-5-10, count working days). What arrives while the centre is closed counts as arrived at the next opening, so
that a later arrival never has an earlier deadline. Closing time itself still belongs to the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """When the centre is open.

    ``opening`` gives opening and closing time by weekday (Monday is 0), None or nothing on a closed day; ``holidays``
    are closed whatever the weekday. Clock times are in ``zone``, and so is every time that is returned.
    """

    opening: Mapping[int, tuple[time, time] | None]
    holidays: frozenset[date]
    zone: tzinfo

    def __post_init__(self) -> None:
        if not any(self.opening.values()):
            raise ValueError("a calendar needs at least one weekday with opening hours")

    def is_working_day(self, day: date) -> bool:
        """Is the centre open at some time of that day?"""
        return self._hours(day) is not None

    def is_open(self, at: datetime) -> bool:
        """Is the centre open then? Not any more at closing time."""
        local = at.astimezone(self.zone)
        hours = self._hours(local.date())
        return hours is not None and hours[0] <= local < hours[1]

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself while open, else when the centre opens next."""
        local = at.astimezone(self.zone)
        day = local.date()
        while True:
            hours = self._hours(day)
            if hours is not None and local < hours[1]:
                return max(local, hours[0])
            day += _DAY

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment when so much opening time has passed since ``start``; at the latest a closing time."""
        if duration < timedelta(0):
            raise ValueError("working time does not run backwards")
        here = self.next_opening(start)
        left = duration
        while True:
            hours = self._hours(here.date())
            assert hours is not None  # next_opening ends on a working day
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
            day += _DAY
            while not self.is_working_day(day):
                day += _DAY
        hours = self._hours(day)
        assert hours is not None  # the loop above ends on a working day
        then = datetime.combine(day, here.timetz())
        return max(then, hours[0]) if then <= hours[1] else self.next_opening(hours[1])

    def _hours(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.opening.get(day.weekday())
        if hours is None or day in self.holidays:
            return None
        return datetime.combine(day, hours[0], self.zone), datetime.combine(day, hours[1], self.zone)


def _between(earlier: datetime, later: datetime) -> timedelta:
    """Elapsed time; through UTC, because two times of one zone subtract as clock faces do."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)


@dataclass(frozen=True)
class Deadline:
    """``name`` says what ends it: ``acknowledge``, ``follow_up`` (work has begun) or ``resolve``."""

    name: str
    due_at: datetime


DEADLINE_PROFILES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "puskesmas": (("acknowledge", 1), ("resolve", 3)),
    "1x24": (("resolve", 1),),
    "2x24": (("resolve", 2),),
    "lapor-3-5-10": (("acknowledge", 3), ("follow_up", 5), ("resolve", 10)),
}
"""Deadlines in working days after a case opened. The centres differ (`sop.md`, `peers.md` section 6): ``1x24`` as in
Guluk-Guluk, ``2x24`` as in Samigaluh 2, ``lapor-3-5-10`` as SP4N LAPOR! has it."""


def deadlines(profile: str, opened_at: datetime, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """A case's deadlines, the earliest first. ``profile`` is a key of :data:`DEADLINE_PROFILES`."""
    return tuple(
        Deadline(name, calendar.same_time_next_working_days(opened_at, days))
        for name, days in DEADLINE_PROFILES[profile]
    )
