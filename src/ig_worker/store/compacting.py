"""Gives space back, and leaves nothing legible in what is free: a database is written anew."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ig_worker.store.database import Database, free_bytes


@dataclass(frozen=True)
class Space:
    """What came of it. ``why_not`` is None where nothing was tried, empty where all went well."""

    why_not: str | None
    given_back: int


def compact(database: Database) -> Space:
    """Write the database anew, without what was deleted in it; others wait for a moment.

    SQLite needs twice as much free space as the file has, and nobody else writing for some seconds. Afterwards neither
    the file nor its log holds any byte of what is gone; where it could not be written anew, the log is emptied all the
    same. PostgreSQL only makes room for reuse.
    """
    file = database.sqlite_file
    before = _size(file)
    try:
        with database.engine.connect() as connection:
            # Vacuuming is nothing that can be taken back: no transaction may be open.
            raw: Any = connection.connection.dbapi_connection
            if file is None:
                raw.autocommit = True
                raw.cursor().execute("VACUUM")
                raw.autocommit = False
                return Space("", 0)
            why_not = _why_not_anew(raw, file)
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Exception as error:  # noqa: BLE001  # the driver's own, too: it is not wrapped below SQLAlchemy
        return Space(_said(error), 0)
    if busy and not why_not:
        why_not = "somebody reads it at this moment, and its log still holds what was there"
    return Space(why_not, 0 if why_not else max(0, before - _size(file)))


def vacuum(connection: sqlite3.Connection, file: Path) -> None:
    """Write the database in this file anew; what that takes for a moment lies beside it, without a name.

    By itself SQLite takes the folder for small things: in a container that is some megabytes of memory.
    """
    beside = str(file.absolute().parent).replace("'", "''")
    # There is no other word for it once SQLite runs; it counts for the whole process, so it is taken back.
    connection.execute(f"PRAGMA temp_store_directory = '{beside}'")
    try:
        connection.execute("VACUUM")
    finally:
        connection.execute("PRAGMA temp_store_directory = ''")


def _why_not_anew(connection: sqlite3.Connection, file: Path) -> str:
    needed = 2 * _size(file)
    if needed > free_bytes(file):
        return f"it needs {needed:,} bytes of free space for a moment"
    try:
        vacuum(connection, file)
    except sqlite3.Error as error:
        return _said(error)
    return ""


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _size(file: Path | None) -> int:
    if file is None:
        return 0
    logs = (file.with_name(file.name + ending) for ending in ("", "-wal"))
    return sum(each.stat().st_size for each in logs if each.exists())
