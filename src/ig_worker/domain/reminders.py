"""When people are reminded of a deadline, and how far up the ladder a case has come that nobody has dealt with.

The ladder is that of the centres' quality procedures: the staff in charge, then the one responsible for quality (PJ
mutu), then the head of the centre (kepala puskesmas). Each rung is climbed once. Somebody who comes to a machine that
was off for two days finds one letter that says how late it is, not four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.deadlines import Allowance
from ig_worker.domain.working_time import WorkingCalendar

TEAM, QUALITY_LEAD, HEAD, ON_DUTY = "team", "quality_lead", "head", "on_duty"

LADDER = (QUALITY_LEAD, HEAD)

BEFORE, AT, FIRST_ABOVE = 0, 1, 2
"""Places on the ladder: before the deadline, at it, and the first of those after it."""

ROOM_TO_ACT = Allowance(time=timedelta(hours=2))
"""Who was told of a case only after its deadline has so much opening time before it counts as late."""


@dataclass(frozen=True)
class Rules:
    """``before`` a deadline the team is reminded (None for not), at it, and after each time of ``climb`` the next of
    the ladder is told. ``urgent`` is by the clock: when those on duty hear of a danger that nobody has acknowledged.
    """

    before: Allowance | None
    climb: tuple[Allowance, ...]
    urgent: tuple[timedelta, ...]

    @property
    def rungs(self) -> int:
        """How many reminders there are at most."""
        return FIRST_ABOVE + len(self.climb)


@dataclass(frozen=True)
class Pending:
    """A deadline that nobody has met. ``since`` is when the case opened, or opened again; ``told_at`` when the team was
    written to, None where that is not known; ``rung`` how many reminders were written."""

    due_at: datetime
    since: datetime
    told_at: datetime | None = None
    rung: int = 0


def moments(pending: Pending, calendar: WorkingCalendar, rules: Rules) -> list[datetime | None]:
    """When each rung is due, all in opening time; None for one that makes no sense (told of too late for it)."""
    could_act = max(pending.since, pending.told_at or pending.since)
    before = rules.before.before(pending.due_at, calendar) if rules.before else None
    if before is not None and before <= could_act:
        before = None
    at = pending.due_at
    if could_act > at:
        at = (rules.before or ROOM_TO_ACT).after(could_act, calendar)
    return [before, at, *(step.after(at, calendar) for step in rules.climb)]


def reached(pending: Pending, now: datetime, calendar: WorkingCalendar, rules: Rules) -> int:
    """How many rungs are climbed at `now`, at least those that were; none is climbed while the centre is closed."""
    if not calendar.is_open(now):
        return pending.rung
    steps = moments(pending, calendar, rules)
    passed = (place for place, moment in enumerate(steps, 1) if moment is not None and moment <= now)
    return max([pending.rung, *passed])


def next_above(
    pending: Pending, rung: int, now: datetime, calendar: WorkingCalendar, rules: Rules
) -> tuple[str, datetime] | None:
    """Who is told next after so many rungs, and when; None where nobody above the team is left."""
    steps = moments(pending, calendar, rules)
    for place in range(max(rung, FIRST_ABOVE), len(steps)):
        moment = steps[place]
        if moment is not None and moment > now:
            return LADDER[place - FIRST_ABOVE], calendar.next_opening(moment)
    return None


def told_by(first: int, last: int) -> list[str]:
    """Who hears of the rungs from the ``first`` on (counted from 0) to the ``last`` (left out), the highest first."""
    places = range(first, last)
    above = [LADDER[place - FIRST_ABOVE] for place in places if place >= FIRST_ABOVE]
    return [*reversed(above), *([TEAM] if first < FIRST_ABOVE else [])]


def urgent_reached(since: datetime, written: int, now: datetime, rules: Rules) -> int:
    """How many reminders of a danger are due at `now`, at any hour, where nobody has acknowledged it ``since``."""
    return max([written, *(place for place, wait in enumerate(rules.urgent, 1) if since + wait <= now)])


def told_of_danger(last: int) -> list[str]:
    """Who hears of the so-many-eth reminder of a danger: those on duty, and with each time one more above them."""
    return [*reversed(LADDER[: last - 1]), ON_DUTY]


@dataclass(frozen=True)
class Lateness:
    """How far a moment is from a deadline, as the centre counts: whole working days, or below one the opening time."""

    late: bool
    days: int
    time: timedelta

    @property
    def words(self) -> str:
        """``2 jam 15 menit kerja``, ``3 hari kerja``; empty for less than a minute."""
        if self.days:
            return f"{self.days} hari kerja"
        minutes = round(self.time.total_seconds()) // 60
        parts = [
            f"{minutes // 60} jam" if minutes >= 60 else "",
            f"{minutes % 60} menit" if minutes % 60 else "",
        ]
        said = " ".join(part for part in parts if part)
        return f"{said} kerja" if said else ""


def lateness(due_at: datetime, now: datetime, calendar: WorkingCalendar) -> Lateness:
    """How late it is at `now`, or how much time is left."""
    ends: Sequence[datetime] = sorted([due_at, now])
    days = calendar.working_days_between(ends[0], ends[1])
    # Opening time is said below a day alone, and takes long to count over months.
    time = timedelta(0) if days else calendar.working_time_between(ends[0], ends[1])
    return Lateness(now >= due_at, days, time)
