"""A row of figures as a small picture of signs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""Stands where there is no figure: a gap is not a zero."""


def sparkline(values: Sequence[float | None], *, level: bool = False) -> str:
    """A sign for each value, None as a gap; zero is the lowest bar and, but of a `level`, nothing else is.

    A `level` (how many followers there are) is drawn between its own lowest and highest, for from zero on it would be
    a straight line.
    """
    known = [value for value in values if value is not None]
    low = min(known, default=0.0) if level else 0.0
    high = max(known, default=0.0)
    return "".join(GAP if value is None else _bar(value, low, high, level=level) for value in values)


def _bar(value: float, low: float, high: float, *, level: bool) -> str:
    if level and high == low:
        return BARS[3]
    if value <= low or high <= low:
        return BARS[0]
    place = round((value - low) / (high - low) * (len(BARS) - 1))
    return BARS[place if level else max(place, 1)]


def in_groups(values: Sequence[float | None], most: int) -> tuple[list[float | None], int]:
    """The values in at most `most` groups of equal length (the first may be shorter), and that length.

    A group is the mean of what is known in it; one of gaps only is a gap.
    """
    size = max(1, -(-len(values) // max(most, 1)))
    first = len(values) % size or size
    cuts = [0, *range(first, len(values) + 1, size)] if values else [0]
    groups = [values[begin:end] for begin, end in pairwise(cuts)]
    return [_mean([value for value in group if value is not None]) for group in groups], size


def _mean(known: Sequence[float]) -> float | None:
    return sum(known) / len(known) if known else None
