"""At which hours posts reach people, said only where enough of them were measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ig_worker.domain.evaluation.wording import WEEKDAYS, median, number

LOOK_BACK = timedelta(days=90)
"""Posts of so long count: a month alone has too few."""

ENOUGH_POSTS = 20
ENOUGH_IN_A_CELL = 3
WINDOW = 2
"""Hours."""
MOST_WINDOWS = 3


@dataclass(frozen=True)
class Posted:
    """When a post went out (local time), and how many people it has reached."""

    at: datetime
    reach: float


@dataclass(frozen=True)
class Cell:
    """An hour of a weekday (Monday is 0) with at least three posts."""

    weekday: int
    hour: int
    posts: int
    reach_median: float


@dataclass(frozen=True)
class Window:
    """Two hours of a weekday."""

    weekday: int
    hour: int
    posts: int
    reach_median: float

    @property
    def words(self) -> str:
        """``Selasa 18.00–20.00``."""
        return f"{WEEKDAYS[self.weekday]} {self.hour:02d}.00–{self.hour + WINDOW:02d}.00"


@dataclass(frozen=True)
class Hours:
    """The cells and the best windows; both empty where ``enough`` is False."""

    enough: bool
    sample: int
    cells: tuple[Cell, ...]
    best: tuple[Window, ...]
    note: str


def best_hours(posts: Iterable[Posted]) -> Hours:
    """Which windows of two hours reach most people in the median; not enough where no hour has three posts."""
    reaches: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for post in posts:
        reaches[post.at.weekday(), post.at.hour].append(post.reach)
    sample = sum(map(len, reaches.values()))
    if sample < ENOUGH_POSTS:
        note = (
            f"Belum cukup data: baru {sample} unggahan yang terukur dalam 3 bulan; jam terbaik dihitung mulai "
            f"{ENOUGH_POSTS} unggahan."
        )
        return Hours(False, sample, (), (), note)
    cells = tuple(
        Cell(weekday, hour, len(values), median(values) or 0)
        for (weekday, hour), values in sorted(reaches.items())
        if len(values) >= ENOUGH_IN_A_CELL
    )
    if not cells:
        note = (
            f"Belum cukup data: {sample} unggahan dalam 3 bulan tersebar pada banyak hari dan jam; belum ada satu jam "
            f"dengan {ENOUGH_IN_A_CELL} unggahan.{_whatever_the_day(reaches)}"
        )
        return Hours(False, sample, (), (), note)
    note = (
        f"Jangkauan tengah (median) menurut hari dan jam terbit, dari {sample} unggahan, 3 bulan; "
        f"hanya jam dengan paling sedikit {ENOUGH_IN_A_CELL} unggahan."
    )
    return Hours(True, sample, cells, _apart(_windows(reaches)), note)


def _windows(reaches: Mapping[tuple[int, int], Sequence[float]]) -> list[Window]:
    """Every two hours with enough posts, the best first; one that begins in an empty hour says the same as the next."""
    found = []
    for weekday, hour in reaches:
        values = [*reaches[weekday, hour], *reaches.get((weekday, hour + 1), ())]
        if len(values) >= ENOUGH_IN_A_CELL and hour + WINDOW <= 24:
            found.append(Window(weekday, hour, len(values), median(values) or 0))
    return sorted(
        found, key=lambda window: (-window.reach_median, -window.posts, window.weekday, window.hour)
    )


def _apart(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The first of them that do not overlap."""
    best: list[Window] = []
    for window in windows:
        if len(best) < MOST_WINDOWS and all(
            window.weekday != other.weekday or abs(window.hour - other.hour) >= WINDOW for other in best
        ):
            best.append(window)
    return tuple(best)


def _whatever_the_day(reaches: Mapping[tuple[int, int], Sequence[float]]) -> str:
    """The best two hours of all days together: a centre with few posts learns at least that."""
    together: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for (_, hour), values in reaches.items():
        together[0, hour].extend(values)
    first = next(iter(_windows(together)), None)
    if first is None:
        return ""
    return (
        f" Tanpa melihat hari, pukul {first.words.partition(' ')[2]} menjangkau median {number(first.reach_median)} "
        f"({first.posts} unggahan)."
    )


def online_hours(
    read: Iterable[tuple[date, int, float]], pacific: tzinfo, zone: tzinfo
) -> tuple[tuple[int, int], ...]:
    """How many followers are usually online in each hour of the zone: the mean of the days read.

    Meta gives hours in Pacific time, 0 to 23, for each of its days.
    """
    values: defaultdict[int, list[float]] = defaultdict(list)
    for day, hour, value in read:
        if 0 <= hour <= 23:
            local = datetime.combine(day, time(hour), pacific).astimezone(zone)
            values[local.hour].append(value)
    return tuple((hour, round(sum(found) / len(found))) for hour, found in sorted(values.items()))
