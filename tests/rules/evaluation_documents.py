"""Documents of the month's evaluation to look for findings in: a quiet one, and what makes it less so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ig_worker.domain.register_words import KINDS, word

Doc = dict[str, Any]


def quiet() -> Doc:
    """A whole month in which nothing is worth a word."""
    return {
        "month": "2026-10",
        "made_at": "2026-11-02T08:00:00+07:00",
        "coverage": {"days": 31, "read": 31},
        "headline": [{"key": "reach", "value": 9000}, {"key": "conversion_rate", "value": 2.5}],
        "followers": {"won": 9, "lost": 0},
        "posts": {
            "planned": 30, "approved": 30, "out": 28, "on_time": 26, "late": 2, "failed": 1, "waiting": 1,
            "upcoming": 0, "by_hand": 2, "by_segment": [], "best": [],
        },
        "hours": {"enough": False, "sample": 0, "cells": [], "best": []},
        "audience": {"age": []},
        "messages": {
            "total": 0, "before": 0, "praise": 0, "thanked": 0, "waiting": 0, "partial": False, "by_label": [],
            "by_topic": [], "by_label_and_topic": [],
        },
        "answers": {
            "opened": 4, "resolved": 4, "open": 0, "carried": 0, "deadlines": [], "units": [],
            "first_response": {"cases": 4, "median_hours": 1.0, "p90_hours": None, "median_words": "1 jam kerja"},
        },
        "rising": [],
        "changes": [],
    }  # fmt: skip


def with_messages(*lines: tuple[str, str, int, int | None], **totals: int) -> Doc:
    """A quiet month with so many messages (label, topic, now, before)."""
    doc = quiet()
    known = doc["messages"]
    known["by_label_and_topic"] = [
        dict(zip(("label", "topic", "count", "before"), line, strict=True)) for line in lines
    ]
    for part, place, name_of in (("by_label", 0, KINDS.__getitem__), ("by_topic", 1, word)):
        for key in dict.fromkeys(line[place] for line in lines):
            of_it = [line for line in lines if line[place] == key]
            before = None if of_it[0][3] is None else sum(line[3] or 0 for line in of_it)
            line = {
                "key": key,
                "name": name_of(str(key)),
                "count": sum(line[2] for line in of_it),
                "before": before,
            }
            known[part].append(line)
    known["total"] = sum(line[2] for line in lines)
    known["before"] = sum(line[3] or 0 for line in lines)
    known.update(totals)
    return doc


def with_part(part: str, **changed: Any) -> Doc:
    doc = quiet()
    doc[part].update(changed)
    return doc


def with_change(key: str, now: float, before: float, **more: Any) -> Doc:
    doc = quiet()
    doc["changes"] = [{"key": key, "now": now, "before": before}]
    doc["answers"]["first_response"]["cases"] = 10
    doc.update(more)
    return doc


def segment(name: str, out: int, reach_median: float | None = None, target: int | None = None) -> Doc:
    return {"segment": name, "out": out, "reach_median": reach_median, "target": target}


def deadline(in_time: int, late: int) -> Doc:
    decided = in_time + late
    return {
        "name": "Penyelesaian", "in_time": in_time, "late": late, "running": 0, "decided": decided,
        "share": 100 * in_time / decided if decided else None,
    }  # fmt: skip


def unit(name: str, late: int, decided: int) -> Doc:
    return {"name": name, "late": late, "decided": decided}


def hours(best: Doc, *cells: float, sample: int = 84) -> Doc:
    return with_part(
        "hours", enough=True, sample=sample, best=[best], cells=[{"reach_median": value} for value in cells]
    )


def took(cases: int, median_hours: float, p90_hours: float) -> Doc:
    words = {"median_words": "2 jam kerja", "p90_words": "12 jam kerja"}
    found = {"cases": cases, "median_hours": median_hours, "p90_hours": p90_hours, **words}
    return with_part("answers", first_response=found)


BEST = {
    "kind": "reel", "segment": "Konde Emas", "published_in_words": "Selasa, 6 Oktober 2026, 18.00 WIB", "reach": 612,
    "interactions": 74,
}  # fmt: skip
TUESDAY = {"words": "Selasa 18.00–20.00", "posts": 7, "reach_median": 2540}
RUNS = {"made_at": "2026-10-20T08:00:00+07:00"}


NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")


def numbers_in(value: Any) -> Iterator[float]:
    """Every number of a document, those inside of its texts included."""
    match value:
        case bool() | None:
            return
        case int() | float():
            yield from (round(value, places) for places in (0, 1, 2))
        case str():
            yield from (float(each.replace(".", "").replace(",", ".")) for each in NUMBER.findall(value))
        case dict():
            for each in value.values():
                yield from numbers_in(each)
        case list():
            for each in value:
                yield from numbers_in(each)


def invented(text: str, doc: Doc) -> set[float]:
    """The numbers of a finding that stand nowhere in the document."""
    known = {key: value for key, value in doc.items() if key not in ("findings", "made_at")}
    return set(numbers_in(text)) - set(numbers_in(known))
