"""How cases are written on the board: deadlines in words with a tone, and what a user may not read, masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException

from ig_worker.board.visit import Visit
from ig_worker.domain.register import mask_people, person
from ig_worker.domain.register_words import word
from ig_worker.domain.reminders import lateness
from ig_worker.domain.text import clean
from ig_worker.store import case_files, case_lists
from ig_worker.store.case_files import CaseFile
from ig_worker.store.database import Connection
from ig_worker.store.journal import Entry

NUMBER = re.compile(r"K-\d{4}-\d{4,9}", re.ASCII)

SEVERITY_TONES = {"biasa": "plain", "mendesak": "warn", "darurat": "bad"}
STATUS_TONES = {"new": "note", "told": "note", "resolved": "good"}


@dataclass(frozen=True)
class Due:
    """A deadline in words: what it asks for, when, how it stands, and the tone of that."""

    name: str
    at: datetime
    words: str
    tone: str


def due_of(visit: Visit, lines: Sequence[Any], ended: datetime | None) -> list[Due]:
    """A case's deadlines as they stand; `ended` is when the case was closed, None while it is open."""
    return [_due(visit, line, ended) for line in lines]


def next_due(visit: Visit, file: CaseFile) -> Due | None:
    """What an open case needs next; None where nothing is due."""
    if file.row.closed_at is not None:
        return None
    unmet = [line for line in file.deadlines if line.met_at is None]
    return _due(visit, unmet[0], None) if unmet else None


def _due(visit: Visit, line: Any, ended: datetime | None) -> Due:
    done = line.met_at or ended
    if done is not None:
        late = done > line.due_at
        words = visit.t("case.met_late" if late else "case.met", when=visit.shown(done))
        return Due(line.name, line.due_at, words, "warn" if late else "good")
    words, tone = _still_open(visit, line.due_at)
    return Due(line.name, line.due_at, words, tone)


def _still_open(visit: Visit, due_at: datetime) -> tuple[str, str]:
    now, zone = visit.office.now(), visit.office.zone
    if due_at <= now:
        return visit.t("case.due_late", time=_late_by(visit, due_at, now)), "bad"
    local, today = due_at.astimezone(zone), visit.today()
    if local.date() == today:
        return visit.t("case.due_today", time=f"{local:%H.%M}"), "warn"
    if local.date() == today + timedelta(days=1):
        return visit.t("case.due_tomorrow", time=f"{local:%H.%M}"), "note"
    return visit.shown(due_at), "plain"


def _late_by(visit: Visit, due_at: datetime, now: datetime) -> str:
    """As the centre counts: working days, below one opening hours."""
    gone = lateness(due_at, now, visit.office.desk.calendar.around(now))
    minutes = int(gone.time.total_seconds()) // 60
    if gone.days:
        return visit.t("case.span_days", count=gone.days)
    if minutes >= 60:
        return visit.t("case.span_hours", count=minutes // 60)
    return visit.t("case.span_minutes", count=minutes) if minutes else visit.t("case.span_none")


def words_of(visit: Visit, text: str) -> str:
    """What somebody wrote, as this user may read it."""
    return clean(text) if visit.user.full_texts else mask_people(clean(text))


def person_of(visit: Visit, author: str) -> str:
    """Who wrote, as this user may read it: ``b•••a`` for who may not know."""
    return clean(person(author, full=visit.user.full_texts)) or visit.t("case.nobody")


def journal_of(visit: Visit, entries: Iterable[Entry]) -> list[Entry]:
    """The journal, newest first; notes and answers in it masked for who may not read them."""
    return [replace(each, what=words_of(visit, each.what)) for each in entries][::-1]


def topic_of(name: str) -> str:
    """``jam_layanan`` is "Jam layanan"."""
    return word(name)


def the_file(visit: Visit, connection: Connection) -> CaseFile:
    """The case that the address names; 404 where there is none, or none that this user sees."""
    number = visit.request.path_params["number"].upper()
    file = case_files.of(connection, number) if NUMBER.fullmatch(number) else None
    if file is None or not case_lists.is_of_unit(file.row, visit.user.only_unit):
        raise HTTPException(404)
    return file
