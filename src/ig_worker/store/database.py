"""Opening the database and its transactions: short, immediate, and durable through a power cut."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, Row, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError as AlreadyThere
from sqlalchemy.exc import SQLAlchemyError as StorageError

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import Misconfigured
from ig_worker.store.one_file import REPLACED, Identity, OneFile
from ig_worker.store.schema import SCHEMA_VERSION
from ig_worker.store.schema.base import meant_for_postgresql

__all__ = ["AlreadyThere", "Connection", "Database", "Row", "StorageError", "free_bytes", "unreadable"]

LEAST_FREE_BYTES = 1 << 20
"""With less free space than this, a write that failed has failed for want of it."""

LONG_LOG = 8 << 20
"""Bytes of SQLite's write-ahead log from which on it is shortened. It is half of that in the usual course of things."""

BUSY_SECONDS = 30
"""How long a writer waits for another one; a transaction here takes milliseconds."""

READING = "ig_worker_reading"
"""The mark of a connection whose transaction only reads."""


NOTING = "ig_worker_noting"
"""The mark of a connection whose transaction does not wait for the disk."""

WAITED = "ig_worker_waited"
"""Seconds that the writer of a connection has waited for the other writers of this process."""

LEAST_PATIENCE = 1.0
"""Seconds that a writer waits for another program, however long it has waited in the queue."""


_LINE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
}
"""What libpq is told of its lines to a server, where the URL says nothing else; seconds, and ``tcp_user_timeout`` in
milliseconds. One that died without a word (a router without power) is known to be dead within a minute. The system's
own patience, a quarter of an hour while something is sent and two hours while nothing is, would be a lane's as well."""


