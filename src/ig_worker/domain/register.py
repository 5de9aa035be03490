"""Writes a case as one line of the register book (buku register), as centres keep it for accreditation.

The columns are those of the centres' registers of complaints (`sop.md`, last part): number, date, channel, what was
said, kind, topic, unit, plan, follow-up, result, answer given, how long it took, who did it; LAPOR's kind stands beside
ours. Times are the centre's. For others personal numbers are masked and the person who wrote is left unrecognisable;
the full book is for those entitled to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ig_worker.domain.masking import mask
from ig_worker.domain.register_words import CHANNELS, KINDS, LAPOR, STATUSES, word
from ig_worker.domain.text import clean
from ig_worker.domain.unsent import TAKEN_BACK
from ig_worker.domain.working_time import WorkingCalendar

Cell = str | float | None
"""Text, a number, or a time by its ISO 8601 form without zone: its column's kind says which. None for none."""


@dataclass(frozen=True)
class Column:
    """A column: its name, its head, what its cells are, and its width in characters."""

    name: str
    head: str
    kind: Literal["text", "number", "date", "time", "moment"] = "text"
    width: int = 14


COLUMNS = (
    Column("no", "No", "number", 5),
    Column("number", "Nomor", width=13),
    Column("date", "Tanggal", "date", 11),
    Column("time", "Jam", "time", 7),
    Column("channel", "Kanal", width=11),
    Column("account", "Akun", width=13),
    Column("person", "Pelapor", width=11),
    Column("said", "Isi", width=60),
    Column("kind", "Jenis", width=10),
    Column("lapor", "Klasifikasi LAPOR", width=12),
    Column("topic", "Topik", width=12),
    Column("unit", "Unit", width=12),
    Column("severity", "Tingkat", width=10),
    Column("plan", "Rencana tindak lanjut", width=24),
    Column("follow_up", "Tindak lanjut", width=24),
    Column("responded", "Tanggapan pertama", "moment", 15),
    Column("closed", "Selesai", "moment", 15),
    Column("answer", "Umpan balik", width=28),
    Column("took", "Lama", width=16),
    Column("took_hours", "Lama (jam kerja)", "number", 10),
    Column("response_due", "Batas tanggapan", "moment", 15),
    Column("response_kept", "Tanggapan tepat waktu", width=11),
    Column("resolve_due", "Batas penyelesaian", "moment", 15),
    Column("resolve_kept", "Selesai tepat waktu", width=11),
    Column("officer", "Petugas", width=16),
    Column("status", "Status", width=13),
    Column("remarks", "Keterangan", width=22),
    Column("evidence", "Bukti", width=30),
)


@dataclass(frozen=True)
class Said:
    """One message of a case. ``taken_back``: its words are not shown any more; ``deleted``: they stay."""

    text: str
    seen_at: datetime
    taken_back: bool = False
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Due:
    """A deadline: ``acknowledge``, ``follow_up`` or ``resolve``, and when it was met."""

    name: str
    due_at: datetime
    met_at: datetime | None


