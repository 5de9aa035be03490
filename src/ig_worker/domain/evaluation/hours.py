"""At which hours posts reach people, said only where enough of them were measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ig_worker.domain.evaluation.wording import WEEKDAYS, median

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
    """Which windows of two hours reach most people in the median."""
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
    windows = []
    for weekday in range(7):
        for hour in range(25 - WINDOW):
            values = [reach for step in range(WINDOW) for reach in reaches.get((weekday, hour + step), ())]
            # One that begins in an empty hour says the same as the next one, less exactly.
            if len(values) >= ENOUGH_IN_A_CELL and reaches.get((weekday, hour)):
                windows.append(Window(weekday, hour, len(values), median(values) or 0))
    windows.sort(key=lambda window: (-window.reach_median, -window.posts, window.weekday, window.hour))
    best: list[Window] = []
    for window in windows:
        apart = all(
            window.weekday != other.weekday or abs(window.hour - other.hour) >= WINDOW for other in best
        )
        if apart and len(best) < MOST_WINDOWS:
            best.append(window)
    note = (
        f"Jangkauan tengah (median) menurut hari dan jam terbit, dari {sample} unggahan, 3 bulan; "
        f"hanya jam dengan paling sedikit {ENOUGH_IN_A_CELL} unggahan."
    )
    if not best:
        note += " Belum ada jam dengan unggahan sebanyak itu."
    return Hours(True, sample, cells, tuple(best), note)


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