class Database:
    """The shelves as the flows use them.

    No transaction is ever open during a call to the outside: flows take one, decide, write, and leave it. Raises
    Misconfigured for a URL that means no database; nothing is opened before the first transaction.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.felt: Callable[[], object] = lambda: None
        """Called when a transaction begins: whoever takes one advances."""
        try:
            self._one_file = OneFile()
            self.engine = _engine(url, self._one_file)
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
        is_sqlite = self.engine.dialect.name == "sqlite"
        # The same connections, with these options from the start.
        self._readers = self.engine.execution_options(**({READING: True} if is_sqlite else one_view))
        # SQLite lets its writers look again now and then, up to a tenth of a second later; in one process they queue.
        self._turn: AbstractContextManager[object] = threading.RLock() if is_sqlite else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite it holds the write lock from its first moment."""
        with (
            self._in_turn() as waited,
            self.engine.connect() as connection,
            connection.execution_options(**waited).begin(),
        ):
            self.felt()
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction for what harms nobody when a power cut takes it: it does not wait for the disk.

        Memory cards wear out by waiting for them; the next transaction of `writing` puts this one on the disk as well.
        """
        with (
            self._in_turn() as waited,
            self.engine.connect() as plain,
            plain.execution_options(**{NOTING: True}, **waited).begin(),
        ):
            if self.engine.dialect.name != "sqlite":
                plain.exec_driver_sql("SET LOCAL synchronous_commit = off")
            self.felt()
            yield plain

    @contextmanager
    def _in_turn(self) -> Iterator[dict[str, Any]]:
        """The queue of this process's writers, with what a long wait in it means for the one that begins.

        Who has stood behind one that waited half a minute for another program has waited for that program, too: seven
        lanes would else take minutes until the last of them knows that nothing can be written.
        """
        begun = stopwatch()
        with self._turn:
            waited = stopwatch() - begun
            yield {WAITED: waited} if waited > LEAST_PATIENCE else {}

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view that never waits for a writer."""
        with self._readers.connect() as plain, plain.begin():
            self.felt()
            yield plain

    def shorten_log(self, over: int = 0) -> None:
        """Bring what SQLite's write-ahead log holds into the file, and the log back to nothing, if it is longer.

        SQLite does the first by itself, now and then, and never the second: where somebody reads at every moment it
        grows on. For that this holds writers up for a second at most; where it must wait longer it lets it be.
        """
        file = self.sqlite_file
        if file is None:
            return
        try:
            if file.with_name(f"{file.name}-wal").stat().st_size <= over:
                return
        except OSError:
            return
        with suppress(sqlite3.Error), closing(self.beside(seconds=1)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def beside(self, seconds: float) -> sqlite3.Connection:
        """A connection to the SQLite file beside the others, that waits no longer than this for another program.

        Raises sqlite3.Error, also where the file is not the one any more that the others are to.
        """
        assert self.sqlite_file is not None  # nobody asks for it on PostgreSQL
        file = self.sqlite_file.absolute()
        self._one_file.be_ready_for(file)
        plain = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=seconds, isolation_level=None)
        try:
            self._one_file.require(file)
        except sqlite3.Error:
            plain.close()
            raise
        return plain

    @property
    def sqlite_file(self) -> Path | None:
        """Where the database file is, or None on PostgreSQL."""
        url = make_url(self.url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    @property
    def opened(self) -> Identity | None:
        """Which SQLite file the connections are to; None before the first one, and on PostgreSQL."""
        return self._one_file.known

    @property
    def where(self) -> str:
        """Which database this is, without its password."""
        return str(self.sqlite_file or make_url(self.url).render_as_string(hide_password=True))

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

    def require_utf8(self) -> None:
        """Raise Misconfigured where PostgreSQL could not keep whatever people write, or would not know it as letters.

        On a machine without a locale ``createdb`` makes a database of SQL_ASCII without a word.
        """
        if self.engine.dialect.name == "sqlite":
            return
        with self.reading() as connection:
            encoding = connection.execute(text("SHOW server_encoding")).scalar()
        if encoding != "UTF8":
            raise Misconfigured(
                f"the database {self.where} keeps its texts as {encoding}, not as UTF8",
                cure="create another one, and name it in [database] url: CREATE DATABASE ig_worker ENCODING 'UTF8'"
                " TEMPLATE template0",
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
    where = database.where
    cures = {
        "full": "free some space on that disk; nothing was lost, the worker goes on by itself",
        "readonly": "make the file and its folder writable for the worker's user",
        "unable to open": "check that the folder exists and that the worker's user may write there",
        "not a database": "this is not ig-worker's database; restore the last backup or name another file",
        "malformed": "the file is damaged: stop the worker and restore the last backup",
        "disk i/o": "check the disk (dmesg, df -h); stop the worker and restore the last backup if it stays",
        "already exists": "this database is another program's; name another one, nothing was changed",
        REPLACED: "start the worker, or the board, again: it works on the new file then",
        "locked": "another program keeps the database busy; stop it",
    }
    cure = next(
        (cure for sign, cure in cures.items() if sign in said.lower()), "check that the database is running"
    )
    return Misconfigured(f"the database {where} cannot be used: {said}", cure=cure)


def free_bytes(file: Path) -> int:
    """How much room there is on the disk of the database."""
    return shutil.disk_usage(file.parent).free


def _is_full(file: Path | None) -> bool:
    try:
        return file is not None and free_bytes(file) < LEAST_FREE_BYTES
    except OSError:  # a disk that answers nothing at all is not known to be full
        return False


def _engine(url: str, one_file: OneFile) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        meant_for_postgresql()
        line = {name: value for name, value in _LINE.items() if name not in parsed.query}
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=line)
        event.listen(engine, "handle_error", _without_the_row)
        return engine
    # Each lane and thread has a connection; a hundred statements kept ready in each, the usual, are much memory.
    arguments = {"timeout": BUSY_SECONDS, "cached_statements": 16}
    engine = create_engine(parsed, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "do_connect", one_file.connect)
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
    # After a long reader the log may be long; what it took is given back when it begins anew.
    cursor.execute(f"PRAGMA journal_size_limit = {LONG_LOG}")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted must not stay legible in the file's free pages.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()


def _without_the_row(context: ExceptionContext) -> None:
    """PostgreSQL quotes the whole row that it refuses, a token or a patient's words, in a line of detail."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING, False):
        # The driver itself: this never waits nor fails, and a reader begins hundreds of times a minute.
        connection.connection.cursor().execute("BEGIN")
        return
    hasty = options.get(NOTING, False)
    if hasty != connection.info.get(NOTING, False):
        # SQLite takes this word only outside of a transaction, so the next writer takes it back.
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if hasty else 'FULL'}")
        connection.info[NOTING] = hasty
    patience = max(BUSY_SECONDS - options.get(WAITED, 0.0), LEAST_PATIENCE)
    if patience != connection.info.get(WAITED, BUSY_SECONDS):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
        connection.info[WAITED] = patience
    connection.exec_driver_sql("BEGIN IMMEDIATE")