@dataclass(frozen=True)
class Proof:
    """A piece of evidence, by its file relative to ``data_dir`` (empty where there is no picture) and its SHA-256."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Facts:
    """What is known of one case; times are aware."""

    number: str
    account: str
    channel: str
    label: str
    topic: str
    status: str
    opened_at: datetime
    unit: str = ""
    severity: str = "biasa"
    author: str = ""
    assigned_to: str = ""
    acknowledged_by: str = ""
    plan: str = ""
    follow_up: str = ""
    answer: str = ""
    reason: str = ""
    merged_into: str = ""
    first_response_at: datetime | None = None
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    said: tuple[Said, ...] = ()
    due: tuple[Due, ...] = ()
    proofs: tuple[Proof, ...] = ()

    @property
    def responded_at(self) -> datetime | None:
        """When the centre first reacted: answered on Instagram, or took the case on."""
        return min((at for at in (self.first_response_at, self.acknowledged_at) if at), default=None)

    def deadline(self, name: str) -> Due | None:
        """The deadline of that name."""
        return next((due for due in self.due if due.name == name), None)


def kept(due: Due | None, now: datetime) -> bool | None:
    """Whether a deadline was met in time; None while it still runs, and where there is none."""
    if due is None:
        return None
    if due.met_at is not None:
        return due.met_at <= due.due_at
    return False if now > due.due_at else None


def line(
    no: int, facts: Facts, calendar: WorkingCalendar, now: datetime, *, full: bool = False
) -> dict[str, Cell]:
    """The case's line by the columns' names. `full` masks nothing."""
    opened = facts.opened_at.astimezone(calendar.zone)
    response, resolve = facts.deadline("acknowledge"), facts.deadline("resolve")

    def moment(at: datetime | None) -> str | None:
        return f"{at.astimezone(calendar.zone):%Y-%m-%dT%H:%M}" if at else None

    texts = {
        "plan": facts.plan,
        "follow_up": facts.follow_up,
        "answer": facts.answer,
        "officer": facts.assigned_to or facts.acknowledged_by,
        "remarks": _remarks(facts),
    }
    hide = readable if full else masked
    shown = {name: hide(text) for name, text in texts.items()}
    hours = calendar.working_time_between(facts.opened_at, facts.closed_at) if facts.closed_at else None
    return {
        "no": no,
        "number": facts.number,
        "date": f"{opened:%Y-%m-%d}",
        "time": f"{opened:%H:%M}",
        "channel": CHANNELS.get(facts.channel, facts.channel),
        "account": readable(facts.account),
        "person": readable(person(facts.author, full=full)),
        "kind": KINDS.get(facts.label, facts.label),
        "lapor": LAPOR.get(facts.label, LAPOR["lainnya"]),
        "topic": word(facts.topic),
        "unit": readable(word(facts.unit)),
        "severity": word(facts.severity),
        "responded": moment(facts.responded_at),
        "closed": moment(facts.closed_at),
        "took": _took(facts, calendar, now),
        "took_hours": None if hours is None else round(hours / timedelta(hours=1), 1),
        "response_due": moment(response.due_at if response else None),
        "response_kept": _kept(response, now),
        "resolve_due": moment(resolve.due_at if resolve else None),
        "resolve_kept": _kept(resolve, now),
        "status": STATUSES.get(facts.status, facts.status),
        "evidence": "\n".join(
            f"{proof.path or '(tanpa gambar)'} · {proof.sha256[:16]}" for proof in facts.proofs
        ),
        "said": _said(facts, calendar, hide),
        **shown,
    }


def masked(text: str) -> str:
    """The text for others, readable. Signs nobody sees leave theirs only where they do not cut a number in two."""
    plain = clean(text)
    hidden = mask_people(plain)
    return readable(text) if hidden == plain else hidden


def person(username: str, *, full: bool) -> str:
    """Who wrote, so that those who know can tell, and others cannot: ``b•••a``.

    Without the @ before it, which in a CSV would need a guard against being taken for a formula.
    """
    if not username:
        return ""
    if full:
        return username
    return f"{username[0]}•••{username[-1]}" if len(username) > 3 else "•••"


_HANDLE = re.compile(r"(?<![\w.•])@([A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?)(?!•)")
"""A person's name on Instagram within a text: our own answers to comments begin with one. What is masked already is
none."""


def mask_people(text: str) -> str:
    """The text with personal numbers and addresses masked, and with every ``@name`` as :func:`person` shows it."""
    return _HANDLE.sub(lambda found: "@" + person(found[1], full=False), mask(text))


# What XML cannot hold, what turns the direction of a line, and what spreadsheets stumble over.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    """The text as any file can hold it. What is taken out leaves a sign: ``␀`` for NUL, else ``�``."""
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    plain = whole.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub(
        lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\N{REPLACEMENT CHARACTER}", plain
    )


def _said(facts: Facts, calendar: WorkingCalendar, hide: Callable[[str], str]) -> str:
    """What the person wrote; later messages each with their time, whose digits are nobody's number."""
    texts = [TAKEN_BACK if said.taken_back else hide(said.text) for said in facts.said]
    later = [
        f"({said.seen_at.astimezone(calendar.zone):%d/%m/%Y %H.%M}) {text}"
        for said, text in zip(facts.said[1:], texts[1:], strict=True)
    ]
    return "\n".join([*texts[:1], *later])


def _remarks(facts: Facts) -> str:
    parts = []
    if facts.status == "rejected":
        parts.append(f"Ditolak: {facts.reason or 'tanpa alasan tertulis'}.")
    elif facts.status == "merged":
        parts.append(f"Digabung ke {facts.merged_into or 'kasus lain'}.")
        parts += [facts.reason] if facts.reason else []
    if facts.reopened:
        parts.append(f"Dibuka kembali {facts.reopened} kali: orangnya menulis lagi.")
    if any(said.taken_back for said in facts.said):
        parts.append("Pesan ditarik pengirim.")
    if any(said.edited and not said.taken_back for said in facts.said):
        parts.append("Pesan diubah pengirim; versi awalnya ada di bukti.")
    if any(said.deleted and not said.taken_back for said in facts.said):
        parts.append("Pesan sudah tidak ada di Instagram; isinya tetap tercatat.")
    return " ".join(parts)


def _took(facts: Facts, calendar: WorkingCalendar, now: datetime) -> str:
    """``2 hari kerja (2 hari 1 jam)`` from first seen to closed; what is open says so."""
    until = facts.closed_at or max(now, facts.opened_at)
    days = calendar.working_days_between(facts.opened_at, until)
    said = f"{days} hari kerja" if days else "kurang dari 1 hari kerja"
    open_still = "" if facts.closed_at else "berjalan, "
    return f"{open_still}{said} ({_in_words(until - facts.opened_at)})"


def _in_words(span: timedelta) -> str:
    """``2 hari 3 jam``, ``3 jam 20 menit``, ``20 menit``: the two largest units."""
    minutes = max(0, int(span.total_seconds())) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [(days, "hari"), (hours, "jam"), (minutes, "menit")]
    first = next((place for place, (count, _) in enumerate(units) if count), 2)
    said = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(said) or "kurang dari 1 menit"


def _kept(due: Due | None, now: datetime) -> str:
    if due is None:
        return ""
    words: Mapping[bool | None, str] = {True: "Ya", False: "Tidak", None: "Belum jatuh tempo"}
    return words[kept(due, now)]
