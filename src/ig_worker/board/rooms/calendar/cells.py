"""A calendar's weeks and days as its page shows them: posts, occasions, what is missing, and where nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from ig_worker.board.rooms.calendar.period import Period
from ig_worker.domain.media_limits import is_video
from ig_worker.domain.month_plan import Spoken, Week, runs
from ig_worker.domain.occasions import Occasion, Sort
from ig_worker.domain.text import clean, shorten
from ig_worker.store.database import Row
from ig_worker.store.published import kind_of

IN_A_MONTH, IN_A_WEEK = 80, 220
"""So many letters of a caption are shown."""


@dataclass(frozen=True)
class Card:
    """A post of the plan, or (`number` 0) one that somebody published by hand; `at` in the centre's zone."""

    number: int
    at: datetime
    caption: str
    segment: str
    kind: str
    status: str
    account: str
    shows: str = ""
    """"picture" where a thumbnail can be asked for, "film" where there is a video without a cover."""
    permalink: str = ""
    trouble: str = ""
    seen: str = ""
    """The mark of what was shown; empty where the post cannot be moved from here."""


@dataclass(frozen=True)
class Mark:
    """An occasion on a day, or a free day without one (`kind` "leave")."""

    name: str
    kind: str
    is_missing: bool = False
    last: date | None = None
    """Where it lasts longer than this day."""


@dataclass(frozen=True)
class Cell:
    """A day. `gap` are the days of which this is the first and on which nothing is to be seen; `in_gap` the others."""

    day: date
    is_today: bool
    is_over: bool
    is_outside: bool
    cards: tuple[Card, ...] = ()
    marks: tuple[Mark, ...] = ()
    gap: tuple[date, date] | None = None
    in_gap: bool = False


@dataclass(frozen=True)
class Line:
    """A week: what it has of what it should have, its days, and the first on which a post could still be planned."""

    week: Week
    cells: tuple[Cell, ...]
    free: date | None = None


@dataclass
class Shelf:
    """What is to be laid out by day."""

    cards: dict[date, list[Card]] = field(default_factory=dict)
    marks: dict[date, list[Mark]] = field(default_factory=dict)


def lines(
    period: Period, weeks: Iterable[Week], shelf: Shelf, today: date, taken: Collection[date]
) -> list[Line]:
    """The weeks of a period, each with its seven days; `taken` are those that have a post, shown here or not."""
    return [_line(week, period, shelf, today, taken) for week in weeks]


def _line(week: Week, period: Period, shelf: Shelf, today: date, taken: Collection[date]) -> Line:
    days = [week.first + timedelta(days=n) for n in range(7)]
    bare = [day for day in days if day not in shelf.cards and day not in shelf.marks and day != today]
    gaps = {run[0]: (run[0], run[-1]) for run in runs(bare)}
    cells = tuple(
        Cell(
            day,
            is_today=day == today,
            is_over=day < today,
            is_outside=not period.holds(day),
            cards=tuple(sorted(shelf.cards.get(day, ()), key=lambda card: (card.at, card.number))),
            marks=tuple(shelf.marks.get(day, ())),
            gap=gaps.get(day),
            in_gap=day in bare and day not in gaps,
        )
        for day in days
    )
    to_come = [day for day in days if day >= today]
    free = next((day for day in to_come if day not in taken), to_come[0] if to_come else None)
    return Line(week, cells, free)


def card_of(post: Row[Any], zone: tzinfo, length: int, seen: str) -> Card:
    """A post of the plan."""
    return Card(
        number=post.id,
        at=post.scheduled_at.astimezone(zone),
        caption=begun(post.caption, length),
        segment=begun(post.segment, 80),
        kind=post.kind,
        status=post.status,
        account=post.account,
        shows=("film" if is_video(post.picture) else "picture") if post.picture else "",
        trouble=begun(post.last_error, length) if post.status in {"held", "failed", "unconfirmed"} else "",
        seen=seen,
    )


def by_hand(media: Row[Any], zone: tzinfo, length: int) -> Card:
    """What somebody published without the plan."""
    return Card(
        number=0,
        at=media.posted_at.astimezone(zone),
        caption=begun(media.caption, length),
        segment="",
        kind=kind_of(media.media_type, media.product_type),
        status="published",
        account=media.account,
        permalink=media.permalink if media.permalink.startswith("https://www.instagram.com/") else "",
    )


def marks_of(
    spoken: Iterable[Spoken], leave: Mapping[date, str], first: date, last: date, today: date
) -> dict[date, list[Mark]]:
    """What each day from the first to the last is kept for; what lasts longer stands on its first day here."""
    found: dict[date, list[Mark]] = {}
    named = set()
    for each in spoken:
        occasion = each.occasion
        named.add((occasion.first, occasion.name))
        missing = not each.posts and occasion.last >= today
        longer = occasion.last if occasion.last > occasion.first else None
        found.setdefault(max(first, occasion.first), []).append(
            Mark(occasion.name, _kind(occasion), missing, longer)
        )
    for day, name in leave.items():
        if first <= day <= last and (day, name) not in named:
            found.setdefault(day, []).insert(0, Mark(name, "leave"))
    return found


def _kind(occasion: Occasion) -> str:
    if occasion.sort is Sort.HOLIDAY:
        return "free"
    return "health" if occasion.of_health else "nation"


def begun(text: str, length: int) -> str:
    """The beginning of a text in one line."""
    return shorten(" ".join(clean(text[: length * 4]).split()), length)
