"""Writes what a team is told of the messages that wait for it, short enough for any channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from ig_worker.domain.masking import mask
from ig_worker.domain.suggestions import Suggestions, why_a_person
from ig_worker.domain.text import shorten
from ig_worker.store.database import Row

MOST_CHARACTERS = 3_400
"""Telegram takes 4,096; gateways to WhatsApp cut earlier."""

TEXT, ANSWER, REASON = 220, 240, 160
"""The most of a message, of a suggested answer and of a reason that a letter shows, in characters."""

CHANNELS = {"comment": "Komentar", "dm": "Pesan langsung"}


@dataclass(frozen=True)
class WhoAnswers:
    """Who answers for what, and what could be said: what the letters know besides the messages."""

    zone: tzinfo
    units: Mapping[str, str]
    people: Mapping[str, str]
    """The unit, and the person in charge (PJ), of each topic; "" where there is none."""
    suggestions: Suggestions
    several_accounts: bool = False


def title_of(fresh: int, again: int) -> str:
    """``3 pesan menunggu jawaban``, and how many of them for some time."""
    if not fresh:
        return f"Pengingat: {again} pesan belum dijawab"
    reminder = f" ({again} lagi belum dijawab)" if again else ""
    return f"{fresh} pesan menunggu jawaban{reminder}"


def body_of(fresh: Sequence[Row[Any]], again: Sequence[Row[Any]], answering: WhoAnswers) -> str:
    """The whole letter; what does not fit is counted, and a command lists it."""
    first = (*again, *fresh)[0].id
    ending = [
        "",
        f'Menjawab: langsung di Instagram, atau ig-worker inbox reply {first} "…" --by NAMA',
        f"Ternyata keluhan atau saran: ig-worker inbox relabel {first} keluhan --by NAMA",
        f"Tidak perlu dijawab: ig-worker inbox settle {first} --by NAMA",
        f"Selengkapnya: ig-worker inbox show {first}",
    ]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in ending) - 120
    lines = ["Halo tim, pesan berikut menunggu dijawab oleh petugas. Terima kasih sudah membantu! 🙏"]
    left = 0
    # What waits longest comes first: who is cut off at the end is at least new.
    for heading, rows in (("Belum dijawab sejak kemarin atau lebih lama:", again), ("Baru:", fresh)):
        if not rows:
            continue
        paragraph = ["", heading] if again else []
        for row in rows:
            paragraph += ["", *_entry(row, answering)]
            size = sum(len(line) + 1 for line in paragraph)
            if left or size > room:
                left += 1
            else:
                lines += paragraph
                room -= size
            paragraph = []
    if left:
        lines += ["", f"… dan {left} pesan lainnya: ig-worker inbox list --waiting"]
    return "\n".join([*lines, *ending])


def overdue_body(rows: Sequence[Row[Any]], days: int, answering: WhoAnswers) -> str:
    """For those who should know that a team does not answer."""
    lines = [
        f"Pesan berikut sudah {days} kali diingatkan dan belum dijawab. Mohon dibantu menindaklanjutinya.",
        "",
    ]
    lines += [f"{_heading(row, answering)}\n{_quoted(row, 120)}" for row in rows[:10]]
    if len(rows) > 10:
        lines.append(f"… dan {len(rows) - 10} pesan lainnya: ig-worker inbox list --waiting")
    return "\n".join([*lines, "", f"Selengkapnya: ig-worker inbox show {rows[0].id}"])


def _entry(row: Row[Any], answering: WhoAnswers) -> list[str]:
    unit, person = answering.units.get(row.topic, ""), answering.people.get(row.topic, "")
    why = shorten(mask(why_a_person(row.label, row.reasons)), REASON)
    return [
        _heading(row, answering),
        _quoted(row, TEXT),
        f"Mengapa: {why}{f' · Unit: {unit}' if unit else ''}{f' · PJ: {person}' if person else ''}",
        *_suggested(row, answering.suggestions),
        *([row.permalink] if row.permalink else []),
    ]


def _suggested(row: Row[Any], suggestions: Suggestions) -> list[str]:
    """What could be answered; nothing where nobody knows yet whether there is anything to answer (chatter, adverts)."""
    found = suggestions.suggest(row.text, row.label, row.topic, danger=row.danger)
    if row.label == "lainnya" and not (row.danger or found.frequent):
        return []
    return [f"Saran jawaban: {shorten(found.text, ANSWER)}"]


def _heading(row: Row[Any], answering: WhoAnswers) -> str:
    place = f" @{row.account}" if answering.several_accounts else ""
    sent = row.sent_at.astimezone(answering.zone)
    kind = _kind(row.label) if row.needs_review else row.label
    topic = row.topic.replace("_", " ")
    return f"[{row.id}] {CHANNELS[row.channel]}{place} · {sent:%d/%m %H.%M} · {kind}, topik {topic}"


def _kind(label: str) -> str:
    """What a message seems to be that nobody is sure of."""
    return "perlu dilihat" if label == "lainnya" else f"mungkin {label}"


def _quoted(row: Row[Any], most: int) -> str:
    """What was written, with whatever could identify a patient masked."""
    words = mask(" ".join(row.text.split()))
    return f"“{shorten(words, most)}”" if words else "(tanpa tulisan)"
