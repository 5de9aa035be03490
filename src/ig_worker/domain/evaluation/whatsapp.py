"""The month's evaluation as a message for the centre's WhatsApp group, short enough for a telephone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ig_worker.domain.evaluation.changes import ended
from ig_worker.domain.evaluation.moved import figure, moved
from ig_worker.domain.evaluation.wording import short_day
from ig_worker.domain.month import Month
from ig_worker.domain.text import clean, shorten, utf16_length

MOST = 1000
"""Characters, as a telephone counts them (UTF-16): WhatsApp hides longer messages behind "Baca selengkapnya"."""
MOST_FIGURES = 6

_FIRST = (
    "followers",
    "reach",
    "interaction_rate",
    "posts_out",
    "messages",
    "cases",
    "views",
    "conversion_rate",
)
_FOUND = "*Temuan dan saran*"
_SHORTEST = 60
"""Of a finding: cut further it would no longer say anything."""
_FORMATTING = re.compile(r"[*~`\u2217]|(?<![^\W_])_|_(?![^\W_])|^[\s>\-•#]+")
"""What WhatsApp takes for bold, struck, mono or italic (an underscore inside a name is none), a quote or a list."""


def short_text(doc: Mapping[str, Any]) -> str:
    """The text, at most `MOST` characters; figures that nobody knows are left out.

    `doc` is the evaluation (``Evaluator.gather``). No word in it can change how another line looks.
    """
    head = [f"*{_inert(doc['title'], 50)}, {_inert(doc['period'], 30)}*", _whose(doc["account"])]
    body = [*_figures(doc), *_coverage(doc)]
    thanks = _thanks(doc)
    frame = "\n".join([*head, "", *body, "", thanks])
    findings = _findings(doc["findings"], MOST - utf16_length(frame) - 2)
    return "\n".join([*head, "", *body, *(["", *findings] if findings else []), "", thanks])


def _whose(account: Mapping[str, Any]) -> str:
    username = _inert(account["username"], 30)
    centre = _inert(account["centre"] or "", 60)
    if not username:
        return centre or _inert(account["name"], 30)
    return f"{centre} (@{username})" if centre else f"@{username}"


def _figures(doc: Mapping[str, Any]) -> list[str]:
    known = {each["key"]: each for each in doc["headline"] if figure(each["value"], each["form"])}
    shown = [known[key] for key in _FIRST if key in known][:MOST_FIGURES]
    return [_line(each) for each in shown] or ["Belum ada angka untuk bulan ini."]


def _line(each: Mapping[str, Any]) -> str:
    change = moved(each["value"], each["before"], each["form"])
    said = f"▪ {_inert(each['name'], 40)}: *{figure(each['value'], each['form'])}*"
    return f"{said}, {change.words}" if change else said


def _coverage(doc: Mapping[str, Any]) -> list[str]:
    days, read = doc["coverage"]["days"], doc["coverage"]["read"]
    if days and 0 < read < days:
        return [f"▪ Angka akun: {read} dari {days} hari ada datanya"]
    month = Month.written(doc["month"]).days
    if read and days < len(month) and ended(doc):
        # On the morning of the first the month's last day still runs in California.
        return [f"▪ Angka akun sampai {short_day(month[days - 1])}"]
    return [] if read else ["▪ Belum ada angka akun dari Instagram"]


def _findings(findings: Sequence[Mapping[str, Any]], room: int) -> list[str]:
    """The first three, and what can be done about each as far as there is room for it whole."""
    told = [(_inert(each["text"], 400), _inert(each["suggestion"] or "", 400)) for each in findings[:3]]
    told = [(text, suggestion) for text, suggestion in told if text]
    if not told:
        return []
    room -= utf16_length(_FOUND)
    each = room // len(told) - len("\n1. ")
    if each < _SHORTEST:
        return []
    texts = [f"{place}. {_cut(text, each)}" for place, (text, _) in enumerate(told, 1)]
    room -= sum(utf16_length(text) + 1 for text in texts)
    lines = [_FOUND]
    for text, (_, suggestion) in zip(texts, told, strict=True):
        lines.append(text)
        # Half of a suggestion is worse than none, half of a finding is not.
        cost = utf16_length(suggestion) + len("\n→ ")
        if suggestion and cost <= room:
            lines.append(f"→ {suggestion}")
            room -= cost
    return lines


def _thanks(doc: Mapping[str, Any]) -> str:
    out, total = doc["posts"]["out"] or 0, doc["messages"]["total"] or 0
    did = [f"{figure(out, 'count')} unggahan"] if out else []
    did += [f"perhatian pada {figure(total, 'count')} pesan"] if total else []
    if not did:
        return "Terima kasih, tim, sudah merawat akun ini 🙏"
    return f"Terima kasih, tim, atas {' dan '.join(did)} bulan ini 🙏"


def _inert(text: str, most: int) -> str:
    """One line without anything that formats, hides or turns: the words and nothing else."""
    line = " ".join(clean(text).split())
    seen = "".join(
        sign for sign in line if sign == "\u200d" or unicodedata.category(sign) not in {"Cf", "Co"}
    )
    plain, changed = seen, 1
    while changed:
        plain, changed = _FORMATTING.subn("", plain)
    return _cut(" ".join(plain.split()), most)


def _cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, with "…" where something is left out."""
    kept = shorten(text, max(most, 1))
    while utf16_length(kept) > most and len(kept) > 1:
        kept = shorten(text, len(kept) - max((utf16_length(kept) - most) // 2, 1))
    return kept
