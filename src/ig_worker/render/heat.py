"""The heat map of the hours: for each hour of the week how far its posts reached, in five shades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ig_worker.domain.evaluation.moved import count
from ig_worker.render.axes import labels

SHADES = 5
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_FEWEST_HOURS = 12
"""Columns, at least: three broad ones look like a table."""


def heat(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Rows from Monday to Sunday; None where no cell has a reach.

    A cell is None or ``{"posts": text, "level": 0 to 4}``; ``legend`` has the shades' reaches in words.
    """
    known = [each for each in cells if each["reach_median"] is not None and each["posts"]]
    if not known:
        return None
    first, last = _span([int(each["hour"]) for each in known])
    reaches = [each["reach_median"] for each in known]
    lowest, highest = min(reaches), max(reaches)
    width = (highest - lowest) / SHADES
    found = {(int(each["weekday"]), int(each["hour"])): each for each in known}
    return {
        "hours": [f"{hour:02d}" for hour in range(first, last + 1)],
        "rows": [
            {
                "name": name,
                "cells": [
                    _cell(found.get((weekday, hour)), lowest, width) for hour in range(first, last + 1)
                ],
            }
            for weekday, name in enumerate(_WEEKDAYS)
        ],
        "legend": _legend(lowest, highest, width),
    }


def _span(hours: Sequence[int]) -> tuple[int, int]:
    """The first and the last hour shown."""
    first, last = min(hours), max(hours)
    first = max(min(first, last - _FEWEST_HOURS + 1), 0)
    return first, min(max(last, first + _FEWEST_HOURS - 1), 23)


def _cell(each: Mapping[str, Any] | None, lowest: float, width: float) -> dict[str, Any] | None:
    if each is None:
        return None
    posts = int(each["posts"])
    level = min(int((each["reach_median"] - lowest) / width), SHADES - 1) if width else SHADES - 1
    return {"posts": str(posts) if posts < 1000 else "999+", "level": level}


def _legend(lowest: float, highest: float, width: float) -> list[dict[str, Any]]:
    if not width:
        return [{"level": SHADES - 1, "words": count(lowest)}]
    edges = labels([round(lowest + step * width) for step in range(SHADES + 1)])
    return [{"level": level, "words": f"{edges[level]}–{edges[level + 1]}"} for level in range(SHADES)]
