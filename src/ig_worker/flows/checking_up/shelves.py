"""Looks at the database: its schema, its soundness, who works on it, and what waits there in vain."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.keeping import A_WEEK, Jobs, of_jobs
from ig_worker.domain.checkup.machine import MEGABYTE, ON_A_NETWORK
from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.flows.checking_up.machine import filesystem
from ig_worker.slate import Slate
from ig_worker.store import facts, integrity, observed, running
from ig_worker.store.database import Connection, Database, StorageError
from ig_worker.store.schema import SCHEMA_VERSION
from ig_worker.store.soundness import journal_mode, soundness, worker_at
from ig_worker.store.tokens import TokenShelf

QUICK_CHECK_SECONDS = 8.0


def the_database(database: Database, where: str) -> Finding:
    """There, readable, and of this program's schema. ``where`` says which it is, without a password."""
    if (file := database.sqlite_file) is not None and not file.exists():
        return found("database", "missing", where=where)
    try:
        schema = database.version()
    except IgWorkerError as error:
        return found("database", "unusable", said=str(error), advice=error.cure)
    if schema is None:
        return found("database", "empty", where=where)
    if schema != SCHEMA_VERSION:
        what = "newer" if schema > SCHEMA_VERSION else "older"
        return found("database", what, schema=schema, needed=SCHEMA_VERSION)
    return found("database", where=where, schema=schema)


def is_sound(database: Database, file: Path, stopwatch: Callable[[], float]) -> Iterator[Finding]:
    """What the weekly look found, which reads more closely, and SQLite's quick check now."""
    damage = _known_damage(database)
    said = soundness(file, QUICK_CHECK_SECONDS, stopwatch)
    size = max(1, said.size // MEGABYTE)
    if said.wrong or damage:
        yield found("integrity", "damaged", said=said.wrong or "; ".join(damage))
    elif said.whole:
        yield found("integrity", size_mb=size)
    else:
        yield found("integrity", "partly", seconds=round(QUICK_CHECK_SECONDS), size_mb=size)


def _known_damage(database: Database) -> list[str]:
    try:
        with database.reading() as connection:
            known = facts.read(connection, integrity.FACT)
    except StorageError:
        return []  # what cannot even be read, the quick check says
    return [str(each) for each in json.loads(known.value)] if known is not None else []


def is_written_safely(file: Path) -> Iterator[Finding]:
    """In WAL mode, on a disk of this machine."""
    kind = filesystem(file.parent)
    if kind in ON_A_NETWORK:
        yield found("journal_mode", "network", kind=kind)
    elif (mode := journal_mode(file)) != "wal":
        yield found("journal_mode", "other", mode=mode)
    else:
        yield found("journal_mode", kind=kind or "?")


def the_worker(
    database: Database, late: Callable[[Connection], Collection[str]], now: datetime, zone: tzinfo
) -> Iterator[Finding]:
    """Whether it runs, and how its jobs are. ``late`` names those that have not succeeded lately."""
    file = database.sqlite_file
    holder = worker_at(file) if file is not None else None
    with database.reading() as connection:
        jobs = Jobs(
            holder.process if holder else "",
            holder.since if holder else None,
            observed.last_success(connection),
            tuple(late(connection)),
            tuple(running.lanes(connection, now).stuck),
        )
    yield of_jobs(jobs, now, zone, locks=file is not None)


def posts_of_nobody(database: Database, accounts: Collection[str]) -> Iterator[Finding]:
    """Posts that wait for accounts that the configuration does not name."""
    with database.reading() as connection:
        others = observed.waiting_of_others(connection, accounts)
    if others:
        said = ", ".join(f"{count} × {name}" for name, count in others.items())
        yield found("waiting_posts", "orphaned", posts=said)
    else:
        yield found("waiting_posts")


def stored_tokens(database: Database, shelf: TokenShelf, configured: Mapping[str, str]) -> Iterator[Finding]:
    """Whether what is stored opens. ``configured`` is each account's token in the configuration."""
    closed, opened = [], 0
    with database.reading() as connection:
        lives = observed.token_lives(connection)
        for name in configured.keys() & lives.keys():
            try:
                # Without the configured one: a stored token that lies open is no trouble here.
                shelf.known(connection, name, "")
                opened += 1
            except Misconfigured:
                closed.append(name)
    if closed:
        yield found("stored_tokens", "closed", accounts=", ".join(sorted(closed)))
    else:
        yield found("stored_tokens", "ok" if opened else "none")


def undelivered(database: Database, now: datetime, within: timedelta = A_WEEK) -> Iterator[Finding]:
    """Notices that were given up lately."""
    with database.reading() as connection:
        count = observed.given_up_since(connection, now - within)
    yield found("undelivered", "some", count=count) if count else found("undelivered")


def storage(data_dir: Path, zone: tzinfo) -> Iterator[Finding]:
    """What the worker itself has said of not being able to write."""
    trouble = Slate(data_dir).read()
    if trouble is None:
        yield found("storage")
        return
    when = f"{trouble.since.astimezone(zone):%d/%m/%Y %H.%M}"
    yield found("storage", "stopped", when=when, said=trouble.said, advice=trouble.cure)
