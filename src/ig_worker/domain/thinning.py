"""Which old backups may go: the newest of each of the last days, weeks and months stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

PREFIX, PLAIN_END, SEALED_END = "ig-worker-", ".tar", ".tar.sealed"

_NAME = re.compile(r"ig-worker-(\d{4}-\d\d-\d\dT\d{6}[+-]\d{4})(?:-(\d{1,4}))?\.tar(?:\.sealed)?", re.ASCII)

AHEAD = timedelta(hours=1)
"""A backup that is said to be made later than in an hour was named by a clock that was wrong, then or now."""

YOUNG = timedelta(days=1)
"""Somebody who takes two in a day, before and after something, wants both of them for now."""


@dataclass(frozen=True)
class Keep:
    """Of how many days, weeks and months the newest backup is kept; only those count that have one."""

    days: int = 7
    weeks: int = 4
    months: int = 12


def name_for(made_at: datetime, zone: tzinfo, *, sealed: bool, number: int = 1) -> str:
    """``ig-worker-2026-11-23T023000+0700.tar``; `number` tells those of one second apart."""
    again = f"-{number}" if number > 1 else ""
    end = SEALED_END if sealed else PLAIN_END
    return f"{PREFIX}{made_at.astimezone(zone):%Y-%m-%dT%H%M%S%z}{again}{end}"


def made_at(name: str) -> tuple[datetime, int] | None:
    """When the backup of this name was made, and its number in that second; None where it is no name of ours."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y-%m-%dT%H%M%S%z"), int(found[2] or 1)
    except ValueError:
        return None


def superfluous(
    names: Collection[str], now: datetime, zone: tzinfo, keep: Keep, fresh: Collection[str] = ()
) -> set[str]:
    """Which of these files may be removed.

    Never what is not named as ours, never one of `fresh`, never the newest, nothing of the last 24 hours, and none of
    a time to come: a clock that was wrong for a night must cost no backup.
    """
    dated = {name: when for name in names if (when := made_at(name)) is not None}
    past = {name: when for name, when in dated.items() if when[0] <= now + AHEAD}
    # The newest first, so that the first of each day, week and month is its newest.
    ordered = sorted(past, key=lambda name: (*past[name], name), reverse=True)
    kept = {*fresh, *ordered[:1], *(name for name in ordered if past[name][0] > now - YOUNG)}
    kinds: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (keep.days, lambda day: day.date()),
        (keep.weeks, lambda day: day.isocalendar()[:2]),
        (keep.months, lambda day: (day.year, day.month)),
    )
    for most, span_of in kinds:
        seen: set[Hashable] = set()
        for name in ordered:
            span = span_of(past[name][0].astimezone(zone))
            if span not in seen and len(seen) < most:
                seen.add(span)
                kept.add(name)
    return set(past) - kept
