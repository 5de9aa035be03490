"""Writes the reminders of deadlines: what waits, how late it is, what can be done, and who hears of it next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.case import Severity
from ig_worker.domain.case_letter import DEADLINES, LABELS, chain_line, quoted, shown_moment
from ig_worker.domain.reminders import HEAD, ON_DUTY, QUALITY_LEAD, TEAM, Lateness
from ig_worker.domain.text import shorten
from ig_worker.domain.told import manner_of
from ig_worker.store.database import Row

QUOTE, LINE_QUOTE, NAME = 200, 60, 48
"""So many letters are shown of somebody's words, of them among many notices, and of a name."""

COMMANDS = {
    "acknowledge": "Tanggapi: ig-worker cases ack {} --by NAMA (atau jawab langsung di Instagram)",
    "follow_up": "Mulai ditindaklanjuti: ig-worker cases start {} --by NAMA",
    "resolve": 'Selesai: ig-worker cases resolve {} --answer "…" --by NAMA',
}

MOST_LISTED = 15
"""So many cases are named in a letter about many; the register has the others."""

PEOPLE = {TEAM: "tim", QUALITY_LEAD: "PJ mutu", HEAD: "kepala puskesmas", ON_DUTY: "petugas jaga"}


@dataclass(frozen=True)
class Line:
    """One deadline of the case in a letter: when it is due, and how late it is now (or how much time is left)."""

    name: str
    due_at: datetime
    lateness: Lateness


@dataclass(frozen=True)
class Around:
    """What a letter says besides the deadlines: the words that were written, whom nobody can reach, who is next."""

    said: str
    chain: str
    unreachable: tuple[str, ...] = ()
    next_above: tuple[str, datetime] | None = None


@dataclass(frozen=True)
class InList:
    """One case of a letter about many, with the deadlines that it is about, for those of that ``level``."""

    row: Row[Any]
    lines: Sequence[Line]
    level: str
    unreachable: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether one of the deadlines has passed."""
        return any(line.lateness.late for line in self.lines)


class ReminderLetters:
    """The words of the reminders. ``people`` are those in charge (PJ) of each topic, where there is one."""

    def __init__(self, zone: tzinfo, people: Mapping[str, str]) -> None:
        self._zone = zone
        self._people = people

    def title(self, row: Row[Any], lines: Sequence[Line]) -> str:
        """``K-2026-0001 terlambat: tanggapan pertama``."""
        late = [line for line in lines if line.lateness.late]
        what = ", ".join(DEADLINES[line.name] for line in (late or lines))
        mark = manner_of(row.severity).mark
        return f"{mark}{row.number} {'terlambat' if late else 'hampir jatuh tempo'}: {what}"

    def body(self, row: Row[Any], lines: Sequence[Line], level: str, around: Around) -> str:
        """The letter to those of that ``level`` of the ladder."""
        late = any(line.lateness.late for line in lines)
        body = [
            self._greeting(row, level, late=late),
            *self._about(row, around),
            *(self._line(line) for line in lines),
            COMMANDS[lines[0].name].format(row.number),
            f"Selengkapnya: ig-worker cases show {row.number}",
        ]
        if around.next_above is not None:
            who, when = around.next_above
            body.append(f"Bila sampai {self._at(when)} belum ada kabar, {PEOPLE[who]} ikut diberi tahu.")
        return "\n".join([*body, *_ending(around)])

    def line(self, lines: Sequence[Line], around: Around) -> str:
        """What a message that gathers many notices says of this one."""
        return f"{self._line(lines[0])} · {quoted(around.said, LINE_QUOTE)}"

    def list_title(self, listed: Sequence[InList]) -> str:
        """``MENDESAK · 37 kasus perlu ditangani: 30 terlambat, 7 hampir jatuh tempo``, with the gravest's mark."""
        mark = manner_of(_first(listed)[0].row.severity).mark
        return f"{mark}{len(listed)} kasus perlu ditangani: {_counted(listed)}"

    def list_body(self, listed: Sequence[InList], heads: Sequence[str]) -> str:
        """The letter about many cases at once: the gravest first, then what is due for longest."""
        first = _first(listed)
        lines = [_greeting_of_many(first), *(self._listed(each) for each in first[:MOST_LISTED])]
        if len(first) > MOST_LISTED:
            lines.append(f"… dan {len(first) - MOST_LISTED} kasus lagi")
        unreachable = tuple(dict.fromkeys(level for each in first for level in each.unreachable))
        return "\n".join(
            [
                *lines,
                f"Semuanya: ig-worker cases list {'--overdue' if all(each.late for each in first) else '--open'}",
                "Satu kasus: ig-worker cases show NOMOR",
                *_passed_on(unreachable),
                *(chain_line(head) for head in heads),
            ]
        )

    def list_line(self, listed: Sequence[InList]) -> str:
        """What a message that gathers many notices says of the list: the numbers, as many as find room."""
        return ", ".join(each.row.number for each in _first(listed))

    def _listed(self, each: InList) -> str:
        row = each.row
        line = min(each.lines, key=lambda line: line.due_at)
        words = line.lateness.words
        late = "baru saja lewat" if line.lateness.late else "sekarang"
        if words:
            late = f"terlambat {words}" if line.lateness.late else f"tinggal {words}"
        staff = f" · Petugas: {_name(row.assigned_to)}" if row.assigned_to else ""
        topic = row.topic.replace("_", " ")
        return f"• {manner_of(row.severity).mark}{row.number} {topic}: {DEADLINES[line.name]} {late}{staff}"

    def danger_title(self, row: Row[Any]) -> str:
        """Begins with DARURAT, so that it never goes into a digest."""
        return f"DARURAT · {row.number} belum ditanggapi"

    def danger_body(self, row: Row[Any], waits_minutes: int, around: Around) -> str:
        """The letter about a danger that nobody has acknowledged for so long, by the clock."""
        return "\n".join(
            [
                f"Kasus {row.number} tentang keadaan yang mungkin mengancam jiwa belum ditanggapi siapa pun selama "
                f"{_by_the_clock(waits_minutes)}. Mohon segera dilihat.",
                *self._about(row, around),
                "Untuk gawat darurat arahkan ke 119.",
                COMMANDS["acknowledge"].format(row.number),
                f"Selengkapnya: ig-worker cases show {row.number}",
                *_ending(around),
            ]
        )

    def _greeting(self, row: Row[Any], level: str, *, late: bool) -> str:
        if level == HEAD:
            return (
                f"Yth. Kepala Puskesmas, kasus {row.number} sudah lama melewati batas waktunya. Mohon arahan "
                "Bapak/Ibu agar segera ditangani. Terima kasih."
            )
        if level == QUALITY_LEAD:
            return (
                f"Yth. PJ mutu, kasus {row.number} melewati batas waktunya. Mohon dibantu supaya segera ditangani. "
                "Terima kasih."
            )
        if late:
            return f"Halo tim, batas waktu kasus {row.number} sudah lewat. Mohon segera ditangani ya. Terima kasih! 🙏"
        return f"Halo tim, sekadar mengingatkan: batas waktu kasus {row.number} sudah dekat. Terima kasih! 🙏"

    def _about(self, row: Row[Any], around: Around) -> list[str]:
        person = self._people.get(row.topic, "")
        kind = LABELS.get(row.label, row.label)
        named = [
            f"Topik: {row.topic.replace('_', ' ')}",
            f"Unit: {_name(row.unit)}" if row.unit else "",
            f"Petugas: {_name(row.assigned_to)}" if row.assigned_to else "",
            f"PJ: {_name(person)}" if person else "",
        ]
        since = row.reopened_at or row.opened_at
        again = "dibuka lagi" if row.reopened_at else "masuk"
        return [
            f"{kind} {again} {self._at(since)}",
            " · ".join(each for each in named if each),
            quoted(around.said, QUOTE),
        ]

    def _line(self, line: Line) -> str:
        due = f"Batas {DEADLINES[line.name]}: {self._at(line.due_at)}"
        words = line.lateness.words
        if line.lateness.late:
            return f"{due} (terlambat {words})" if words else f"{due} (baru saja lewat)"
        return f"{due} (tinggal {words})" if words else due

    def _at(self, moment: datetime) -> str:
        return shown_moment(moment.astimezone(self._zone))


