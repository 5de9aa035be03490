"""Tells the public what became of what it said in a month, so that nobody in it can be recognised.

"Anda Bersuara, Kami Bertindak": results are published (`sop.md`, Puskesmas Pucang Sewu). Nothing of a case goes in but
its topic and whether and how soon it was answered; no words, no names, no day of a single case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil, inf
from statistics import median
from typing import Any

from ig_worker.domain.register_words import MONTHS, word
from ig_worker.domain.working_time import WorkingCalendar

FEWEST = 5
"""With fewer resolved cases, somebody might know whose they are; so it is with any sum that tells of fewer."""

FEWEST_OF_A_TOPIC = 3
"""Topics with fewer cases are told together as other matters."""

MOST_TOPICS = 8
"""What the picture has room for, the other matters included."""

TITLE = ("Anda Bersuara,", "Kami Bertindak")
OTHERS = "Hal lain"
ALL_SORTS = "Beragam hal"
TOPICS: Mapping[str, str] = {
    "antrean": "Antrean dan waktu tunggu",
    "pendaftaran": "Pendaftaran",
    "petugas": "Pelayanan petugas",
    "obat": "Obat dan farmasi",
    "bpjs": "BPJS",
    "fasilitas": "Sarana dan kebersihan",
    "jam_layanan": "Jam layanan",
    "kia_imunisasi": "KIA dan imunisasi",
    "gigi": "Layanan gigi",
    "laboratorium": "Laboratorium",
    "biaya": "Biaya layanan",
    "informasi": "Informasi layanan",
    "lainnya": OTHERS,
}
"""A topic in words that blame nobody."""

HASHTAGS = "#AndaBersuaraKamiBertindak #PelayananPublik #Puskesmas"
MORNING = time(9)


@dataclass(frozen=True)
class Outcome:
    """What may be known of a resolved case: its topic, the opening hours until the centre first reacted (None: not
    known), and whether it was answered and resolved in time (None: no such deadline)."""

    topic: str
    hours: float | None
    answered_in_time: bool | None
    resolved_in_time: bool | None


@dataclass(frozen=True)
class Kept:
    """So many of so many were in time."""

    in_time: int
    decided: int

    @property
    def late(self) -> int:
        """The others."""
        return self.decided - self.in_time


@dataclass(frozen=True)
class Sums:
    """What may be told: topics as pairs of words and a number, the largest first and the other matters last; None
    where too few cases would stand behind a figure."""

    resolved: int
    topics: tuple[tuple[str, int], ...]
    answered: Kept | None
    finished: Kept | None
    median_hours: float | None


@dataclass(frozen=True)
class Centre:
    """Who publishes: its name, its account (empty where not known), and a number to call (empty for none)."""

    name: str
    username: str
    number: str = ""


def sums_of(outcomes: Sequence[Outcome]) -> Sums | None:
    """The sums of a month; None where there are too few cases to tell of."""
    if len(outcomes) < FEWEST:
        return None
    hours = [outcome.hours for outcome in outcomes if outcome.hours is not None]
    # Half of them all: one whose first response nobody knows counts as the slowest.
    middle = median([*hours, *[inf] * (len(outcomes) - len(hours))])
    return Sums(
        len(outcomes),
        _topics(outcome.topic for outcome in outcomes),
        _kept(outcome.answered_in_time for outcome in outcomes),
        _kept(outcome.resolved_in_time for outcome in outcomes),
        middle if len(hours) >= FEWEST and middle < inf else None,
    )


def _topics(topics: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(TOPICS.get(topic) or word(topic) or OTHERS for topic in topics)
    named = [
        (name, count)
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count >= FEWEST_OF_A_TOPIC and name != OTHERS
    ]
    others = counts.total() - sum(count for _, count in named)
    if len(named) > MOST_TOPICS - (1 if others else 0):
        named, more = named[: MOST_TOPICS - 1], named[MOST_TOPICS - 1 :]
        others += sum(count for _, count in more)
    if not named:
        return ((ALL_SORTS, others),)
    return (*named, *([(OTHERS, others)] if others else []))


def _kept(decisions: Iterable[bool | None]) -> Kept | None:
    decided = [decision for decision in decisions if decision is not None]
    return Kept(sum(decided), len(decided)) if len(decided) >= FEWEST else None


def period(first: datetime, last: datetime, *, whole: bool) -> str:
    """``Oktober 2026``, or ``1–22 November 2026`` of a month that still runs; local times of one month."""
    month = f"{MONTHS[first.month - 1]} {first.year}"
    if whole:
        return month
    return f"{first.day} {month}" if last.day == first.day else f"{first.day}–{last.day} {month}"


def page(sums: Sums, when: str, centre: Centre) -> dict[str, Any]:
    """Everything that stands in the picture, in its order; JSON-able, without the colour."""
    tiles = [
        *([_tile(sums.answered, "ditanggapi tepat waktu")] if sums.answered else []),
        *(
            [{"figure": in_words(sums.median_hours), "words": "nilai tengah waktu tanggapan"}]
            if sums.median_hours is not None
            else []
        ),
        *([_tile(sums.finished, "selesai tepat waktu")] if sums.finished else []),
    ]
    return {
        "centre": centre.name,
        "title": list(TITLE),
        "period": when,
        "count": _number(sums.resolved),
        "counted": "masukan warga selesai ditindaklanjuti",
        "topics": [{"name": name, "count": count} for name, count in sums.topics],
        "tiles": tiles,
        "reach": f"Sampaikan masukan lewat komentar atau DM{f' @{centre.username}' if centre.username else ''}",
        "note": "Kami bagikan tanpa nama dan tanpa cerita pribadi.",
    }


def _tile(kept: Kept, words: str) -> dict[str, str]:
    return {"figure": _of(kept), "words": words}


def _of(kept: Kept) -> str:
    return f"{_number(kept.in_time)} dari {_number(kept.decided)}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def alt_text(shown: Mapping[str, Any]) -> str:
    """Every word of the picture, for those who hear it: so what is checked in texts is checked in the picture."""
    topics = "; ".join(f"{topic['name']} {topic['count']}" for topic in shown["topics"])
    tiles = "; ".join(f"{tile['figure']} {tile['words']}" for tile in shown["tiles"])
    return " ".join(
        [
            f"Infografis {shown['centre']}: {' '.join(shown['title'])}, {shown['period']}.",
            f"{shown['count']} {shown['counted']}.",
            f"Menurut topik: {topics}.",
            *([f"{tiles}."] if tiles else []),
            f"{shown['reach']}. {shown['note']}",
        ]
    )


def caption(sums: Sums, when: str, centre: Centre) -> str:
    """What is written under the picture; the content team may change it before anybody approves it."""
    topics = [f"• {name}: {_number(count)}" for name, count in sums.topics]
    answers = _answers(sums)
    return "\n\n".join(
        "\n".join(part)
        for part in (
            [f"{' '.join(TITLE)} 💚"],
            [
                f"Terima kasih, Bapak, Ibu, dan Kakak semua! Pada {when} ada {_number(sums.resolved)} masukan "
                "warga yang selesai kami tindak lanjuti."
            ],
            ["Tentang apa saja:", *topics],
            ["Tanggapan kami:", *answers] if answers else [],
            [
                "Setiap masukan kami teruskan ke unit yang menangani dan kami pantau sampai selesai. Angkanya kami "
                "bagikan tanpa nama dan tanpa cerita pribadi siapa pun."
            ],
            [_how_to_reach(centre)],
            [f"Salam sehat,\n{centre.name}"],
            [HASHTAGS],
        )
        if part
    )


def _answers(sums: Sums) -> list[str]:
    lines = []
    if sums.answered:
        lines.append(f"• {_of(sums.answered)} ditanggapi tepat waktu")
    if sums.median_hours is not None:
        lines.append(
            f"• separuhnya mendapat tanggapan pertama dalam {in_words(sums.median_hours)} atau kurang"
        )
    if sums.finished:
        lines.append(f"• {_of(sums.finished)} selesai tepat waktu")
    if any(kept is not None and kept.late for kept in (sums.answered, sums.finished)):
        lines.append("Untuk yang terlambat, kami mohon maaf dan terus berbenah.")
    return lines


def _how_to_reach(centre: Centre) -> str:
    where = f" ke @{centre.username}" if centre.username else ""
    call = f", atau hubungi {centre.number}" if centre.number else ""
    return (
        "Masih ada yang ingin disampaikan? Silakan tulis di kolom komentar atau kirim pesan langsung (DM)"
        f"{where}{call}. Untuk hal yang pribadi, mohon lewat DM saja ya."
    )


def in_words(hours: float) -> str:
    """Opening hours as people say them, never less than they are: ``25 menit``, ``2,5 jam kerja``."""
    minutes = max(ceil(round(hours * 60, 6)), 1)
    if minutes < 60:
        return f"{minutes} menit"
    return f"{ceil(round(hours * 10, 6)) / 10:.1f}".removesuffix(".0").replace(".", ",") + " jam kerja"


def first_morning(now: datetime, calendar: WorkingCalendar) -> datetime:
    """The next working morning that is a day away or more: time enough for somebody to read and approve it."""
    soonest = now.astimezone(calendar.zone) + timedelta(days=1)
    day = soonest.date() + timedelta(days=soonest.time() > MORNING)
    opening = calendar.next_opening(datetime.combine(day, time(), calendar.zone))
    return datetime.combine(opening.date(), MORNING, calendar.zone)
