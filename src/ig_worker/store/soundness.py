"""Looks at a SQLite file without changing it: how it is written, whether it is sound, who works on it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the time."""


@dataclass(frozen=True)
class Soundness:
    """What SQLite's quick check says: empty where nothing is wrong; ``whole`` is False where time ran out."""

    wrong: str
    whole: bool
    size: int


def soundness(file: Path, seconds: float, stopwatch: Callable[[], float]) -> Soundness:
    """SQLite's ``quick_check``, for as long as it may take. It disturbs no worker: it only reads."""
    begun = stopwatch()
    size = file.stat().st_size
    try:
        with closing(_read_only(file)) as connection:
            connection.set_progress_handler(lambda: stopwatch() - begun > seconds, _STEPS)
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return Soundness("", whole=False, size=size)
        return Soundness(str(error), whole=True, size=size)
    except sqlite3.DatabaseError as error:
        return Soundness(str(error), whole=True, size=size)
    return Soundness("" if said == "ok" else " ".join(str(said).split()), whole=True, size=size)


def journal_mode(file: Path) -> str:
    """``wal``, or how else it is written; read from the file itself, for asking in the usual way would change it."""
    with file.open("rb") as opened:
        head = opened.read(20)
    # Bytes 18 and 19 of the header are 2 in WAL mode and 1 otherwise (SQLite's file format).
    return "wal" if head[18:20] == b"\x02\x02" else "rollback journal"


@dataclass(frozen=True)
class Holder:
    """The running worker: its process number as it wrote it down, and since when."""

    process: str
    since: datetime


def worker_at(file: Path) -> Holder | None:
    """Who holds the lock of the one worker, None where nobody does."""
    lock = file.with_name(file.name + ".lock")
    try:
        handle = os.open(lock, os.O_RDONLY)
    except OSError:
        return None
    try:
        # Shared: two who only look do not keep each other out, and a worker that starts now waits for neither long.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        process = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "?"
        return Holder(process, datetime.fromtimestamp(os.fstat(handle).st_mtime, UTC))
    finally:
        os.close(handle)
    return None


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
