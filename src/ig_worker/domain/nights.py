"""Which of Meta's days are read in a night: the new one, those that were missed, and those not settled yet.

Meta's days run from midnight to midnight in California. A day's figures may come, or change, up to 48 hours late
(`instagram_api.md`, section E), so a day is read again until three days have passed since its end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

META_ZONE = ZoneInfo("America/Los_Angeles")
"""Where Meta's days begin and end."""

KEPT_DAYS = 90
"""So many days back Meta says it gives an account's figures."""

LONGEST_WINDOW = timedelta(days=30)
"""The longest window in which Meta gives a series; it gives new followers for so long back only."""

WINDOW_DAYS = 29
"""So many days are asked for at once: one of them may have 25 hours, and the newest is over for up to a day."""

AGAIN_DAYS = 3
"""So many days before a new one are read again."""

SETTLED_AFTER = timedelta(days=AGAIN_DAYS)
"""A day that was read so long after its end is settled."""

ASTRAY = timedelta(days=1)
"""A reading from further in the future than this was noted by a clock that was wrong, and does not count."""

ONE_DAY = timedelta(days=1)


def meta_day(moment: datetime) -> date:
    """Meta's day in which a moment lies."""
    return moment.astimezone(META_ZONE).date()


def day_of_meta(day: date) -> tuple[datetime, datetime]:
    """Begin and end, in UTC, of one of Meta's days: 23, 24 or 25 hours."""
    midnights = (datetime.combine(one, time(), META_ZONE) for one in (day, day + ONE_DAY))
    begin, end = (midnight.astimezone(UTC) for midnight in midnights)
    return begin, end


def newest_closed(moment: datetime) -> date:
    """The last of Meta's days that is over at that moment."""
    return meta_day(moment) - ONE_DAY


def last_night(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The latest moment, in UTC, at which the night's hour struck in the centre's zone."""
    today = now.astimezone(zone).date()
    struck = [datetime.combine(today - back * ONE_DAY, at, zone).astimezone(UTC) for back in (0, 1)]
    return struck[0] if struck[0] <= now else struck[1]


def is_settled(day: date, read_at: datetime) -> bool:
    """Whether a reading at that moment is the last word on the day."""
    return read_at >= day_of_meta(day)[1] + SETTLED_AFTER


@dataclass(frozen=True)
class Due:
    """What a night has to read."""

    newest: date
    days: tuple[date, ...]
    """In their order: the newest, then the oldest, which Meta is about to drop."""
    again: frozenset[date]
    """Those of them that were read before."""
    lost: tuple[date, ...]
    """Never read, and too old to be had now."""


def due(
    night: datetime,
    now: datetime,
    read: Mapping[date, datetime],
    asked: Mapping[date, datetime] | None = None,
) -> Due:
    """What is to be read for the night that began at `night`.

    `read` says when each day was read last, `asked` when Meta had nothing at all of a day yet. New are the days since
    the first of either; the three before a new one are read again, unless they are settled.
    """
    newest = newest_closed(night)
    known = {day: at for day, at in read.items() if day <= newest and at <= now + ASTRAY}
    tried = {day: at for day, at in (asked or {}).items() if day <= newest and at <= now + ASTRAY}
    reach = newest - (KEPT_DAYS - 1) * ONE_DAY
    first = min([*known, *tried, newest])
    span = _days(max(first, reach), newest)
    missing = [day for day in span if day not in known]
    new = [day for day in missing if day not in tried or tried[day] < night]
    beside_new = {day - back * ONE_DAY for day in missing for back in range(1, AGAIN_DAYS + 1)}
    again = [
        day
        for day in span
        if day in known
        and known[day] < night
        and not is_settled(day, known[day])
        and (day in beside_new or (newest - day).days <= AGAIN_DAYS)
    ]
    ordered = sorted([*new, *again], key=lambda day: (day != newest, day))
    lost = [day for day in _days(first, reach - ONE_DAY) if day not in known]
    return Due(newest, tuple(ordered), frozenset(again), tuple(lost))


def windows(newest: date, days: Collection[date]) -> list[tuple[date, date]]:
    """The windows that hold all of these days, newest first; the newest is a whole one, whatever is wanted of it."""
    found = []
    end, oldest = newest, min(days, default=newest + ONE_DAY)
    while end >= oldest:
        begin = end - (WINDOW_DAYS - 1) * ONE_DAY
        if end != newest:
            begin = max(begin, oldest)
        if any(begin <= day <= end for day in days):
            found.append((begin, end))
        end = begin - ONE_DAY
    return found


def _days(begin: date, end: date) -> list[date]:
    return [begin + offset * ONE_DAY for offset in range((end - begin).days + 1)]
