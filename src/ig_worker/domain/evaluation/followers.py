"""Followers, reach and rates of a month, from Meta's days; a day without a figure is never a day with zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ig_worker.domain.evaluation.wording import day_in_words, listed, short_day, spans_in_words
from ig_worker.domain.figure_lists import SNAPSHOTS
from ig_worker.domain.month import Month
from ig_worker.domain.share import Share

STALE = timedelta(days=7)
"""A total of followers older than this says nothing of where a month began."""


@dataclass(frozen=True)
class Figures:
    """What is known of an account: figures by name and Meta's day, also some of before the month.

    ``whys`` says of which day and name (empty: all) Instagram gave nothing, and why; ``closed`` is the last day that is
    over; ``others`` are days that have any other figure of a day.
    """

    by_name: Mapping[str, Mapping[date, float]]
    won: Mapping[date, float] = field(default_factory=dict)
    lost: Mapping[date, float] = field(default_factory=dict)
    whys: Mapping[tuple[date, str], str] = field(default_factory=dict)
    closed: date = date.max
    others: frozenset[date] = frozenset()

    def of(self, name: str, days: Iterable[date]) -> dict[date, float]:
        """A figure on those of the days that have it."""
        found = self.by_name.get(name, {})
        return {day: found[day] for day in days if day in found}

    def why_not(self, name: str, month: Month) -> str:
        """Why a month has no such figure, in Indonesian: the last thing that Instagram said of it."""
        said = [why for (day, of), why in sorted(self.whys.items()) if of in {name, ""} and day in month.days]
        return WHY_NOT.get(said[-1] if said else "", "belum ada datanya")

    @property
    def silent(self) -> frozenset[date]:
        """The days of which Instagram said that there is nothing, at least no reach."""
        return frozenset(day for day, name in self.whys if name in {"reach", ""})


MOST_SPANS = 4

WHY_NOT = {
    "refused": "Instagram menolak memberikannya",
    "too_few": "terlalu sedikit pengikut (kurang dari 100)",
    "no_data": "Instagram tidak memberikannya",
}


@dataclass(frozen=True)
class Coverage:
    """How many of the month's days are over, and of how many there are figures."""

    month: Month
    days: tuple[date, ...]
    read: tuple[date, ...]
    note: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The gaps, in words."""
        return spans_in_words(set(self.days) - set(self.read))


def coverage(month: Month, figures: Figures) -> Coverage:
    """Which days of the month have figures."""
    days = tuple(day for day in month.days if day <= figures.closed)
    measured = (
        {day for name, found in figures.by_name.items() if name not in SNAPSHOTS for day in found}
        | set(figures.won)
        | figures.others
    )
    read = tuple(day for day in days if day in measured)
    return Coverage(month, days, read, _coverage_note(month, days, read, figures.silent))


def _coverage_note(month: Month, days: Sequence[date], read: Sequence[date], silent: frozenset[date]) -> str:
    meta = "Angka akun mengikuti hari Meta (waktu Pasifik)"
    if not days:
        return f"Belum cukup data: belum ada hari Meta dari {month.in_words} yang selesai."
    so_far = (
        f" sampai {short_day(days[-1])}; hari Meta berikutnya belum selesai"
        if len(days) < len(month.days)
        else ""
    )
    if not read:
        return f"Belum cukup data: tidak ada angka akun dari {month.in_words}{so_far}."
    gaps = sorted(set(days) - set(read))
    if not gaps:
        return f"{meta}, lengkap {len(days)} hari{so_far}."
    told = sorted(silent.intersection(gaps))
    why = ""
    if told == gaps:
        why = ", karena Instagram tidak memberikannya"
    elif told:
        which = spans_in_words(told)
        # A month that is full of holes names them once; twice would not fit its paper.
        said = f"pada {listed(which)}" if len(which) <= MOST_SPANS else f"{len(told)} hari di antaranya"
        why = f" ({said} karena Instagram tidak memberikannya)"
    return (
        f"{meta}. Ada angka untuk {len(read)} dari {len(days)} hari{so_far}; "
        f"tidak ada untuk {listed(spans_in_words(gaps))}{why}."
    )


@dataclass(frozen=True)
class Followers:
    """The total at the month's start and end, who came and who went; None where it is not known."""

    start: float | None
    end: float | None
    won: float | None
    lost: float | None
    days: tuple[tuple[date, float | None], ...]
    note: str

    @property
    def change(self) -> float | None:
        """From start to end."""
        return None if self.start is None or self.end is None else self.end - self.start


