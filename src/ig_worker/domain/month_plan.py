"""Looks at a month of the plan: what each week still lacks, days without a post, and occasions nobody speaks of yet.

The segments are the SOP's; how many posts a week each should have is the centre's own ``[planner.targets]``. Weeks run
from Monday to Sunday in the centre's zone and are counted whole, also where they reach into another month.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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


@dataclass(frozen=True)
class Spoken:
    """An occasion and the posts for it."""

    occasion: Occasion
    posts: tuple[PlannedDay, ...]


def month_days(year: int, month: int) -> tuple[date, ...]:
    """Every day of the month."""
    return tuple(date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1))


def week_starts(year: int, month: int) -> tuple[date, ...]:
    """The Mondays of the weeks that have a day in the month."""
    days = month_days(year, month)
    monday = days[0] - timedelta(days=days[0].weekday())
    return tuple(monday + timedelta(weeks=n) for n in range((days[-1] - monday).days // 7 + 1))


def weeks(year: int, month: int, posts: Iterable[PlannedDay], targets: Mapping[str, int]) -> tuple[Week, ...]:
    """What is planned in each week of the month, by segment; upper and lower case make no difference."""
    listed = list(posts)
    found = []
    for monday in week_starts(year, month):
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


def days_without(year: int, month: int, posts: Iterable[PlannedDay]) -> tuple[date, ...]:
    """The days of the month on which nothing is planned."""
    taken = {post.day for post in posts}
    return tuple(day for day in month_days(year, month) if day not in taken)


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
