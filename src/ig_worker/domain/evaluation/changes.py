"""Says what changed against the month before, where both months have a figure that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ig_worker.domain.evaluation.moved import count as written_out
from ig_worker.domain.evaluation.moved import part_of
from ig_worker.domain.month import Month
from ig_worker.domain.register_words import KINDS

Doc = Mapping[str, Any]
Form = Literal["count", "percent", "hours"]

NEARLY_ALL = 0.9
"""Of a month's days: a sum over fewer of Meta's days is not compared with one over a whole month."""

ENOUGH_DAYS = 10
"""Of Meta's, for a rate; it does not grow with them as a sum does."""

ENOUGH_CASES = 5
"""In either month; the median of fewer is chance."""


def changes(now: Doc, before: Doc) -> list[dict[str, Any]]:
    """The part ``changes``: each figure that both months' documents have and that can be compared.

    Counts of a month that had not ended when its document was made, or that was watched in part only, are none such;
    nor are sums over Meta's days where many are missing, and medians of a handful of cases.
    """
    made = []
    for figure in FIGURES:
        if not (figure.fit(now) and figure.fit(before)):
            continue
        value, old = figure.of(now), figure.of(before)
        if value is None or old is None:
            continue
        words = in_words(value, old, figure.form)
        line = {"key": figure.key, "name": figure.name, "now": value, "before": old, "form": figure.form}
        made.append({**line, "words": words})
    return made


def in_words(value: float, before: float, form: Form) -> str:
    """``naik 12 (dari 240 menjadi 252; 5 %)``, ``turun 0,8 poin persen (dari 5 % menjadi 4,2 %)``, ``tetap 240``.

    The figures are written as everywhere else in the papers, and the difference is theirs, so that whoever subtracts
    them finds it.
    """
    places = {"count": 0, "percent": 2, "hours": 1}[form]
    unit = {"count": "", "percent": " %", "hours": " jam kerja"}[form]
    new, old = round(value, places), round(before, places)
    if new == old:
        return f"tetap {written_out(new)}{unit}"
    apart = written_out(abs(new - old)) + {"percent": " poin persen"}.get(form, unit)
    percent = part_of(new - old, old) if form == "count" else ""
    share = f"; {percent}" if percent else ""
    from_to = f"dari {written_out(old)}{unit} menjadi {written_out(new)}{unit}"
    return f"{'naik' if new > old else 'turun'} {apart} ({from_to}{share})"


def ended(doc: Doc) -> bool:
    """Whether the month was over when the document was made."""
    if not doc.get("made_at") or not doc.get("month"):
        return True
    made_at = datetime.fromisoformat(doc["made_at"])
    month = Month.written(doc["month"])
    return (made_at.year, made_at.month) > (month.year, month.month)


def whole_inbox(doc: Doc) -> bool:
    """Whether messages were watched from the first day to the last."""
    return ended(doc) and not doc.get("messages", {}).get("partial", False)


def planned(doc: Doc) -> bool:
    """Whether the month is over and had a plan: without one there is nothing to compare."""
    return ended(doc) and bool(doc.get("posts", {}).get("planned"))


def days_of(doc: Doc, key: str) -> int:
    """On how many of Meta's days a figure of the headline stands; those with any figure where it does not say."""
    line = line_of(doc, key)
    days = line.get("days") if line.get("days") is not None else doc.get("coverage", {}).get("read")
    return int(days or 0)


def _whole(key: str) -> Callable[[Doc], bool]:
    """Whether (nearly) all of Meta's days have that figure."""
    return lambda doc: (
        ended(doc) and days_of(doc, key) >= NEARLY_ALL * (doc.get("coverage", {}).get("days") or 1)
    )


def _some(key: str) -> Callable[[Doc], bool]:
    """Whether enough of Meta's days have that figure for a rate over them."""
    return lambda doc: days_of(doc, key) >= ENOUGH_DAYS


def line_of(doc: Doc, key: str) -> Doc:
    """A figure of the headline with all that stands beside it; empty where there is none."""
    return next((each for each in doc.get("headline", ()) if each["key"] == key), {})


def tile(doc: Doc, key: str) -> float | None:
    """A figure of the headline."""
    found: float | None = line_of(doc, key).get("value")
    return found


def written(doc: Doc, label: str) -> int | None:
    """How many messages of a label were written; None in a month in which nobody counted."""
    part = doc.get("messages", {})
    if part.get("total") is None:
        return None
    found = [int(each["count"]) for each in part["by_label"] if each["name"] == KINDS[label]]
    return sum(found)


def _enough(part: str) -> Callable[[Doc], bool]:
    return lambda doc: (doc.get("answers", {}).get(part, {}).get("cases") or 0) >= ENOUGH_CASES


def _answer(part: str) -> Callable[[Doc], float | None]:
    def median_hours(doc: Doc) -> float | None:
        found: float | None = doc.get("answers", {}).get(part, {}).get("median_hours")
        return found

    return median_hours


@dataclass(frozen=True)
class _Figure:
    """One line: where its figure stands in a document, and which documents it can be compared with."""

    key: str
    name: str
    form: Form
    of: Callable[[Doc], float | None]
    fit: Callable[[Doc], bool]


def _always(_doc: Doc) -> bool:
    return True


FIGURES = (
    _Figure("followers", "Pengikut", "count", lambda doc: tile(doc, "followers"), _always),
    _Figure("reach", "Jangkauan", "count", lambda doc: tile(doc, "reach"), _whole("reach")),
    _Figure("views", "Tayangan", "count", lambda doc: tile(doc, "views"), _whole("views")),
    _Figure(
        "interaction_rate",
        "Tingkat interaksi",
        "percent",
        lambda doc: tile(doc, "interaction_rate"),
        _some("interaction_rate"),
    ),
    _Figure(
        "conversion_rate",
        "Konversi",
        "percent",
        lambda doc: tile(doc, "conversion_rate"),
        _some("conversion_rate"),
    ),
    _Figure("posts_out", "Unggahan terbit", "count", lambda doc: tile(doc, "posts_out"), planned),
    _Figure("messages", "Pesan masuk", "count", lambda doc: tile(doc, "messages"), whole_inbox),
    _Figure("complaints", "Keluhan", "count", lambda doc: written(doc, "keluhan"), whole_inbox),
    _Figure("questions", "Pertanyaan", "count", lambda doc: written(doc, "pertanyaan"), whole_inbox),
    _Figure("praise", "Pujian", "count", lambda doc: doc.get("messages", {}).get("praise"), whole_inbox),
    _Figure(
        "thanked",
        "Pujian yang dibalas",
        "count",
        lambda doc: doc.get("messages", {}).get("thanked"),
        whole_inbox,
    ),
    _Figure("cases", "Kasus baru", "count", lambda doc: tile(doc, "cases"), whole_inbox),
    _Figure(
        "first_response",
        "Tanggapan pertama (median)",
        "hours",
        _answer("first_response"),
        _enough("first_response"),
    ),
    _Figure("resolution", "Penyelesaian (median)", "hours", _answer("resolution"), _enough("resolution")),
)
"""What is compared, in the order in which it is told."""
