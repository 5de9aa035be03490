"""Where the lines, bars and cells of a chart stand; the template draws them, and a table beside each says the same.

Lengths are those of the drawing (``WIDTH`` wide). What nobody measured is a band without a mark, never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ig_worker.render.axes import over_days, over_hours
from ig_worker.render.heat import heat

WIDTH, HEIGHT = 360.0, 180.0
"""As wide as a small telephone, so that letters are as large there as they are meant to be."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 6.0, 10.0, 22.0
_GAP = 0.25
"""Of a column's room, between it and the next."""


@dataclass(frozen=True)
class Mark:
    """A word on an axis."""

    at: float
    words: str


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class OverTime:
    """A chart over the days of a month or the hours of a day."""

    left: float
    right: float
    floor: float
    ticks: Sequence[Mark]
    marks: Sequence[Mark]
    gaps: Sequence[Box]
    """Where nobody measured."""
    lines: Sequence[str]
    """Points of each unbroken line, as SVG writes them."""
    dots: Sequence[tuple[float, float]]
    columns: Sequence[Box]
    cut: bool
    """Whether the axis begins above zero."""


def line(days: Sequence[Mapping[str, Any]], known_until: int) -> OverTime | None:
    """A line over days (``{"day": ISO date, "value": number or None}``) that breaks where a day is missing.

    Days from the `known_until`-th on have not come yet. None where fewer than three days have a figure.
    """
    found = over_days([dict(day) for day in days], from_zero=False)
    return None if found is None else _drawn(found, known_until, every=7, columns=False)


def columns(days: Sequence[Mapping[str, Any]], known_until: int) -> OverTime | None:
    """A column for each day, from zero; a zero is a thin one. None also where all are zero."""
    found = over_days([dict(day) for day in days], from_zero=True)
    return None if found is None else _drawn(found, known_until, every=7, columns=True)


def hours(known: Sequence[Mapping[str, Any]]) -> OverTime | None:
    """A column for each hour of the day (``{"hour": 0 to 23, "value"}``)."""
    found = over_hours(dict(each) for each in known)
    return None if found is None else _drawn(found, 24, every=6, columns=True)


def _drawn(found: Mapping[str, Any], known_until: int, *, every: int, columns: bool) -> OverTime:
    points, names = found["points"], found["days"]
    right, floor = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    room = (right - _LEFT) / len(points)

    def height(share: float) -> float:
        return round(floor - share * (floor - _TOP), 2)

    def middle(place: int) -> float:
        return round(_LEFT + (place + 0.5) * room, 2)

    runs = _runs(points)
    lines = [] if columns else [run for run in runs if len(run) > 1]
    alone = [] if columns else [run[0] for run in runs if len(run) == 1]
    return OverTime(
        left=_LEFT,
        right=right,
        floor=floor,
        ticks=[Mark(height(tick["at"]), tick["label"]) for tick in found["ticks"]],
        marks=[Mark(middle(place), names[place]) for place in range(0, len(points), every)],
        gaps=[
            Box(round(_LEFT + place * room, 2), _TOP, round(room, 2), floor - _TOP)
            for place, share in enumerate(points[:known_until])
            if share is None
        ],
        lines=[" ".join(f"{middle(place)},{height(points[place])}" for place in run) for run in lines],
        dots=[(middle(place), height(points[place])) for place in alone],
        columns=[
            _column(_LEFT + place * room, room, height(share), floor)
            for place, share in enumerate(points)
            if columns and share is not None
        ],
        cut=found["cut"],
    )


def _column(x: float, room: float, top: float, floor: float) -> Box:
    tall = max(round(floor - top, 2), 1.0)  # nothing is seen of no height, and zero is a figure
    return Box(round(x + room * _GAP / 2, 2), floor - tall, round(room * (1 - _GAP), 2), tall)


def _runs(points: Sequence[float | None]) -> list[list[int]]:
    """Places that follow each other without a gap."""
    runs: list[list[int]] = []
    for place, share in enumerate(points):
        if share is None:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


@dataclass(frozen=True)
class Cell:
    """One hour of the week: how many posts, and which of five shades (0 the least) their reach has."""

    box: Box
    words: str
    level: int


@dataclass(frozen=True)
class Week:
    """The heat map of the hours."""

    height: float
    days: Sequence[Mark]
    marks: Sequence[Mark]
    cells: Sequence[Cell]
    legend: Sequence[Mapping[str, Any]]
    side: float
    """Of a cell."""


def week(cells: Sequence[Mapping[str, Any]]) -> Week | None:
    """The hours of the week in which posts went out; None where there are none with a reach."""
    found = heat(cells)
    if found is None:
        return None
    left, top = 34.0, 16.0
    side = round((WIDTH - left) / len(found["hours"]), 2)
    tall = min(side, 24.0)
    rows = [(top + place * tall, row["name"][:3], row["cells"]) for place, row in enumerate(found["rows"])]
    return Week(
        height=top + 7 * tall + 1,
        days=[Mark(round(y + tall / 2, 2), name) for y, name, _ in rows],
        marks=[
            Mark(round(left + (place + 0.5) * side, 2), hour)
            for place, hour in enumerate(found["hours"])
            if place % 2 == 0
        ],
        cells=[
            Cell(Box(round(left + place * side, 2), round(y, 2), side, tall), cell["posts"], cell["level"])
            for y, _, row in rows
            for place, cell in enumerate(row)
            if cell is not None
        ],
        legend=found["legend"],
        side=side,
    )


def shares(values: Sequence[float | None], *more: Sequence[float | None]) -> list[list[float]]:
    """Bars side by side: each value's share of the largest of all rows, 0 to 1; rows of zeros where nothing is."""
    rows = [values, *more]
    most = max((value or 0 for row in rows for value in row), default=0)
    return [[max(value or 0, 0) / most if most > 0 else 0.0 for value in row] for row in rows]
