"""Bringing the database to the newest schema: one process at a time, with a copy made first.

Run as a short process of its own (``python -m ig_worker.store.migrate``), so that the worker never carries alembic.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.store.database import Database, StorageError, unreadable
from ig_worker.store.lock import AnotherWorks, no_workers, only_worker
from ig_worker.store.schema import SCHEMA_VERSION
from ig_worker.store.upgrade_copy import copy_before_upgrade

ADVISORY_LOCK = 0x16_3A_92_01
"""PostgreSQL's number for "an ig-worker upgrade is running in this database"."""


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    carried = package / "migrations"
    return carried if carried.is_dir() else package.parents[1] / "migrations"


def upgrade_in_own_process(url: str) -> list[str]:
    """Bring the database to the newest schema; returns what was done, a line a step.

    Raises Misconfigured with the reason if that fails.
    """
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
    return done.stdout.splitlines()


def upgrade(url: str, say: Callable[[str], object] = lambda line: None) -> None:
    """Bring the database to the newest schema, in this process; `say` hears each step.

    It happens as a whole or not at all: every migration is in one transaction. While a worker works on the database it
    is refused, unless there is nothing to do.
    """
    database = Database(url)
    try:
        if (file := database.sqlite_file) is not None:
            _make_folder(file.parent)
        with _alone(file) if file is not None else _in_turn(database):
            if file is not None and not file.exists():
                # It will hold tokens and what patients write: nobody else's to read.
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            found = database.version()
            if found is not None and found > SCHEMA_VERSION:
                database.require_schema()
            if found == SCHEMA_VERSION:
                say(f"The schema is {found} already: nothing to do.")
                return
            database.require_utf8()
            with _without_a_worker(database):
                say(f"From {f'schema {found}' if found else 'an empty database'} to schema {SCHEMA_VERSION}.")
                if file is not None and found is not None:
                    copy = copy_before_upgrade(file, found)
                    say(f"A copy was made and read through: {copy} ({copy.stat().st_size:,} bytes).")
                elif found is not None:
                    say(
                        "No copy is made of PostgreSQL (that is for pg_dump); all happens in one transaction."
                    )
                _run(database)
                say(f"Schema {SCHEMA_VERSION} is in place.")
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
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Misconfigured(
                f"the database cannot be brought to schema {SCHEMA_VERSION}: {error}",
                cure="restore the last backup, or name another database; nothing was changed",
            ) from None


@contextmanager
def _in_turn(database: Database) -> Iterator[None]:
    """On PostgreSQL one upgrade at a time; the others wait, and find nothing to do."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.invalidate()  # with its connection goes the lock


@contextmanager
def _alone(file: Path) -> Iterator[None]:
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


@contextmanager
def _without_a_worker(database: Database) -> Iterator[None]:
    """Hold what a worker holds while it runs, so that none does; Misconfigured where one does."""
    try:
        with only_worker(database.sqlite_file) if database.sqlite_file else no_workers(database):
            yield
    except AnotherWorks as error:
        raise Misconfigured(
            f"{error}: it must not be upgraded under a worker's hands",
            cure="stop the worker, run db upgrade again, and start the worker; nothing was changed",
        ) from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Upgrade the database whose URL comes on standard input (an argument would show in the process list)."""
    url = sys.stdin.read().strip()
    try:
        upgrade(url, _say)
    except IgWorkerError as error:
        sys.stderr.write(f"{error}\ncure: {error.cure}" if error.cure else str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
