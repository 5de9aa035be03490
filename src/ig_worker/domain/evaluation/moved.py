"""How a figure of the month is said, and how it moved against the month before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Way = Literal["up", "down", "same"]

_LARGE = ((1e15, "kuadriliun"), (1e12, "triliun"))
"""From a trillion on the digits are said as a word: nobody reads sixteen of them."""
BASE = 20
"""Of less than this a percentage says nothing: from 2 to 4 would be "100 %", and it is two people."""
_MOST_PERCENT = 999


@dataclass(frozen=True)
class Moved:
    """A figure beside the one of the month before; ``words`` is "naik 93 (2,3 %)" or "sama"."""

    way: Way
    words: str


def count(value: float) -> str:
    """1234567 is ``1.234.567``, 3.25 is ``3,25``; at most two decimals, and never 0 for what is more than nothing."""
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{_written(value / size)} {name}"
    if 0 < abs(value) < 0.005:
        return f"{'-' if value < 0 else ''}<0,01"
    return _written(value)


def figure(value: float | None, form: str) -> str:
    """``4.216``, ``6,84 %`` or ``1,4 jam`` by its form (count, percent, hours); empty where there is none."""
    if value is None or not math.isfinite(value):
        return ""
    unit = {"percent": " %", "hours": " jam"}.get(form, "")
    return count(round(value, 1) if form == "hours" and value >= 1 else value) + unit


def moved(now: float | None, before: float | None, form: str) -> Moved | None:
    """How it moved; None where one of the two is not known."""
    if now is None or before is None or not (math.isfinite(now) and math.isfinite(before)):
        return None
    apart = _seen(now, form) - _seen(before, form)
    if abs(apart) < 0.005:
        return Moved("same", "sama")
    way: Way = "up" if apart > 0 else "down"
    unit = {"percent": " poin", "hours": " jam"}.get(form, "")
    words = f"{'naik' if apart > 0 else 'turun'} {count(abs(apart))}{unit}"
    if form == "count" and (percent := part_of(apart, before)):
        words += f" ({percent})"
    return Moved(way, words)


def part_of(apart: float, before: float) -> str:
    """A difference in percent of the figure before: ``2,5 %``; empty where that says nothing."""
    if before < BASE or abs(apart) > _MOST_PERCENT / 100 * before:
        return ""
    share = 100 * abs(apart) / before
    return f"{count(round(share, 1)) if share >= 0.05 else '<0,1'} %"


def _seen(value: float, form: str) -> float:
    """As it is printed: who takes one printed figure from the other gets the printed difference."""
    return round(value, 1 if form == "hours" and value >= 1 else 2)


def _written(value: float) -> str:
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate({ord(","): ".", ord("."): ","})
