"""Who moved what, when and why: written in the transaction of the move itself, never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ig_worker.store.schema import journal

WORKER = "ig-worker"


@dataclass(frozen=True)
class Entry:
    """One line of the journal; ``at`` is aware, in UTC."""

    at: datetime
    who: str
    subject: str
    what: str


def note(connection: Connection, at: datetime, subject: str, what: str, *, who: str = WORKER) -> None:
    """Write one line."""
    connection.execute(insert(journal).values(at=at, who=who, subject=subject, what=what))


def note_all(connection: Connection, at: datetime, lines: Sequence[tuple[str, str, str]]) -> None:
    """Write many lines at once: subject, who, what."""
    if lines:
        rows = [{"at": at, "who": who, "subject": subject, "what": what} for subject, who, what in lines]
        connection.execute(insert(journal), rows)


def of(connection: Connection, subject: str) -> Sequence[Entry]:
    """All that happened to one thing, oldest first."""
    rows = connection.execute(select(journal).where(journal.c.subject == subject).order_by(journal.c.id))
    return [Entry(row.at, row.who, row.subject, row.what) for row in rows]


def after(connection: Connection, number: int) -> Sequence[tuple[int, Entry]]:
    """Everything that was written after the line of this number, with the lines' numbers."""
    rows = connection.execute(select(journal).where(journal.c.id > number).order_by(journal.c.id))
    return [(row.id, Entry(row.at, row.who, row.subject, row.what)) for row in rows]
