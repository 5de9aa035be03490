"""Whether the database takes what is written: what its complaints mean, and how that is tried."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ig_worker.store.database import Database, StorageError

FULL, READ_ONLY, BUSY, DISK, DAMAGED, AWAY, GONE = KINDS = (
    "full",
    "read-only",
    "busy",
    "disk",
    "damaged",
    "away",
    "gone",
)
"""What can keep everything from being written: no space, no right, another program, a bad disk or file, no server, a
file that was taken away."""

LEAST_ROOM = 2 << 20
"""With fewer free bytes nothing is begun any more: what is under way needs them to write down how it ended."""

ENOUGH_ROOM = 3 << 20
"""With so many free bytes it goes on; a little more than the least, or it would come and go with every file."""

_TRIED_BYTES = 64 * 1024
_PATIENT_SECONDS = 1.0

_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_NOLFS: DISK,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: AWAY,
}
_POSTGRESQL = {
    "53100": FULL,
    "25006": READ_ONLY,
    "53": BUSY,
    "58": DISK,
    # Not XX000: an "internal error" may be two who changed a row at one moment, and nothing would lift it.
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "08": AWAY,
    "57": AWAY,
}


def kind_of(database: Database, error: StorageError) -> str | None:
    """What of :data:`KINDS` a database's complaint means; None where it is about one statement alone."""
    said: Any = getattr(error, "orig", None)
    if not isinstance(error, DBAPIError) or said is None:
        # A pool without a free connection is busy; anything else is a mistake of ours.
        return BUSY if isinstance(error, TimeoutError) or type(error).__name__ == "TimeoutError" else None
    if isinstance(said, sqlite3.Error):
        code = getattr(said, "sqlite_errorcode", None) or 0
        found = GONE if code == sqlite3.SQLITE_READONLY_DBMOVED else _SQLITE.get(code & 0xFF)
        return FULL if found == DISK and _is_full(database.sqlite_file) else found
    state = getattr(said, "sqlstate", None)
    if state is None:
        # The server is not there, or went away in the middle of it.
        return AWAY if type(error).__name__ in ("OperationalError", "InterfaceError") else None
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])


def hidden(place: Path) -> str:
    """Why nobody can say whether this is there: a disk that answers nothing. Empty where it is known."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return error.strerror or str(error)
    return ""


def seen_from_outside(database: Database, data_dir: Path, least: int = LEAST_ROOM) -> tuple[str, str] | None:
    """The kind of what is wrong, and where, as far as it shows without writing anything; None for nothing."""
    file = database.sqlite_file
    for place in dict.fromkeys((*((file, file.parent) if file is not None else ()), data_dir)):
        if why := hidden(place):
            return DISK, f"{place} cannot even be looked at: {why}"
        # For root every file is writable; but not on a disk that is not.
        if place.exists() and not os.access(place, os.W_OK):
            return READ_ONLY, f"{place} is read-only"
    for folder in dict.fromkeys((*((file.parent,) if file is not None else ()), data_dir)):
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            continue
        if free < least:
            return FULL, f"the disk of {folder} is full"
    return None


def tried(database: Database) -> None:
    """Write something of a size and take it back; raises StorageError where that cannot be done now.

    It waits a second for another writer, not half a minute. What it took stays free in the file, a little room for
    the worst of days.
    """
    fill, empty = (
        "INSERT INTO facts (name, value, at) VALUES ('storage.tried', ",
        "DELETE FROM facts WHERE name = ",
    )
    if database.sqlite_file is None:
        with database.writing() as connection:
            connection.execute(text(f"{empty}'storage.tried'"))
            connection.execute(text(f"{fill}repeat('x', {_TRIED_BYTES}), now())"))
        with database.writing() as connection:
            connection.execute(text(f"{empty}'storage.tried'"))
        return
    try:
        with closing(database.beside(_PATIENT_SECONDS)) as plain:
            plain.execute("PRAGMA synchronous = FULL")
            plain.execute(f"{empty}'storage.tried'")
            plain.execute(f"{fill}hex(zeroblob({_TRIED_BYTES // 2})), '2000-01-01 00:00:00.000000')")
            plain.execute(f"{empty}'storage.tried'")
    except sqlite3.Error as error:
        raise DBAPIError("", None, error) from None


def _is_full(file: Path | None) -> bool:
    try:
        return file is not None and shutil.disk_usage(file.parent).free < LEAST_ROOM
    except OSError:
        return False
