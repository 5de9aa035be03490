"""Reads the figures in an answer of Meta's insights (section E)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from ig_worker.domain.instagram import Metric, Why
from ig_worker.domain.nights import META_ZONE
from ig_worker.graph.answers import id_text, kept_text, whole_number
from ig_worker.graph.reading import mapping, moment, objects

NO_FIGURE: Final = 1e15
"""What a figure never reaches."""

LONGEST_BREAKDOWN: Final = 120
"""Characters that are kept of what a part is called: a city's name is Meta's."""

HOURS: Final = frozenset(str(hour) for hour in range(24))


def day_that_ends(end: datetime | None) -> date | None:
    """The day of Meta's that ends then. Half a day is left for an end that ignores summer time."""
    try:
        return (end - timedelta(hours=12)).astimezone(META_ZONE).date() if end is not None else None
    except OverflowError:
        return None


def lifetime_figures(data: object) -> tuple[Metric, ...]:
    """A post's figures: each metric has a total, perhaps broken down, or a series of one value."""
    found: list[Metric] = []
    for entry in objects(data):
        total = mapping(entry.get("total_value"))
        values = objects(entry.get("values"))
        parts = _total(total) if total else [(values[0].get("value"), "")] if values else []
        found += _metrics(entry, None, parts)
    return once(found)


def total_figures(data: object, day: date | None) -> tuple[Metric, ...]:
    """The totals of one of Meta's days, with their parts. A series in their place is believed for that day alone."""
    found: list[Metric] = []
    for entry in objects(data):
        total = mapping(entry.get("total_value"))
        if total:
            found += _metrics(entry, day, _total(total))
        elif day is not None:
            found += [metric for metric in _of_series(entry) if metric.day == day]
    return once(found)


def series_figures(data: object, begin: date, end: date) -> tuple[Metric, ...]:
    """The values of the days from begin to end, both included, each on the day with whose end it is marked."""
    found = [metric for entry in objects(data) for metric in _of_series(entry)]
    return once(metric for metric in found if metric.day is not None and begin <= metric.day <= end)


def hourly_figures(data: object) -> tuple[Metric, ...]:
    """``{"0": 31, …}`` as ``hour=0`` …, of the day with whose end they are marked."""
    found: list[Metric] = []
    for entry in objects(data):
        for item in objects(entry.get("values")):
            hours = mapping(item.get("value"))
            parts = [(value, f"hour={hour}") for hour, value in hours.items() if hour in HOURS]
            found += _metrics(entry, day_that_ends(moment(item.get("end_time"))), parts)
    return once(found)


def without_figures(asked: Iterable[str], found: Iterable[Metric]) -> dict[str, Why]:
    """The metrics asked for of which an answer has nothing."""
    had = {metric.name for metric in found}
    return {name: Why.NO_DATA for name in asked if name not in had}


def once(found: Iterable[Metric]) -> tuple[Metric, ...]:
    """Each figure once, the first that was given."""
    kept: dict[tuple[str, date | None, str], Metric] = {}
    for metric in found:
        kept.setdefault((metric.name, metric.day, metric.breakdown), metric)
    return tuple(kept.values())


def _of_series(entry: Mapping[str, Any]) -> Iterator[Metric]:
    for item in objects(entry.get("values")):
        if (day := day_that_ends(moment(item.get("end_time")))) is not None:
            yield from _metrics(entry, day, [(item.get("value"), "")])


def _metrics(
    entry: Mapping[str, Any], day: date | None, parts: Iterable[tuple[object, str]]
) -> Iterator[Metric]:
    name = kept_text(entry.get("name"))
    for value, breakdown in parts:
        if name and (figure := _figure(value)) is not None:
            yield Metric(name, figure, day, breakdown)


def _figure(value: object) -> float | None:
    """A number; no NaN, no infinity, and nothing that a database has no room for."""
    number = whole_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < NO_FIGURE:
        return None
    return float(number)


def _total(total: Mapping[str, Any]) -> Iterator[tuple[object, str]]:
    yield total.get("value"), ""
    for breakdown in objects(total.get("breakdowns")):
        keys = _each(breakdown.get("dimension_keys"))
        for result in objects(breakdown.get("results")):
            values = _each(result.get("dimension_values"))
            if len(keys) == len(values) and keys:
                # A part without its name would pass for the whole.
                parts = (f"{id_text(key)}={id_text(value)}" for key, value in zip(keys, values, strict=True))
                yield result.get("value"), ",".join(parts)[:LONGEST_BREAKDOWN]


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