def _name(name: str) -> str:
    return shorten(" ".join(name.replace("_", " ").split()), NAME)


def _by_the_clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} hari"
    return " ".join(
        part for part in (f"{hours} jam" if hours else "", f"{rest} menit" if rest else "") if part
    )


def _first(listed: Sequence[InList]) -> list[InList]:
    """The gravest first, then what is due for longest."""
    gravest = [severity.value for severity in reversed(Severity)]
    return sorted(
        listed,
        key=lambda each: (gravest.index(each.row.severity), min(line.due_at for line in each.lines)),
    )


def _counted(listed: Sequence[InList]) -> str:
    late = sum(each.late for each in listed)
    soon = len(listed) - late
    return ", ".join(
        [*([f"{late} terlambat"] if late else []), *([f"{soon} hampir jatuh tempo"] if soon else [])]
    )


def _greeting_of_many(listed: Sequence[InList]) -> str:
    count, level = len(listed), listed[0].level
    if level == HEAD:
        return (
            f"Yth. Kepala Puskesmas, {count} kasus sudah lama melewati batas waktunya. Mohon arahan Bapak/Ibu agar "
            "segera ditangani. Terima kasih."
        )
    if level == QUALITY_LEAD:
        return (
            f"Yth. PJ mutu, {count} kasus melewati batas waktunya. Mohon dibantu supaya segera ditangani. "
            "Terima kasih."
        )
    return (
        f"Halo tim, ada {count} kasus yang menunggu ({_counted(listed)}). Karena banyak, kami kirim dalam satu daftar. "
        "Mohon ditangani mulai dari yang teratas ya. Terima kasih! 🙏"
    )


def _ending(around: Around) -> list[str]:
    return [*_passed_on(around.unreachable), chain_line(around.chain)]


def _passed_on(unreachable: Sequence[str]) -> list[str]:
    return [
        f"Catatan: {PEOPLE[level]} belum punya alamat di [notify] {level}, jadi surat ini dikirim kepada Anda. "
        "Mohon diteruskan."
        for level in unreachable
    ]
