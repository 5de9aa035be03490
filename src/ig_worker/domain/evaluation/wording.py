"""Days, numbers and lists as the monthly evaluation writes them in Indonesian."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from ig_worker.domain.register_words import MONTHS

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_ONE = timedelta(days=1)


def day_in_words(day: date) -> str:
    """``3 Oktober 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """``3 Oktober``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def in_words(moment: datetime, zone_label: str) -> str:
    """``Selasa, 6 Oktober 2026 pukul 18.00 WIB`` of a local time."""
    day = f"{WEEKDAYS[moment.weekday()]}, {day_in_words(moment.date())}"
    return f"{day} pukul {moment:%H.%M} {zone_label}".rstrip()


def spans(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """The runs of days without a gap, each with its first and last."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] == _ONE:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def spans_in_words(days: Iterable[date]) -> tuple[str, ...]:
    """``3–5 Oktober`` and ``9 Oktober``; a run into the next month names both."""
    return tuple(_span(first, last) for first, last in spans(days))


def _span(first: date, last: date) -> str:
    if first == last:
        return short_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short_day(last)}"
    return f"{short_day(first)}–{short_day(last)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a dan b``, ``a, b, dan c``."""
    if len(words) <= 2:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def number(value: float, decimals: int = 0) -> str:
    """``1.234`` or ``4,5``: a point between thousands, a comma before decimals."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def median(values: Iterable[float]) -> float | None:
    """The middle one, or the mean of the two in the middle; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
