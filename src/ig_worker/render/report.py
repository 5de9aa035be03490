"""Lays out the day on one page: what went out, what people wrote, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ig_worker.render import indonesian
from ig_worker.render.texts import Line, one_line

MOST_ROWS = 14
"""Of any list; the template shows fewer where the page is full."""
_LABELS = ("pujian", "saran", "keluhan", "pertanyaan", "lainnya")


def one_page(report: Mapping[str, Any]) -> dict[str, Any]:
    """The data of ``day_report.typ``. KeyError, TypeError or ValueError where `report` is not whole."""
    zone = str(report["zone"])
    by_label = {label: int(report["messages_by_label"].get(label, 0)) for label in _LABELS}
    published = int(report["posts_by_status"].get("published", 0))
    return {
        "title": one_line(report["title"], most=50),
        "account": one_line("@" + report["account"]["username"]),
        "period": one_line(report["period"], most=50),
        "made_at": indonesian.moment(report["made_at"], zone),
        "tiles": [
            ["Unggahan terbit", indonesian.number(published)],
            ["Pesan masuk", indonesian.number(sum(report["messages_by_label"].values()))],
            ["Ucapan terima kasih", indonesian.number(report["thanks_sent"])],
            ["Kasus", indonesian.number(len(report["cases"]))],
            ["Menunggu petugas", indonesian.number(report["needs_person"])],
        ],
        "posts": _rows([_post(post) for post in report["posts"]]),
        "posts_by_status": " · ".join(
            f"{indonesian.word(status)} {count}"
            for status, count in report["posts_by_status"].items()
            if count
        ),
        "labels": _bars(by_label),
        "topics": _bars(_largest_first(report["messages_by_topic"])),
        "cases": _rows([_case(case, zone) for case in report["cases"]]),
        "figures": [_figure(figure) for figure in report["figures"][:MOST_ROWS]],
        "findings": _rows([one_line(finding, most=170) for finding in report["findings"]]),
    }


def _rows(rows: Sequence[Any]) -> dict[str, Any]:
    return {"shown": list(rows[:MOST_ROWS]), "all": len(rows)}


def _post(post: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "time": _narrow(post["time"] or "-", most=8),
        "kind": indonesian.word(post["kind"]),
        "segment": _narrow(post["segment"] or "-", most=22),
        "caption": one_line(_beginning(post["caption"], 46) or "(tanpa caption)", most=48),
        "status": indonesian.word(post["status"]),
        "mood": {"published": "good", "failed": "bad", "unconfirmed": "bad", "held": "wait"}.get(
            post["status"], ""
        ),
    }


def _case(case: Mapping[str, Any], zone: str) -> dict[str, Any]:
    return {
        "number": _narrow(case["number"], most=16),
        "label": indonesian.word(case["label"]),
        "mood": "bad" if case["label"] == "keluhan" else "blue",
        "where": _narrow(indonesian.name(case["unit"] or case["topic"]), most=22),
        "summary": one_line(_beginning(case["summary"], 52) or "-", most=54),
        "severity": indonesian.word(case["severity"]),
        "status": indonesian.word(case["status"]),
        "due": _narrow(_due(case["due"], zone), most=22),
    }


def _beginning(text: str, most: int) -> str:
    """The text, or as many whole words of it as fit; a single word that is too long is left to ``one_line``."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words = line[:most].rpartition(" ")[0]
    return f"{words} …" if words else line


def _narrow(text: str, most: int) -> Line:
    """One line for a column that holds about a dozen characters."""
    return one_line(text, most=most, long_word=15)


def _due(due: str | None, zone: str) -> str:
    """A time as people write it; words stay as they are."""
    try:
        return indonesian.short_moment(due or "", zone)
    except ValueError:
        return due or "-"


def _figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    value = figure["value"]
    return {
        "name": one_line(figure["name"], most=24),
        "value": None if value is None else indonesian.number(value),
        "note": one_line(figure["note"] or "", most=34),
    }


def _largest_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Without what was not counted; "lainnya" says least and comes last."""
    counted = [(name, count) for name, count in counts.items() if count]
    return dict(sorted(counted, key=lambda pair: (pair[0] == "lainnya", -pair[1], pair[0])))


def _bars(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Bars with their share of the longest one, 0 to 1; none at all where nothing was counted."""
    longest = max(counts.values(), default=0)
    if longest == 0:
        return []
    return [
        {"name": indonesian.word(name), "count": indonesian.number(count), "share": count / longest}
        for name, count in counts.items()
    ]