def followers(month: Month, figures: Figures) -> Followers:
    """The month's followers.

    The start is the last total before the month, so that it equals the end of the month before; where there is none of
    the week before, it is the first total within the month, and the note says so.
    """
    days = [day for day in month.days if day <= figures.closed]
    totals = figures.by_name.get("followers_count", {})
    inside = sorted(day for day in days if day in totals)
    before = [day for day in totals if month.first - STALE <= day < month.first]
    first = max(before) if before and inside else (inside[0] if len(inside) > 1 else None)
    last = inside[-1] if inside else None
    won, lost = _both(figures.won, figures.lost, days)
    return Followers(
        start=totals[first] if first is not None else None,
        end=totals[last] if last is not None else None,
        won=sum(won.values()) if won else None,
        lost=sum(lost.values()) if lost else None,
        days=tuple((day, totals.get(day) if day <= figures.closed else None) for day in month.days),
        note=_followers_note(days, first, last, len(won), month, figures),
    )


def _followers_note(
    days: Sequence[date],
    first: date | None,
    last: date | None,
    counted: int,
    month: Month,
    figures: Figures,
) -> str:
    if last is None:
        return "Belum cukup data: jumlah pengikut bulan ini belum pernah dibaca."
    if first is None:
        return (
            f"Belum cukup data untuk perubahan: jumlah pengikut hanya dibaca sekali ({day_in_words(last)})."
        )
    parts = [f"Perubahan = jumlah pengikut {day_in_words(last)} − {day_in_words(first)}"]
    if first >= month.first:
        parts.append("sebelumnya belum ada bacaan")
    if counted:
        part = "" if counted == len(days) else f" ({counted} dari {len(days)} hari)"
        parts.append(f"bertambah dan berkurang menurut Instagram{part}")
    else:
        why = figures.why_not("follows_and_unfollows", month)
        parts.append(f"bertambah dan berkurang: {why}")
    return "; ".join(parts) + "."


@dataclass(frozen=True)
class Daily:
    """A figure's sum over the days that have it, with each day of the month; without any, why, in Indonesian."""

    total: float | None
    days: tuple[tuple[date, float | None], ...]
    counted: int
    why_not: str = ""


def daily(month: Month, figures: Figures, name: str) -> Daily:
    """The sum of a month's days; None where no day has the figure."""
    found = figures.of(name, [day for day in month.days if day <= figures.closed])
    return Daily(
        sum(found.values()) if found else None,
        tuple((day, found.get(day)) for day in month.days),
        len(found),
        "" if found else figures.why_not(name, month),
    )


@dataclass(frozen=True)
class Rate:
    """A share over the days that have both its parts; without any, why, in Indonesian."""

    share: Share
    counted: int
    why_not: str = ""


def rate(month: Month, figures: Figures, part: str, whole: str = "reach") -> Rate:
    """The part by the whole, both summed over the same days."""
    days = [day for day in month.days if day <= figures.closed]
    parts, wholes = _both(figures.by_name.get(part, {}), figures.by_name.get(whole, {}), days)
    if not parts:
        return Rate(Share(None, None), 0, figures.why_not(part, month))
    share = Share(sum(parts.values()), sum(wholes.values()))
    return Rate(share, len(parts), share.why_not)


def _both(
    one: Mapping[date, float], other: Mapping[date, float], days: Iterable[date]
) -> tuple[dict[date, float], dict[date, float]]:
    shared = [day for day in days if day in one and day in other]
    return {day: one[day] for day in shared}, {day: other[day] for day in shared}
