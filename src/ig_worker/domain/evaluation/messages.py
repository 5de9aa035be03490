"""Sums up what people wrote in a month: by label and topic, beside the month before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.evaluation.figures_in_words import number
from ig_worker.domain.evaluation.wording import day_in_words
from ig_worker.domain.month import Month
from ig_worker.domain.register_words import KINDS, word

NEARLY_WHOLE = timedelta(days=1)
"""A month that was watched from its second day on is as good as a whole one."""


@dataclass(frozen=True)
class Pile:
    """How many messages of one label, topic and channel people wrote in a month and in the one before."""

    label: str
    topic: str
    channel: str
    count: int
    before: int


@dataclass(frozen=True)
class Heard:
    """All that is known of a month's messages.

    ``thanked`` are those of the praise under which words of ours stand; ``waiting`` those for which a person should
    look now; ``older`` those written before the account's inbox was watched (backlog), which are in no pile.
    ``watched_since`` is when that began, None if it never did.
    """

    piles: Sequence[Pile]
    thanked: int
    waiting: int
    older: int
    watched_since: datetime | None


def watched(heard: Heard, month: Month, zone: tzinfo) -> tuple[bool, bool]:
    """Whether anything of the month was watched, and whether (nearly) all of it was."""
    begin, end = month.span(zone)
    since = heard.watched_since
    return since is not None and since < end, since is not None and since <= begin + NEARLY_WHOLE


def messages(heard: Heard, month: Month, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """The part ``messages`` of the evaluation. Nothing has a figure (None) in a month in which nobody looked, and
    ``before`` has none where the month before was not watched from its beginning."""
    any_of_it, whole = watched(heard, month, zone)
    _, comparable = watched(heard, month.previous, zone)
    piles = heard.piles if any_of_it else []

    def known(count: int) -> int | None:
        return count if any_of_it else None

    def listed(name_of: Callable[[Pile], str], words: Callable[[str], str]) -> list[dict[str, Any]]:
        now_, before = Counter[str](), Counter[str]()
        for pile in piles:
            now_[name_of(pile)] += pile.count
            before[name_of(pile)] += pile.before if comparable else 0
        names = sorted(now_ + before, key=lambda key: (key == "lainnya", -now_[key], -before[key], key))
        return [
            {
                "key": key,
                "name": words(key),
                "count": now_[key],
                "before": before[key] if comparable else None,
            }
            for key in names
        ]

    both = listed(lambda pile: f"{pile.label} {pile.topic}", lambda key: "")
    return {
        "total": known(sum(pile.count for pile in piles)),
        "before": sum(pile.before for pile in piles) if any_of_it and comparable else None,
        "comments": known(sum(pile.count for pile in piles if pile.channel == "comment")),
        "dms": known(sum(pile.count for pile in piles if pile.channel != "comment")),
        "praise": known(sum(pile.count for pile in piles if pile.label == "pujian")),
        "thanked": known(heard.thanked),
        "waiting": known(heard.waiting),
        "older": heard.older,
        "partial": not whole,
        "by_label": listed(lambda pile: pile.label, lambda key: KINDS.get(key, word(key))),
        "by_topic": listed(lambda pile: pile.topic, word),
        "by_label_and_topic": [_apart(line) for line in both],
        "note": _note(heard, month, zone, now, any_of_it=any_of_it, whole=whole),
    }


def _apart(line: dict[str, Any]) -> dict[str, Any]:
    label, _, topic = line["key"].partition(" ")
    return {"label": label, "topic": topic, "count": line["count"], "before": line["before"]}


def _note(heard: Heard, month: Month, zone: tzinfo, now: datetime, *, any_of_it: bool, whole: bool) -> str:
    """One or more sentences: what is counted, and what is not."""
    older = (
        f"{number(heard.older)} tulisan lama dari sebelum pemantauan dimulai tidak dihitung."
        if heard.older
        else ""
    )
    since = heard.watched_since
    if not any_of_it or since is None:
        return f"Belum cukup data: kotak masuk belum dipantau pada bulan ini. {older}".strip()
    _, end = month.span(zone)
    said = [
        "Komentar dan pesan langsung dari masyarakat menurut waktu dikirimnya (waktu setempat); label dan topik dari"
        " penilaian otomatis yang dapat dikoreksi petugas.",
        "" if whole else f"Dipantau sejak {day_in_words(since.astimezone(zone).date())}.",
        older,
        f"Bulan ini belum selesai: dihitung sampai {day_in_words(now.astimezone(zone).date())}."
        if now < end
        else "",
    ]
    return " ".join(sentence for sentence in said if sentence)
