"""Opening the database and its transactions: short, immediate, and durable through a power cut."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, Row, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError as AlreadyThere
from sqlalchemy.exc import SQLAlchemyError as StorageError

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.schema import SCHEMA_VERSION
from ig_worker.store.schema.base import meant_for_postgresql

__all__ = ["AlreadyThere", "Connection", "Database", "Row", "StorageError", "unreadable"]

LEAST_FREE_BYTES = 1 << 20
"""With less free space than this, a write that failed has failed for want of it."""

BUSY_SECONDS = 30
"""How long a writer waits for another one; a transaction here takes milliseconds."""

READING = "ig_worker_reading"
"""The mark of a connection whose transaction only reads."""


class Database:
    """The shelves as the flows use them.

    No transaction is ever open during a call to the outside: flows take one, decide, write, and leave it. Raises
    Misconfigured for a URL that means no database; nothing is opened before the first transaction.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.engine = _engine(url)
        except ImportError:
            raise Misconfigured(
                "the driver for PostgreSQL is not installed", cure="install ig-worker[pg]"
            ) from None
        except (StorageError, ValueError):
            raise Misconfigured(
                "[database] url is not the address of a database that the worker knows",
                cure="leave it empty for SQLite, or begin it with postgresql+psycopg://",
            ) from None
        # PostgreSQL would otherwise show each statement what was committed since the one before.
        one_view = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = {READING: True} if self.engine.dialect.name == "sqlite" else one_view
        # SQLite lets its writers look again now and then, up to a tenth of a second later; in one process they queue.
        self._turn: AbstractContextManager[object] = (
            threading.RLock() if self.engine.dialect.name == "sqlite" else nullcontext()
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite it holds the write lock from its first moment."""
        with self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view that never waits for a writer."""
        with self.engine.connect() as plain, plain.execution_options(**self._reading).begin():
            yield plain

    @property
    def sqlite_file(self) -> Path | None:
        """Where the database file is, or None on PostgreSQL."""
        url = make_url(self.url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def version(self) -> str | None:
        """The schema's version, None where there is no schema yet; Misconfigured where it cannot be read."""
        try:
            with self.reading() as connection:
                if not self.engine.dialect.has_table(connection, "alembic_version"):
                    return None
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except StorageError as error:
            raise unreadable(self, error) from None

    def require_schema(self) -> None:
        """Raise Misconfigured, with what to do, unless the schema is the one this program knows."""
        if (file := self.sqlite_file) is not None and not file.exists():
            raise Misconfigured(f"there is no database at {file}", cure="run: ig-worker db upgrade")
        found = self.version()
        if found is None:
            raise Misconfigured("the database is empty", cure="run: ig-worker db upgrade")
        if found > SCHEMA_VERSION:
            raise Misconfigured(
                f"the database is from a newer ig-worker (schema {found}, this one knows up to {SCHEMA_VERSION})",
                cure="install that newer ig-worker again; nothing was changed",
            )
        if found < SCHEMA_VERSION:
            raise Misconfigured(
                f"the database is of an older schema ({found}, needed is {SCHEMA_VERSION})",
                cure="run: ig-worker db upgrade",
            )

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def unreadable(database: Database, error: StorageError) -> Misconfigured:
    """What a database's own complaint means for a person: full disk, read-only, damaged, unreachable."""
    said = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
    if "disk i/o" in said.lower() and _is_full(database.sqlite_file):
        # SQLite calls a full disk an I/O error where it meets it in its log.
        said = "the disk is full"
    where = str(database.sqlite_file or make_url(database.url).render_as_string(hide_password=True))
    cures = {
        "full": "free some space on that disk; nothing was lost, the worker goes on by itself",
        "readonly": "make the file and its folder writable for the worker's user",
        "unable to open": "check that the folder exists and that the worker's user may write there",
        "not a database": "this is not ig-worker's database; restore the last backup or name another file",
        "malformed": "the file is damaged: stop the worker and restore the last backup",
        "disk i/o": "check the disk (dmesg, df -h); stop the worker and restore the last backup if it stays",
        "already exists": "this database is another program's; name another one, nothing was changed",
        "locked": "another program keeps the database busy; stop it",
    }
    cure = next(
        (cure for sign, cure in cures.items() if sign in said.lower()), "check that the database is running"
    )
    return Misconfigured(f"the database {where} cannot be used: {said}", cure=cure)


def _is_full(file: Path | None) -> bool:
    return file is not None and shutil.disk_usage(file.parent).free < LEAST_FREE_BYTES


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        meant_for_postgresql()
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        event.listen(engine, "handle_error", _without_the_row)
        return engine
    # Each lane and thread has a connection; a hundred statements kept ready in each, the usual, are much memory.
    arguments = {"timeout": BUSY_SECONDS, "cached_statements": 16}
    engine = create_engine(parsed, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling lets CREATE TABLE survive a rollback; we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL can lose the last commits in a power cut: a lost intent is a doubled post.
    cursor.execute("PRAGMA synchronous = FULL")
    # Each lane and thread has a connection of its own; two megabytes for each, the usual, is much on a small server.
    cursor.execute("PRAGMA cache_size = -512")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()


def _without_the_row(context: ExceptionContext) -> None:
    """PostgreSQL quotes the whole row that it refuses, a token or a patient's words, in a line of detail."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
