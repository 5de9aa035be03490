"""What a restored database must know: that it is one, and of what it cannot know what became of it since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update

from ig_worker.domain.publication import ACTIVE
from ig_worker.domain.reply import Purpose, Status
from ig_worker.store import facts, journal
from ig_worker.store.backups.snapshot import one_file
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import answers, case_numbers, posts, replies, sessions
from ig_worker.store.schema import facts as facts_table

RESTORED = "restored"
"""The fact: at what moment a backup was restored, and as its value from what moment on nothing is known (ISO 8601)."""

LOOKS_FOR = timedelta(days=30)
"""So long after a restore nothing is published without a look at what is on Instagram already."""

CLOCKS_SET = timedelta(days=1)
"""A machine whose clock shows that much less than at the restore had a wrong one then."""

SURE = timedelta(minutes=15)
"""A backup younger than this is not taken to have missed a case."""

NUMBERS_LEFT_OUT = 100
"""A register that lost its last days goes on at the next so many: two papers may not bear one number."""

WHY = "dilewati: database dipulihkan dari cadangan, dan mungkin sudah terkirim"


@dataclass(frozen=True)
class Window:
    """From `since` until `until` the database does not know what happened."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Aftermath:
    """What was done: posts whose time has come since, the first case number of the present year that is given next,
    and how many planned words to people were let go."""

    overdue: int
    next_number: str
    let_go: int


def window(connection: Connection, now: datetime) -> Window | None:
    """What a restore of the last weeks left unknown, None where there was none."""
    found = facts.read(connection, RESTORED)
    if found is None or now > found.at + LOOKS_FOR:
        return None
    since = datetime.fromisoformat(found.value)
    if now >= found.at - CLOCKS_SET:
        return Window(since, found.at)
    # Restored by a clock that was ahead: when it was, nobody knows, and so nothing is known until now.
    return Window(since, now) if since <= now <= since + 2 * LOOKS_FOR else None


def prepare(file: Path, taken_at: datetime, now: datetime, given: Mapping[int, int] | None) -> Aftermath:
    """Make a copied SQLite database fit to become the present one; one single file afterwards.

    `given` are the last case numbers by year of the database in whose place it comes, None where that is not known.
    """
    database = Database(f"sqlite:///{file}")
    try:
        with database.writing() as connection:
            known = window(connection, now)
            since = min(taken_at, known.since) if known else taken_at
            facts.write(connection, RESTORED, since.isoformat(), now)
            # Who had logged out since then, or was locked out, would be in again.
            connection.execute(delete(sessions))
            # What was looked for and decided after an earlier restore says nothing about what happened since.
            connection.execute(delete(facts_table).where(facts_table.c.name.startswith("after_restore:")))
            let_go = _let_go(connection)
            number = _next_number(connection, taken_at, now, given)
            states = [state.value for state in ACTIVE]
            overdue = connection.execute(
                select(func.count()).where(posts.c.status.in_(states), posts.c.scheduled_at <= now)
            ).scalar_one()
            what = json.dumps({"taken_at": taken_at.isoformat(), "let_go": let_go, "next_number": number})
            journal.note(connection, now, "worker", f"restored from a backup: {what}")
    finally:
        database.close()
    one_file(file)
    return Aftermath(overdue, number, let_go)


def given_numbers(file: Path | None) -> dict[int, int] | None:
    """The last case number of each year in the database that is there; None where it cannot be read."""
    if file is None or not file.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as old:
            return {int(year): int(last) for year, last in old.execute("SELECT year, last FROM case_numbers")}
    except (sqlite3.Error, ValueError, TypeError):
        return None


def _let_go(connection: Connection) -> int:
    """Words that were still to be sent then, and that no look would find before they are sent: a person's own answers,
    and the text with 119, which goes out at once."""
    planned = Status.PLANNED.value
    skipped = {"status": Status.SKIPPED.value, "last_error": WHY}
    found = connection.execute(
        update(answers).where(answers.c.status == planned).values(**skipped, version=answers.c.version + 1)
    )
    urgent = connection.execute(
        update(replies)
        .where(replies.c.status == planned, replies.c.purpose == Purpose.EMERGENCY.value)
        .values(**skipped, version=replies.c.version + 1)
    )
    return int(found.rowcount + urgent.rowcount)


def _next_number(
    connection: Connection, taken_at: datetime, now: datetime, given: Mapping[int, int] | None
) -> str:
    known = {row.year: row.last for row in connection.execute(select(case_numbers))}
    wanted = dict(known)
    for year, last in (given or {}).items():
        wanted[year] = max(wanted.get(year, 0), last)
    # A database that was set up meanwhile knows less than the backup: it says nothing of the numbers on paper.
    sure = bool(given) and all((given or {}).get(year, 0) >= last for year, last in known.items())
    if not sure and now - taken_at > SURE:
        for year in range(taken_at.year, now.year + 1):
            wanted[year] = (wanted.get(year, 0) // NUMBERS_LEFT_OUT + 1) * NUMBERS_LEFT_OUT
    for year, last in wanted.items():
        if year not in known:
            connection.execute(insert(case_numbers).values(year=year, last=last))
        elif last != known[year]:
            connection.execute(update(case_numbers).where(case_numbers.c.year == year).values(last=last))
    return f"K-{now.year}-{wanted.get(now.year, 0) + 1:04}"
