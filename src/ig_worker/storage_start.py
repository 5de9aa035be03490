"""Before a worker starts: waits and tells the operators while nothing can be written, or that there is nothing left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker.clock import pause
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.ports import Clock
from ig_worker.storage_watch import PASSING, TRY_EVERY, StorageWatch, watch_of
from ig_worker.store.database import Database
from ig_worker.store.schema import SCHEMA_VERSION
from ig_worker.store.writable import AWAY, DAMAGED, GONE, hidden

if TYPE_CHECKING:
    from ig_worker.config import Settings


def wait_until_usable(settings: Settings, clock: Clock) -> None:
    """Before a worker starts: wait, and tell the operators, while nothing can be written.

    After a power cut a disk often comes back read-only, or full, and a server of PostgreSQL later than the worker: a
    worker that ended there would be started again and again, and nobody told. What only a person can mend otherwise
    (no database, another schema, no server where no worker has been before) is for the start itself to say.
    """
    database = Database(settings.database_url)
    try:
        watch = watch_of(database, settings, None, clock)
        if (file := database.sqlite_file) is None:
            _wait_for_server(database, watch)
            return
        if not hidden(file) and (not file.exists() or _is_for_nobody(database)):
            if watch.has_been_here and (ruin := _ruin_of(database, file)) is not None:
                watch.tell_at_the_end(ruin)
            return
        while watch.begin():
            watch.tell()
            if watch.trouble is not None and watch.trouble.kind not in PASSING:
                return
            pause(TRY_EVERY)
    finally:
        database.close()


def _wait_for_server(database: Database, watch: StorageWatch) -> None:
    """The same for PostgreSQL. An address at which no worker has ever worked may be a slip of who types it."""
    # Looked at each time: whoever brings the server back may bring a database of another schema.
    while watch.has_been_here and not _is_for_nobody(database) and watch.begin():
        watch.tell()
        if watch.trouble is not None and watch.trouble.kind not in (*PASSING, AWAY):
            return
        pause(TRY_EVERY)


def _is_for_nobody(database: Database) -> bool:
    """Whether it is no database at all, or one of another schema: no waiting mends it, no trial may change it."""
    try:
        return database.version() != SCHEMA_VERSION
    except Misconfigured as error:
        return "not a database" in str(error)


def _ruin_of(database: Database, file: Path) -> tuple[str, str] | None:
    """What became of a database that a worker has worked on; None where it is one of another schema."""
    if not file.exists():
        return GONE, f"the database {file} is not there any more"
    try:
        return None if database.version() is not None else (DAMAGED, f"the database {file} is empty")
    except Misconfigured as error:
        return DAMAGED, str(error)
