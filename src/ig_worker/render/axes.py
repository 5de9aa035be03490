"""Axes that people read at a glance: a few round numbers, and every day of the month whether it has a figure or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ig_worker.render import indonesian

FEWEST = 3
"""Days with a figure, for a chart: one or two are said in a sentence."""
_SIZES = ((1e12, "T"), (1e9, "M"), (1e6, "jt"), (1e3, "rb"))
"""Triliun, miliar, juta, ribu, as Indonesian papers shorten them."""


def ticks(lowest: float, highest: float, *, about: int = 4) -> list[float]:
    """Round numbers from at most `lowest` to at least `highest`; whole ones, and always at least two."""
    if highest <= lowest:
        highest = lowest + 1
    rough = max((highest - lowest) / about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough)
    step = math.ceil(step)  # a quarter of a follower is none
    first, last = math.floor(lowest / step), math.ceil(highest / step)
    return [step * number for number in range(first, last + 1)]


def labels(scale: Sequence[float]) -> list[str]:
    """``9.500``, ``60 rb``, ``2,5 jt``: as short as they can be while each says something else."""
    for decimals in (1, 2):
        written = [_short(tick, decimals) for tick in scale]
        if len(set(written)) == len(written):
            return written
    return [indonesian.number(tick) for tick in scale]


def _short(value: float, decimals: int) -> str:
    if abs(value) < 10_000:
        return indonesian.number(value)
    size, name = next(pair for pair in _SIZES if abs(value) >= pair[0])
    return f"{indonesian.number(round(value / size, decimals))} {name}"


def over_days(days: Sequence[dict[str, Any]], *, from_zero: bool) -> dict[str, Any] | None:
    """A chart over days (``{"day": ISO date, "value": number or None}``): heights from 0 to 1, None for a gap.

    None where there is nothing to draw: fewer than three days with a figure; of bars, nothing but zeros.
    """
    values = [day["value"] for day in days]
    known = [value for value in values if value is not None]
    if len(known) < FEWEST or (from_zero and max(known) <= 0):
        return None
    scale = ticks(0 if from_zero else min(known), max(known))
    if not from_zero and len(scale) == 2 and min(known) == max(known):
        scale = [max(scale[0] - 1, 0), *scale[-1:]]  # what never moved lies in the middle
    low, span = scale[0], scale[-1] - scale[0]
    shown = _apart(scale)
    return {
        "ticks": [
            {"at": (tick - low) / span, "label": label}
            for tick, label in zip(shown, labels(shown), strict=True)
        ],
        "points": [None if value is None else (value - low) / span for value in values],
        "days": [str(int(day["day"][-2:])) for day in days],
        "gaps": any(value is None for value in values),
        "cut": low > 0,
    }


def over_hours(hours: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """A chart over the 24 hours of a day (``{"hour": 0 to 23, "value"}``), as ``over_days`` says."""
    known = {int(each["hour"]): each["value"] for each in hours}
    days = [{"day": f"{hour:02d}", "value": known.get(hour)} for hour in range(24)]
    return over_days(days, from_zero=True)


def _apart(scale: Sequence[float]) -> Sequence[float]:
    """At most seven of them, evenly, the ends among them where that goes."""
    return scale if len(scale) <= 7 else scale[:: math.ceil(len(scale) / 7)]
