"""A consistent copy of the database as one SQLite file, taken while everybody works on it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.compacting import vacuum
from ig_worker.store.database import Database, StorageError, unreadable

AT_ONCE = 500
"""Rows copied together: a register of ten years must not fill the memory."""

IN_THE_CLEAR = ("tokens", "sessions")
"""What no backup holds in the clear: tokens (the configured one is adopted again), and who is logged in."""


def snapshot(url: str, into: Path) -> None:
    """Copy the database as it stands at one moment; `into` must not be there yet.

    Nobody waits for it: on SQLite it reads one state of the log, on PostgreSQL one view. What was deleted does not
    come along. Misconfigured where the database cannot be read or the copy not written.
    """
    database = Database(url)
    try:
        file = database.sqlite_file
        if file is not None:
            if not file.exists():
                raise Misconfigured(f"there is no database at {file}", cure="run: ig-worker db upgrade")
            with closing(sqlite3.connect(file, timeout=30)) as source:
                source.execute("VACUUM INTO ?", (str(into),))
        else:
            _copied_out(database, into)
    except sqlite3.Error as error:
        raise _not_copied(file or into, error) from None
    except StorageError as error:
        raise unreadable(database, error) from None
    finally:
        database.close()


def without_secrets(file: Path) -> None:
    """Take out of a copy what must not lie about in the clear, so that no byte of it stays."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as copy:
            copy.execute("PRAGMA secure_delete = ON")
            copy.execute("PRAGMA journal_mode = MEMORY")
            for table in IN_THE_CLEAR:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
            vacuum(copy, file)
    except sqlite3.Error as error:
        raise _not_copied(file, error) from None


def packed(file: Path, into: Path) -> None:
    """Compress a file; the same content makes the same bytes."""
    with file.open("rb") as plain, into.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as out:
        shutil.copyfileobj(plain, out, 1 << 16)


class Copied:
    """A copied database, as a backup reads it: which files it needs, and how they should be."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA temp_store = FILE")
        self.connection.execute("PRAGMA cache_size = -2000")
        self._read(
            "CREATE TEMP TABLE wanted (path TEXT PRIMARY KEY, sha256 TEXT, piece INTEGER, seen INTEGER DEFAULT 0)"
        )
        later = "SELECT 1 FROM evidence AS later WHERE later.erases = evidence.id"
        for path, digest in (("path", "sha256"), ("json_path", "json_sha256")):
            self._read(
                f"INSERT OR IGNORE INTO wanted (path, sha256, piece) SELECT {path}, {digest}, id FROM evidence"  # noqa: S608
                f" WHERE {path} <> '' AND NOT EXISTS ({later})"
            )

    def close(self) -> None:
        """Give the file back."""
        self.connection.close()

    @property
    def schema(self) -> str:
        """The version of its schema."""
        return str(self._read("SELECT version_num FROM alembic_version").fetchone()[0])

    @property
    def pieces(self) -> int:
        """How many files of evidence it names."""
        return int(self._read("SELECT count(*) FROM wanted").fetchone()[0])

    def wanted(self, path: str) -> tuple[str, int] | None:
        """The hash that a file of evidence should have and its row's number, None where no row names it."""
        found = self._read("SELECT sha256, piece FROM wanted WHERE path = ?", path).fetchone()
        if found is not None:
            self._read("UPDATE wanted SET seen = 1 WHERE path = ?", path)
        return None if found is None else (str(found[0]), int(found[1]))

    def knows(self, path: str) -> bool:
        """Whether a row names this file of evidence."""
        return self._read("SELECT 1 FROM wanted WHERE path = ?", path).fetchone() is not None

    def missing(self) -> Iterator[tuple[str, int]]:
        """The files of evidence that were not asked for, with their rows' numbers."""
        for path, piece in self._read("SELECT path, piece FROM wanted WHERE NOT seen ORDER BY path"):
            yield str(path), int(piece)

    def has_case(self, number: str) -> bool:
        """Whether it knows the case."""
        return self._read("SELECT 1 FROM cases WHERE number = ?", number).fetchone() is not None

    def originals(self) -> list[str]:
        """Our copies of what posts show that may still go out."""
        done = "SELECT id FROM posts WHERE status IN ('published', 'cancelled')"
        rows = self._read(
            f"SELECT DISTINCT original FROM post_media WHERE original <> '' AND post_id NOT IN ({done}) ORDER BY 1"  # noqa: S608
        )
        return [str(row[0]) for row in rows]

    def what_is_wrong(self) -> str:
        """The first thing that the database itself finds wrong with it; empty where all is well."""
        try:
            (said,) = self.connection.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                return str(said)
            found = self.connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.Error as error:
            return str(error)
        return "" if found is None else f"a row of {found[0]} belongs to one of {found[2]} that is not there"

    def _read(self, query: str, *values: Any) -> sqlite3.Cursor:
        return self.connection.execute(query, values)


@contextmanager
def opened(file: Path) -> Iterator[Copied]:
    """A copied database; Misconfigured where it is none."""
    try:
        copied = Copied(file)
    except sqlite3.Error as error:
        raise _not_copied(file, error) from None
    try:
        yield copied
    except sqlite3.Error as error:
        raise _not_copied(file, error) from None
    finally:
        copied.close()


def _copied_out(database: Database, into: Path) -> None:
    """Every row of every table into a fresh SQLite file, from one view of the other database."""
    from sqlalchemy import insert, select, text

    from ig_worker.store.schema import SCHEMA_VERSION, metadata

    database.require_schema()
    copy = Database(f"sqlite:///{into}")
    try:
        with database.reading() as source, copy.writing() as target:
            target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            metadata.create_all(target)
            target.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            )
            target.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": SCHEMA_VERSION})
            for table in metadata.sorted_tables:
                found = source.execution_options(yield_per=AT_ONCE).execute(select(table))
                for rows in found.partitions():
                    target.execute(insert(table), [dict(row._mapping) for row in rows])
    finally:
        copy.close()
    one_file(into)


def one_file(file: Path) -> None:
    """Take the log of a SQLite database into the file itself, so that it can be moved as one."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _not_copied(file: Path, error: sqlite3.Error) -> Misconfigured:
    said = str(error)
    full = shutil.disk_usage(file.parent).free < 1 << 20 or "full" in said
    if full:
        cure = "free some space on that disk"
    elif "malformed" in said or "not a database" in said:
        cure = "the database is damaged: stop the worker and restore the last backup"
    else:
        cure = "look at the disk (dmesg, df -h) and try again"
    return Misconfigured(f"the database {file.name} could not be copied: {said}", cure=cure)
