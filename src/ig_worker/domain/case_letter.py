"""Writes what people are told of a case: everything needed to act, in one short message.

Telegram puts at most 1,024 characters below a picture, and gateways to WhatsApp cut early; so the person's words give
way, never the number, the deadlines, the commands or the head of the chain of evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ig_worker.domain.indonesian_dates import ZONE_OFFSETS
from ig_worker.domain.masking import mask
from ig_worker.domain.text import clean, shorten, utf16_length
from ig_worker.domain.told import manner_of

MOST_UNITS = 960
"""Title and words together, in UTF-16 units as Telegram counts them; some room is left for what a channel escapes."""

LEAST_QUOTE, LINE_QUOTE, NAME, LINK = 80, 90, 48, 150
"""The least that is shown of somebody's words, what a digest shows of them, and of a unit's or PJ's name; a longer
link is left out."""

LABELS = {"keluhan": "Keluhan", "saran": "Saran"}

CHANNELS = {"comment": "komentar", "dm": "pesan langsung"}

DEADLINES = {"acknowledge": "tanggapan pertama", "follow_up": "tindak lanjut", "resolve": "penyelesaian"}

_NOTE = 32
"""Room for saying how many messages are not shown."""

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_ZONES = {offset: name for name, offset in ZONE_OFFSETS.items()}
_BLANKS = re.compile(r"\s+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟❝❞〝〞＂", '"'))


class Occasion(StrEnum):
    """What a letter is written for, as its title says it."""

    NEW = ""
    MORE = "tambahan"
    REOPENED = "dibuka kembali"


_AGAIN = {
    Occasion.MORE: "orang yang sama menulis lagi.",
    Occasion.REOPENED: "kasus yang sudah selesai dibuka kembali karena orang yang sama menulis lagi.",
}


@dataclass(frozen=True)
class AboutCase:
    """What a letter about a case says; times are in the centre's zone, texts as they were written."""

    number: str
    label: str
    topic: str
    severity: str
    channel: str
    unit: str = ""
    person: str = ""
    """The person in charge (PJ) of the topic."""
    texts: Sequence[str] = ()
    """What the letter is about, oldest first."""
    deadlines: Sequence[tuple[str, datetime]] = ()
    link: str = ""
    chain_head: str = ""
    with_picture: bool = True


def title_of(case: AboutCase, occasion: Occasion = Occasion.NEW) -> str:
    """``DARURAT · K-2026-0001 Keluhan: antrean``, and what it is about if not about something new."""
    more = f" ({occasion})" if occasion else ""
    kind = LABELS.get(case.label, case.label)
    return f"{manner_of(case.severity).mark}{case.number} {kind}: {_topic(case)}{more}"


def body_of(case: AboutCase, occasion: Occasion = Occasion.NEW) -> str:
    """The words below the title. No line of it can be written by whoever is quoted in it."""
    kind = LABELS.get(case.label, case.label)
    channel = CHANNELS.get(case.channel, case.channel)
    again = _AGAIN.get(occasion)
    first = f"{case.number}: {again}" if again else f"{kind} baru lewat {channel}."
    above = [first, _about(case)]
    below = [
        *(f"Batas {DEADLINES.get(name, name)}: {shown_moment(due)}" for name, due in case.deadlines),
        *([f"Tautan: {case.link}"] if case.link and len(case.link) <= LINK else []),
        f"Lihat: ig-worker cases show {case.number}",
        f"Tanggapi: ig-worker cases ack {case.number} --by NAMA",
        *([chain_line(case.chain_head)] if case.chain_head else []),
    ]
    if not case.with_picture:
        below.append("Gambar bukti tidak dapat dibuat; isi lengkapnya ada di register.")
    room = MOST_UNITS - sum(utf16_length(line) + 1 for line in (title_of(case, occasion), *above, *below))
    return "\n".join([*above, *_quotes(case.texts, room), *below])


def line_of(case: AboutCase) -> str:
    """What a message that gathers many notices says of this one, below its title."""
    due = f"Batas {shown_moment(case.deadlines[0][1])}" if case.deadlines else ""
    said = quoted(case.texts[-1], LINE_QUOTE) if case.texts else ""
    return " · ".join(part for part in (said, due) if part)


def chain_line(head: str) -> str:
    """The chain's head as every letter about a case says it: paper outside the machine proves the evidence."""
    return f"Rantai bukti: {head}"


def shown_moment(at: datetime) -> str:
    """``Kamis 26/11/2026 07.30 WIB``; of a time in the centre's zone."""
    offset = at.utcoffset()
    zone = _ZONES.get(offset, "") if offset is not None else ""
    return f"{_DAYS[at.weekday()]} {at:%d/%m/%Y %H.%M} {zone}".rstrip()


def quoted(text: str, limit: int) -> str:
    """Somebody's words in quotation marks and in one line, masked, so that they cannot pass for a line of ours."""
    folded = mask(_BLANKS.sub(" ", clean(text).translate(_QUOTES)).strip())
    return f"“{shorten(folded, limit)}”" if folded else "(tanpa kata-kata)"


def _quotes(texts: Sequence[str], room: int) -> list[str]:
    """The newest words that find room, oldest first; of the very newest as much as leaves the others their least."""
    shown: list[str] = []
    for place, text in enumerate(reversed(texts)):
        others = len(texts) - place - 1
        units = room - (_NOTE if others else 0)
        if place == 0:
            units = max(units - min(others, 2) * LEAST_QUOTE, LEAST_QUOTE)
        if units < LEAST_QUOTE:
            break
        quote = _fitting(text, units)
        shown.insert(0, quote)
        room -= utf16_length(quote) + 1
    hidden = len(texts) - len(shown)
    return [*([f"(dan {hidden} pesan sebelumnya)"] if hidden else []), *shown]


def _fitting(text: str, units: int) -> str:
    """The quote and its line's end in so many UTF-16 units."""
    limit = units - 3
    while utf16_length(quote := quoted(text, limit)) + 1 > units:
        limit -= max(1, (utf16_length(quote) + 1 - units) // 2)
    return quote


def _about(case: AboutCase) -> str:
    person = f" · PJ: {_name(case.person)}" if case.person else ""
    return f"Topik: {_topic(case)} · Unit: {_name(case.unit) or '-'}{person} · Tingkat: {case.severity}"


def _topic(case: AboutCase) -> str:
    return case.topic.replace("_", " ")


def _name(name: str) -> str:
    return shorten(_BLANKS.sub(" ", name.replace("_", " ")).strip(), NAME)
