"""One worker at a time on a SQLite database."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.database import Database

WORKER_LOCK = 0x16_3A_92_02
"""PostgreSQL's number for "a worker works on this database": shared by workers, alone for an upgrade."""


class AnotherWorks(Misconfigured):
    """A worker, or an upgrade, holds the database."""


@contextmanager
def a_worker(database: Database) -> Iterator[None]:
    """While a worker works: alone on SQLite, beside other workers but never beside an upgrade on PostgreSQL.

    Raises AnotherWorks. On PostgreSQL the word lasts as long as its connection.
    """
    if database.sqlite_file is not None:
        with only_worker(database.sqlite_file):
            yield
        return
    with _held(database, "pg_try_advisory_lock_shared", "the database is being upgraded"):
        yield


@contextmanager
def no_workers(database: Database) -> Iterator[None]:
    """On PostgreSQL: as long as this is held no worker works on the database; AnotherWorks where one does."""
    with _held(database, "pg_try_advisory_lock", "a worker works on the database"):
        yield


@contextmanager
def _held(database: Database, how: str, otherwise: str) -> Iterator[None]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text(f"SELECT {how}(:number)"), {"number": WORKER_LOCK}).scalar():
            raise AnotherWorks(otherwise, cure="wait until it has ended, or end it; then try again")
        try:
            yield
        finally:
            # With its connection goes the lock; given back to the pool the connection would keep it.
            connection.invalidate()


@contextmanager
def only_worker(database_file: Path | None) -> Iterator[None]:
    """Hold the lock beside the database file while the worker runs; Misconfigured if another one holds it.

    The kernel gives the lock back when the process ends, however it ends. On PostgreSQL there is nothing to hold:
    every save there is a compare-and-swap, and several workers may run.
    """
    if database_file is None:
        yield
        return
    path = database_file.with_name(database_file.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"cannot write {path}: {error.strerror}",
            cure="make the data folder writable for the worker's user",
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise AnotherWorks(
                f"another worker (process {holder}) already works on {database_file}",
                cure="stop it first, or leave it to its work: one worker is enough",
            ) from None
        # Written over, never shorter: on a full disk what was given back could not be had again.
        with suppress(OSError):
            os.pwrite(handle, f"{os.getpid()}\n".ljust(20).encode(), 0)
        yield
    finally:
        os.close(handle)
