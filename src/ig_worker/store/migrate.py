"""Bringing the database to the newest schema: one process at a time, with a copy made first.

Run as a short process of its own (``python -m ig_worker.store.migrate``), so that the worker never carries alembic.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.store.database import Database, StorageError, unreadable
from ig_worker.store.schema import SCHEMA_VERSION

ADVISORY_LOCK = 0x16_3A_92_01
"""PostgreSQL's number for "an ig-worker upgrade is running in this database"."""


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    carried = package / "migrations"
    return carried if carried.is_dir() else package.parents[1] / "migrations"


def upgrade_in_own_process(url: str) -> None:
    """Bring the database to the newest schema; raises Misconfigured with the reason if that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "ig_worker.store.migrate"],
        input=url,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason, _, cure = (done.stderr.strip() or "the upgrade ended without a word").partition("\ncure: ")
        raise Misconfigured(
            reason.splitlines()[-1], cure=cure or "look at the log; the copy made before is untouched"
        )


def upgrade(url: str) -> None:
    """Bring the database to the newest schema, in this process."""
    database = Database(url)
    try:
        if (file := database.sqlite_file) is not None:
            _make_folder(file.parent)
        with _alone(file):
            found = database.version()
            if found is not None and found > SCHEMA_VERSION:
                database.require_schema()
            if file is not None and found is not None and found != SCHEMA_VERSION:
                _copy(file, found)
            _run(database)
    except StorageError as error:
        raise unreadable(database, error) from None
    finally:
        database.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"cannot make the data folder {folder}: {error.strerror}",
            cure="name another data_dir, or make its parent writable for the worker's user",
        ) from None


def _run(database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            _wait_for_others(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Misconfigured(
                f"the database cannot be brought to schema {SCHEMA_VERSION}: {error}",
                cure="restore the last backup, or name another database; nothing was changed",
            ) from None


def _wait_for_others(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})


@contextmanager
def _alone(file: Path | None) -> Iterator[None]:
    if file is None:
        yield
        return
    try:
        handle = os.open(file.with_name(file.name + ".upgrade"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"cannot write beside {file}: {error.strerror}",
            cure="make the data folder writable for the worker's user",
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _copy(file: Path, version: str) -> None:
    """A consistent copy beside the database, taken online."""
    target = file.with_name(f"{file.stem}-before-upgrade-from-{version}{file.suffix}")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise Misconfigured(
            f"no copy of {file} could be made before the upgrade: {error}",
            cure="free some space and make the folder writable; nothing was changed",
        ) from None


def main() -> int:
    """Upgrade the database whose URL comes on standard input (an argument would show in the process list)."""
    url = sys.stdin.read().strip()
    try:
        upgrade(url)
    except IgWorkerError as error:
        sys.stderr.write(f"{error}\ncure: {error.cure}" if error.cure else str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
