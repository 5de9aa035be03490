"""When the team hears of a message that waits for a person, and when it is reminded.

The centre's people look while it is open, so time counts as the centre keeps it: what came in opening hours is told an
hour later, together with whatever came meanwhile; what came at night is told when the doors open. After each working
day without an answer there is a reminder, five at most; with the last one somebody else hears of it, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.working_time import WorkingCalendar


@dataclass(frozen=True)
class Rules:
    """How soon, and how often. ``together``: what falls due so much later goes into the same letter."""

    tell_after: timedelta = timedelta(hours=1)
    together: timedelta = timedelta(hours=2)
    most_reminders: int = 5


@dataclass(frozen=True)
class Waiting:
    """One message that waits; times are aware. ``reminders`` is how many there were."""

    since: datetime
    told_at: datetime | None = None
    reminded_at: datetime | None = None
    reminders: int = 0


def due_at(waiting: Waiting, calendar: WorkingCalendar, rules: Rules) -> datetime | None:
    """When the team is to hear of it next, always in opening hours; None after the last reminder."""
    if waiting.told_at is None:
        if not calendar.is_open(waiting.since):
            return calendar.next_opening(waiting.since)
        return calendar.next_opening(calendar.add_working_time(waiting.since, rules.tell_after))
    if waiting.reminders >= rules.most_reminders:
        return None
    return calendar.same_time_next_working_days(waiting.reminded_at or waiting.told_at, 1)


def to_tell(
    waiting: list[Waiting], now: datetime, calendar: WorkingCalendar, rules: Rules
) -> tuple[list[int], list[int]]:
    """Of one team's messages, the places of those to be told now and of those to be reminded of.

    Both are empty while the centre is closed, and as long as nothing is due; then they go together: every message that
    was not told yet, and the reminders of the next two hours.
    """
    if not calendar.is_open(now):
        return [], []
    due = [due_at(one, calendar, rules) for one in waiting]
    if not any(moment is not None and moment <= now for moment in due):
        return [], []
    soon = now + rules.together
    fresh = [place for place, one in enumerate(waiting) if one.told_at is None]
    again = [
        place
        for place, moment in enumerate(due)
        if waiting[place].told_at is not None and moment is not None and moment <= soon
    ]
    return fresh, again
