"""What is due when: how long the centre may take for each step, in working time or in working days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from ig_worker.domain.working_time import WorkingCalendar

NAMES = ("acknowledge", "follow_up", "resolve")
"""The steps in their order: somebody has read it or answered, work has begun, it is closed."""


@dataclass(frozen=True)
class Allowance:
    """So much opening time, or so many working days: the same clock time on the n-th working day."""

    days: int = 0
    time: timedelta = timedelta(0)

    def after(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """When it has passed since ``start``, never outside of opening hours."""
        if self.days:
            return calendar.same_time_next_working_days(start, self.days)
        return calendar.add_working_time(start, self.time)

    def before(self, end: datetime, calendar: WorkingCalendar) -> datetime:
        """When it begins, to be over at ``end``."""
        if not self.days:
            return calendar.take_working_time(end, self.time)
        day = timedelta(days=1)
        start = end - day
        while self.after(start, calendar) > end:
            start -= day
        return start


_NUMBER = r"(?P<number>\d{1,4})"
_UNITS = {
    "minutes": r"m|min|mnt|menit|minutes?",
    "hours": r"h|j|jam|hours?",
    "days": r"d|days?|hari|hk|working days?",
}
_ALLOWANCE = re.compile(
    rf"{_NUMBER} ?(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + r")(?: kerja)?|(?P<times24>\d{1,3}) ?[x×] ?24(?: ?jam)?",
    re.ASCII,
)
LONGEST_DAYS, LONGEST_HOURS = 260, 2000


def read_allowance(text: str) -> Allowance:
    """``30m``, ``4h``, ``3d``, or as people say it: ``30 menit``, ``4 jam``, ``3 hari kerja``, ``1x24 jam`` (one
    working day). Raises ValueError for anything else, for nothing at all, and for more than a year.
    """
    found = _ALLOWANCE.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        raise ValueError(text)
    number = int(found["number"] or found["times24"])
    if found["minutes"] or found["hours"]:
        time = timedelta(minutes=number) if found["minutes"] else timedelta(hours=number)
        if not timedelta(0) < time <= timedelta(hours=LONGEST_HOURS):
            raise ValueError(text)
        return Allowance(time=time)
    if not 0 < number <= LONGEST_DAYS:
        raise ValueError(text)
    return Allowance(days=number)


@dataclass(frozen=True)
class Deadline:
    """``name`` says what ends it: ``acknowledge``, ``follow_up`` (work has begun) or ``resolve``."""

    name: str
    due_at: datetime


Profile = Mapping[str, Allowance]
"""How long each step may take, by the step's name; steps that are not in it have no deadline."""

PROFILES: Mapping[str, Profile] = {
    "puskesmas": {"acknowledge": Allowance(1), "resolve": Allowance(3)},
    "1x24": {"resolve": Allowance(1)},
    "2x24": {"resolve": Allowance(2)},
    "lapor-3-5-10": {"acknowledge": Allowance(3), "follow_up": Allowance(5), "resolve": Allowance(10)},
}
"""The centres differ (`sop.md`, `peers.md` section 6): ``1x24`` as in Guluk-Guluk, ``2x24`` as in Samigaluh 2,
``lapor-3-5-10`` as SP4N LAPOR! has it."""


def deadlines(profile: Profile, opened_at: datetime, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """A case's deadlines, the earliest first; a later step is never due before an earlier one."""
    found: list[Deadline] = []
    for name in NAMES:
        if name in profile:
            due_at = profile[name].after(opened_at, calendar)
            found.append(Deadline(name, max([due_at, *(each.due_at for each in found)])))
    return tuple(found)


_SOME_MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def out_of_order(
    steps: Mapping[str, Allowance], names: Sequence[str], calendar: WorkingCalendar
) -> tuple[str, str] | None:
    """Two neighbours of which the second would be due before the first for a case of some hour of a week, if any are.

    ``calendar`` should have no holidays: with them a profile might be right in one week and wrong in another.
    """
    given = [name for name in names if name in steps]
    starts = [_SOME_MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]
    for first, second in pairwise(given):
        if any(
            steps[second].after(start, calendar) < steps[first].after(start, calendar) for start in starts
        ):
            return first, second
    return None
