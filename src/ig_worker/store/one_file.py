"""Stays with the database file that was opened first, when another one is put into its place under its name.

SQLite finds a log by its name alone: the log of the file that was there would be laid over the one that is there now,
and nothing of that one would be left whole.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ig_worker.clock import SystemClock
from ig_worker.lasting import sync

log = logging.getLogger(__name__)

Identity = tuple[int, int]
"""Device and inode."""

LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a database while somebody works on it: its log, and the index of the log."""

REPLACED = "it was replaced by another file"

_NOTE_AT, _NOTE_BYTES = 20, 236
"""In the worker's lock, behind its process id."""

_MOST_BEGINNINGS = 1 << 20
"""So often at most a log begins anew while a worker works: every four megabytes that are written."""


def identity(file: Path) -> Identity | None:
    """Which file it is that has this name now, by device and inode; None where there is none, or nobody can say."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def logs_of(file: Path) -> dict[str, Identity]:
    """Which logs lie beside a database now, by their ending."""
    found = {ending: identity(file.with_name(file.name + ending)) for ending in LOGS}
    return {ending: log for ending, log in found.items() if log is not None}


class OneFile:
    """The file behind an engine's connections: every one is to the file that the first one was to."""

    def __init__(self) -> None:
        self.known: Identity | None = None
        """None before the first connection."""

    def connect(self, dialect: Any, _record: object, where: list[Any], options: dict[str, Any]) -> Any:
        """SQLAlchemy's ``do_connect``: a connection of the driver, or None where there is no file to stay with.

        Where the file was taken away SQLite would make an empty one: what was open once is not made again. Raises the
        driver's OperationalError there, and where another file has its name.
        """
        path = str(where[0]) if where else ":memory:"
        if path == ":memory:" or path.startswith("file:"):
            return None
        file = Path(path).absolute()
        self.be_ready_for(file)
        where[0], options["uri"] = file.as_uri() + ("?mode=rw" if self.known else ""), True
        connection = dialect.connect(*where, **options)
        try:
            # Between the look and the opening it may have been replaced; the log is not read before the first page.
            self.require(file)
        except sqlite3.Error:
            connection.close()
            raise
        self.known = self.known or identity(file)
        return connection

    def be_ready_for(self, file: Path) -> None:
        """Before it is opened by this name: raises the driver's OperationalError where it may not be."""
        if self.known is None:
            _leave_no_strange_log(file)
        self.require(file)

    def require(self, file: Path) -> None:
        """Raise the driver's OperationalError where another file has the name of the one that was opened."""
        if self.known is not None and identity(file) not in (None, self.known):
            raise _replaced()


def note(file: Path, known: Identity, logs: Mapping[str, Identity]) -> bool:
    """Write behind the worker's word in its lock which file its log belongs to: a kill leaves both there.

    Returns False where nothing can be noted yet, or at all. The lock's own inode tells that it lies where it was
    written: copied to another disk it says nothing. The log's salt tells it from a later one with its inode.
    """
    salt = _salt(file)
    if salt is None:
        return False
    try:
        handle = os.open(_lock_of(file), os.O_WRONLY)
    except OSError:
        return False
    try:
        said = json.dumps({"lock": os.fstat(handle).st_ino, "salt": salt, "": known, **logs})
        os.pwrite(handle, said.ljust(_NOTE_BYTES).encode(), _NOTE_AT)
        os.fsync(handle)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _leave_no_strange_log(file: Path) -> None:
    """Before the first page is read: lay the log aside that is provably that of a file which was here before.

    A worker that is killed leaves its log; a copy is put into the database's place. Raises the driver's
    OperationalError where that worker still works, or the log cannot be laid aside.
    """
    try:
        handle = os.open(_lock_of(file), os.O_RDWR)
    except OSError:
        return
    try:
        noted, there = _noted(handle), identity(file)
        if noted is None or there in (None, noted.logs.pop("", None)):
            return
        if not noted.means(file):
            os.pwrite(handle, b" " * _NOTE_BYTES, _NOTE_AT)  # the log that is meant is no longer here
            return
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if moved := lay_aside(file, noted.logs, SystemClock().now()):
            log.warning(
                "the log beside the database was that of a file which is not there any more; it is laid aside as %s",
                " and ".join(each.name for each in moved),
            )
    except OSError:
        raise _replaced() from None
    finally:
        os.close(handle)


@dataclass(frozen=True)
class _Noted:
    logs: dict[str, Identity]
    salt: int

    def means(self, file: Path) -> bool:
        """Whether the log beside the file is this one: SQLite counts its salt up whenever it begins the log anew.

        An empty one has no salt. A board that did not end may write into it at any moment.
        """
        salt = _salt(file)
        same = identity(file.with_name(f"{file.name}-wal")) == self.logs.get("-wal")
        return same and (salt is None or (salt - self.salt) % (1 << 32) < _MOST_BEGINNINGS)


def _noted(handle: int) -> _Noted | None:
    try:
        said = json.loads(os.pread(handle, _NOTE_BYTES, _NOTE_AT))
        if said.pop("lock") != os.fstat(handle).st_ino:
            return None
        salt = int(said.pop("salt"))
        return _Noted({name: (int(device), int(inode)) for name, (device, inode) in said.items()}, salt)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _salt(file: Path) -> int | None:
    """The first salt in the log's header (sqlite.org/fileformat.html, 4.1); None where there is no frame yet."""
    try:
        with file.with_name(f"{file.name}-wal").open("rb") as log_file:
            header = log_file.read(32)
    except OSError:
        return None
    return int.from_bytes(header[16:20], "big") if len(header) == 32 else None


def _lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def _replaced() -> sqlite3.OperationalError:
    replaced = sqlite3.OperationalError(REPLACED)
    replaced.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
    return replaced


def lay_aside(file: Path, logs: Mapping[str, Identity], now: datetime) -> list[Path]:
    """Give the logs of the file that was here other names, as far as they still lie here; returns these.

    Raises OSError where that cannot be done.
    """
    moved = []
    for ending, known in logs.items():
        log = file.with_name(file.name + ending)
        if identity(log) == known:
            moved.append(log.rename(_free(log, now)))
    if moved:
        with suppress(OSError):
            sync(file.parent)
    return moved


def _free(log: Path, now: datetime) -> Path:
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        aside = log.with_name(f"{log.name}.of-replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{again}")
        if not aside.exists():
            return aside
        number += 1
