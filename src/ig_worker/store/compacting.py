"""Gives space back, and leaves nothing legible in what is free: a database is written anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ig_worker.store.database import Database, StorageError, free_bytes


@dataclass(frozen=True)
class Space:
    """What came of it. ``why_not`` is None where nothing was tried, empty where all went well."""

    why_not: str | None
    given_back: int


def compact(database: Database) -> Space:
    """Write the database anew, without what was deleted in it; others wait for a moment.

    SQLite needs as much free space as the file has and nobody else writing for some seconds. Afterwards neither the
    file nor its log holds any byte of what is gone. PostgreSQL only makes room for reuse.
    """
    file = database.sqlite_file
    if file is not None and (needed := 2 * _size(file)) > free_bytes(file):
        return Space(f"it needs {needed:,} bytes of free space for a moment", 0)
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
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone()
            cursor.close()
    except StorageError as error:
        return Space(str(getattr(error, "orig", None) or error).splitlines()[0], 0)
    except Exception as error:  # noqa: BLE001  # the driver's own: it is not wrapped below SQLAlchemy
        return Space(str(error).splitlines()[0], 0)
    if busy:
        return Space("somebody reads it at this moment, and its log still holds what was there", 0)
    return Space("", max(0, before - _size(file)))


def _size(file: Path | None) -> int:
    if file is None:
        return 0
    logs = (file.with_name(file.name + ending) for ending in ("", "-wal"))
    return sum(each.stat().st_size for each in logs if each.exists())
