"""Looks at some days of the plan: what each week still lacks, days without a post, occasions nobody speaks of yet.

The segments are the SOP's; how many posts a week each should have is the centre's own ``[planner.targets]``. Weeks run
from Monday to Sunday in the centre's zone and are counted whole, also where they reach into another month.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from ig_worker.domain.occasions import Occasion, near

GREETINGS = "hari besar"
"""The segment of posts for an occasion."""

NAMED_WITHIN = timedelta(days=7)
"""A post so near to an occasion that names it is a post for it."""


@dataclass(frozen=True)
class PlannedDay:
    """A post as the plan sees it; ``day`` in the centre's zone."""

    id: int
    key: str
    day: date
    segment: str
    caption: str

    @cached_property
    def plain(self) -> str:
        """The caption in small letters: a month asks dozens of occasions about each."""
        return self.caption.casefold()


@dataclass(frozen=True)
class SegmentCount:
    """A segment's posts in a week; ``target`` is None where none is set."""

    segment: str
    planned: int
    target: int | None

    @property
    def missing(self) -> int:
        """How many are still to be planned."""
        return max(0, (self.target or 0) - self.planned)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday: the segments with a target in their order, then the others by name."""

    first: date
    last: date
    segments: tuple[SegmentCount, ...]

    @property
    def planned(self) -> int:
        """All posts of the week."""
        return sum(count.planned for count in self.segments)

    @property
    def wanted(self) -> int:
        """All posts that the targets ask for."""
        return sum(count.target or 0 for count in self.segments)

    @property
    def met(self) -> int:
        """How many of those are planned: more of one segment make up for none of another."""
        return sum(min(count.planned, count.target or 0) for count in self.segments)


@dataclass(frozen=True)
class Spoken:
    """An occasion and the posts for it."""

    occasion: Occasion
    posts: tuple[PlannedDay, ...]


def month_days(year: int, month: int) -> tuple[date, ...]:
    """Every day of the month."""
    return tuple(date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1))


def days_of(first: date, last: date) -> tuple[date, ...]:
    """Every day from the one to the other."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def week_starts(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of the weeks that have one of these days."""
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1))


def weeks(
    first: date, last: date, posts: Iterable[PlannedDay], targets: Mapping[str, int]
) -> tuple[Week, ...]:
    """What is planned in each week of these days, by segment; upper and lower case make no difference."""
    listed = list(posts)
    found = []
    for monday in week_starts(first, last):
        sunday = monday + timedelta(days=6)
        inside = [post for post in listed if monday <= post.day <= sunday]
        found.append(Week(monday, sunday, _counts([post.segment for post in inside], targets)))
    return tuple(found)


def _counts(segments: Sequence[str], targets: Mapping[str, int]) -> tuple[SegmentCount, ...]:
    counted = Counter(_plain(segment) for segment in segments)
    wanted = {_plain(segment) for segment in targets}
    # A segment that nobody counts is shown as it was first written.
    others = {_plain(segment): segment for segment in reversed(segments) if _plain(segment) not in wanted}
    aimed = [SegmentCount(segment, counted[_plain(segment)], target) for segment, target in targets.items()]
    rest = [SegmentCount(segment, counted[plain], None) for plain, segment in sorted(others.items())]
    return (*aimed, *rest)


def days_without(first: date, last: date, posts: Iterable[PlannedDay]) -> tuple[date, ...]:
    """Of these days, those on which nothing is planned."""
    taken = {post.day for post in posts}
    return tuple(day for day in days_of(first, last) if day not in taken)


def runs(days: Iterable[date]) -> list[list[date]]:
    """Days in their order, those together that follow each other."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def spoken_of(occasions: Iterable[Occasion], posts: Iterable[PlannedDay]) -> tuple[Spoken, ...]:
    """Each occasion, by its day, with the posts for it.

    A post is for an occasion when it stands on its day and says one of its words, when it calls it by its name within a
    week of it, or when it is a greeting (segment Hari Besar) that says one of its words, or the day's greeting that
    says no other's.
    """
    sorted_occasions = sorted(occasions, key=lambda occasion: (occasion.first, occasion.last, occasion.name))
    listed = list(posts)
    return tuple(
        Spoken(occasion, tuple(post for post in listed if _is_for(post, occasion, sorted_occasions)))
        for occasion in sorted_occasions
    )


def _is_for(post: PlannedDay, occasion: Occasion, all_occasions: Iterable[Occasion]) -> bool:
    if not near(occasion, post.day, NAMED_WITHIN):
        return False
    greeting = GREETINGS in _plain(post.segment)
    on_its_day = near(occasion, post.day, timedelta())
    if occasion.may_be_in(post.plain):
        if (on_its_day or greeting) and occasion.is_meant_in(post.caption):
            return True
        if occasion.is_called_in(post.caption):
            return True
    return (
        greeting
        and on_its_day
        and occasion.first == occasion.last
        and not any(
            other.is_meant_in(post.caption) for other in all_occasions if near(other, post.day, NAMED_WITHIN)
        )
    )


def _plain(segment: str) -> str:
    return " ".join(segment.split()).casefold()
