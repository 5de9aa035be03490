"""The parts of the evaluation as plain data that can become JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from ig_worker.domain.evaluation.audience import Group
from ig_worker.domain.evaluation.followers import Coverage, Daily, Followers
from ig_worker.domain.evaluation.headline import Line
from ig_worker.domain.register_words import word

Document = dict[str, Any]

MOST_RISING = 10
"""So many topics and words that rose are told of."""


def number(value: float | None) -> float | int | None:
    """Whole where it is whole, else with two decimals."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(value, 2)


def days(found: Iterable[tuple[date, float | None]]) -> list[Document]:
    """Each day of the month."""
    return [{"day": day.isoformat(), "value": number(value)} for day, value in found]


def coverage(found: Coverage) -> Document:
    """How many of Meta's days have figures."""
    return {
        "days": len(found.days),
        "read": len(found.read),
        "missing": list(found.missing),
        "note": found.note,
    }


def headline(lines: Iterable[Line]) -> list[Document]:
    """The figures at the head; nothing is known yet of the month before."""
    return [
        {
            "key": line.key,
            "name": line.name,
            "value": number(line.value),
            "form": line.form,
            "before": None,
            "note": line.note,
            "days": line.days,
            "whole": number(line.whole),
        }
        for line in lines
    ]


def followers(found: Followers) -> Document:
    """Followers and their change."""
    return {
        "start": number(found.start),
        "end": number(found.end),
        "won": number(found.won),
        "lost": number(found.lost),
        "change": number(found.change),
        "days": days(found.days),
        "note": found.note,
    }


def groups(found: Iterable[Group]) -> list[Document]:
    """Parts of the audience."""
    return [
        {"name": group.name, "count": number(group.count), "share": number(group.share)} for group in found
    ]


def reach(found: Daily) -> Document:
    """The sum of Meta's days, and each of them."""
    note = (
        "Jumlah jangkauan harian menurut hari Meta; satu orang dapat terhitung pada beberapa hari."
        if found.counted
        else "Belum cukup data: belum ada jangkauan bulan ini."
    )
    return {"total": number(found.total), "days": days(found.days), "note": note}


def rising(found: Iterable[Document]) -> list[Document]:
    """What people spoke of far more than usual, the most first; topics as people call them."""
    return [
        {
            **each,
            "term": word(each["term"]) if each["kind"] == "topic" else each["term"],
            "usual": number(each["usual"]),
        }
        for each in islice(found, MOST_RISING)
    ]


def rising_note(found: Sequence[Document], *, looked: bool) -> str:
    """What is said where nothing rose; that nobody looked is another matter."""
    if found:
        return ""
    if looked:
        return "Tidak ada kata atau topik yang jauh melebihi biasanya."
    return "Belum cukup data: topik yang menonjol belum dipantau pada bulan ini."
