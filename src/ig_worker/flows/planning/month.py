"""Some days of the plan as a calendar and ``posts plan`` show them: their posts, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any

from ig_worker import shipped
from ig_worker.domain.month_plan import (
    NAMED_WITHIN,
    PlannedDay,
    Spoken,
    Week,
    days_without,
    spoken_of,
    week_starts,
    weeks,
)
from ig_worker.domain.occasions import Occasion, holidays, marked_days
from ig_worker.domain.publication import Status
from ig_worker.national_days import named_days
from ig_worker.store import calendar
from ig_worker.store.database import Connection, Row

NEAR = timedelta(days=7)
"""A post so soon should be approved."""

UNDECIDED = frozenset({Status.DRAFT, Status.HELD, Status.FAILED})
"""The states in which a post waits for a person."""


@dataclass(frozen=True)
class Rules:
    """The centre's zone, and how many posts a week each segment should have (``[planner.targets]``)."""

    zone: tzinfo
    targets: Mapping[str, int]


@dataclass(frozen=True)
class Days:
    """What is planned for some days. `posts` are rows of ``store.calendar.planned_between``, those that were
    cancelled apart.

    They reach from the Monday before the first day to the Sunday after the last, and a week further on both sides.
    `empty` are the days without a post.
    """

    posts: tuple[Row[Any], ...]
    cancelled: tuple[Row[Any], ...]
    weeks: tuple[Week, ...]
    empty: tuple[date, ...]
    spoken: tuple[Spoken, ...]


def planned_days(
    connection: Connection,
    first: date,
    last: date,
    occasions: Iterable[Occasion],
    rules: Rules,
    *,
    account: str | None = None,
    made_by_hand: Iterable[PlannedDay] = (),
) -> Days:
    """The plan from the first to the last day, of one account or of all, and which of `occasions` has a post.

    An occasion may lie later than the last day: posts are looked for around it as well. What was `made_by_hand` on
    Instagram fills a day and speaks of an occasion, but is of no segment, so it meets no target.
    """
    known = list(occasions)
    since = week_starts(first, last)[0]
    until = max([week_starts(first, last)[-1] + timedelta(days=6), *(each.last for each in known)])
    found = calendar.planned_between(
        connection,
        midnight(since - NAMED_WITHIN, rules.zone),
        midnight(until + NAMED_WITHIN + timedelta(days=1), rules.zone),
    )
    mine = [post for post in found if account in (None, post.account)]
    posts = tuple(post for post in mine if post.status != Status.CANCELLED)
    entries = [as_planned_day(post, rules.zone) for post in posts]
    there = [*entries, *made_by_hand]
    return Days(
        posts,
        tuple(post for post in mine if post.status == Status.CANCELLED),
        weeks(first, last, entries, rules.targets),
        days_without(first, last, there),
        spoken_of(known, there),
    )


def as_planned_day(post: Row[Any], zone: tzinfo) -> PlannedDay:
    """A row as the rules of the month see it."""
    return PlannedDay(
        post.id, post.key, post.scheduled_at.astimezone(zone).date(), post.segment, post.caption
    )


def undecided(posts: Iterable[Row[Any]], now: datetime) -> tuple[Row[Any], ...]:
    """Those that wait for a person and should be out within a week, or should be out already."""
    return tuple(post for post in posts if post.status in UNDECIDED and post.scheduled_at <= now + NEAR)


def occasions_between(first: date, last: date) -> Sequence[Occasion]:
    """The public holidays, national days and health days that touch these days. Misconfigured as `named_days` is."""
    free = holidays(free_days_between(first, last), _table()["holidays"])
    return [*free, *marked_days_between(first, last)]


def marked_days_between(first: date, last: date) -> Sequence[Occasion]:
    """Those of them that are no public holidays: they stand in a table of ours."""
    table = _table()
    known = (occasion for year in range(first.year, last.year + 1) for occasion in marked_days(table, year))
    return [occasion for occasion in known if occasion.last >= first and occasion.first <= last]


def free_days_between(first: date, last: date) -> dict[date, str]:
    """The days on which the whole country stays at home, joint leave too, with their names."""
    years = range(first.year, last.year + 1)
    return {day: name for year in years for day, name in named_days(year).items() if first <= day <= last}


@cache
def _table() -> Mapping[str, Any]:
    return shipped.marked_days()


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins at the centre."""
    return datetime.combine(day, time(), zone)
