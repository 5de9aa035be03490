"""Keeps the staging room clean, and looks for posts that wait in vain."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol

from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.ports import Clock
from ig_worker.store import posts, publishing
from ig_worker.store.database import LONG_LOG, Database

log = logging.getLogger(__name__)

OVERDUE = timedelta(hours=3)
"""So long after its time a post of an account that nobody works for has waited in vain."""

LEFTOVER_AGE = timedelta(hours=1)
"""A staged file this old that no post knows was left behind by an interruption."""


class StagingRoom(Protocol):
    """What cleaning needs of the staging room."""

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        """Names of staged files that are not known and have not been changed for that long."""
        ...

    def unstage(self, name: str) -> None: ...

    def sweep(self, age: timedelta) -> None:
        """Remove what was left half done and has not been touched for that long."""
        ...


class UploadRoom(Protocol):
    """What cleaning needs of what people uploaded on the board."""

    def sweep(self) -> int:
        """Remove what nobody has taken for a day; returns how many there were."""
        ...


class Housekeeper:
    """Removes files that nothing needs any more, and looks for posts that nobody would publish."""

    def __init__(
        self,
        database: Database,
        staging: StagingRoom,
        uploads: UploadRoom,
        clock: Clock,
        accounts: Collection[str],
    ) -> None:
        self._database = database
        self._staging = staging
        self._uploads = uploads
        self._clock = clock
        self._accounts = accounts

    def run(self) -> None:
        """One round. Raises Misconfigured where posts wait in vain for an account not in the configuration."""
        with self._database.reading() as connection:
            known = posts.staged_names(connection)
        for name in self._staging.leftovers(known, LEFTOVER_AGE):
            self._staging.unstage(name)
            log.info("removed a staged file that no post needs")
        self._staging.sweep(LEFTOVER_AGE)
        self._database.shorten_log(LONG_LOG)
        if old := self._uploads.sweep():
            log.info("removed %d uploads that nobody took", old)
        # Another worker with other accounts may share the database: what it has published in time is no trouble.
        overdue = self._clock.now() - OVERDUE
        with self._database.reading() as connection:
            elsewhere = publishing.waiting_elsewhere(connection, self._accounts, overdue)
        if elsewhere:
            posts_of = ", ".join(f"{count} of {name}" for name, count in elsewhere.items())
            raise Misconfigured(
                f"posts wait for accounts that the configuration does not name: {posts_of}",
                cure="name the account under [accounts] again, or cancel them (ig-worker posts cancel)",
            )
