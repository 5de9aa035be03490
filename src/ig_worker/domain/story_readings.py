"""When the stories are looked at: now and then, and once more shortly before each comes to its end.

A story's figures can be had for its 24 hours only (`instagram_api.md`, section E), and most of them come late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(hours=24)
LAST_LOOK = timedelta(minutes=45)
"""A look this shortly before a story's end is its last."""

AIMED_AT = timedelta(minutes=20)
"""The last look is begun so long before the end: late, so that it serves stories of about the same time, and early
enough for a few more tries."""


@dataclass(frozen=True)
class Story:
    """A story that may be up, and when its figures were asked for last."""

    ig_id: str
    posted_at: datetime
    looked_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is gone, and its figures with it."""
        return self.posted_at + LIFE

    def is_up(self, now: datetime) -> bool:
        """Whether it is to be seen, unless somebody has taken it down."""
        return now < self.ends_at

    def had_its_last_look(self) -> bool:
        """Whether it was looked at shortly before its end."""
        return self.looked_at is not None and self.looked_at >= self.ends_at - LAST_LOOK


def next_look(
    stories: Iterable[Story], last_look: datetime | None, now: datetime, every: timedelta
) -> datetime:
    """When the stories are to be looked at next; `now` or earlier where that is due. One look serves all."""
    if last_look is None or last_look > now + every:  # a clock that was wrong and is right again
        return now
    moments = [last_look + every]
    moments += [
        story.ends_at - AIMED_AT for story in stories if story.is_up(now) and not story.had_its_last_look()
    ]
    return min(moments)


def is_last_chance(stories: Iterable[Story], now: datetime) -> bool:
    """Whether a story ends soon that has not had its last look."""
    return any(
        story.is_up(now) and story.ends_at - now <= LAST_LOOK and not story.had_its_last_look()
        for story in stories
    )
