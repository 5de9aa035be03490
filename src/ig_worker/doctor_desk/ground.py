"""What every look stands on: the settings, the time, and the database opened once for all who ask."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ig_worker import clock
from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.checking_up import shelves
from ig_worker.flows.checking_up.asking import reach
from ig_worker.flows.checking_up.rounds import WHOLE_SECONDS
from ig_worker.store.database import Database, StorageError, unreadable
from ig_worker.store.tokens import TokenShelf
from ig_worker.true_time import TrueTime

if TYPE_CHECKING:
    from ig_worker.config import Settings

log = logging.getLogger(__name__)

SENDING_SECONDS = 20.0
"""For one test notice."""


class Ground:
    """The settings, and the database as far as it can be opened; it needs none."""

    def __init__(self, settings: Settings, *, send: bool = False) -> None:
        """With `send`, one test notice goes to each channel."""
        self.settings = settings
        self._send = send
        self._now = (
            clock.PlayedClock(settings.played_clock) if settings.played_clock else clock.SystemClock()
        ).now
        self._tokens = TokenShelf(settings.security.key.get_secret_value())
        self.time = TrueTime(clock.SystemClock())
        self.asked = {name: threading.Event() for name in settings.accounts}
        """Set for each account once Instagram was asked about it."""
        self._opening = threading.Lock()
        self._opened: tuple[Database | None, Finding] | None = None

    @property
    def practising(self) -> bool:
        """Whether another server stands in for Meta's: one of this machine, or one that is spoken to in the clear."""
        base_url = urlsplit(self.settings.graph.base_url)
        host = base_url.hostname or ""
        return base_url.scheme == "http" or host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def seconds(self) -> float:
        """How long the round may take."""
        return WHOLE_SECONDS + (SENDING_SECONDS if self._send else 0.0)

    def _database(self) -> tuple[Database | None, Finding]:
        """Opened once for all who ask; None where it cannot be used."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> tuple[Database | None, Finding]:
        url = self.settings.database_url
        try:
            database = Database(url)
        except Misconfigured as error:
            return None, found("database", "unusable", said=str(error), advice=error.cure)
        where = database.where
        if reason := self._nobody_there(url):
            return None, found("database", "unreachable", said=reason)
        finding = shelves.the_database(database, where)
        if finding.what != "ok":
            database.close()
            return None, finding
        return database, finding

    def _database_finding(self) -> Finding:
        return self._database()[1]

    def _with_database(
        self, look: Callable[[Database], Iterable[Finding]]
    ) -> Callable[[], Iterable[Finding]]:
        """The look, where there is a database; without one it has nothing to say."""

        def at() -> Iterable[Finding]:
            database, _ = self._database()
            if database is None:
                return []
            try:
                return list(look(database))
            except StorageError as error:
                raise unreadable(database, error) from None

        return at

    @staticmethod
    def _nobody_there(url: str) -> str:
        """Why no database server answers there, empty where one does: its driver would wait for minutes."""
        parts = urlsplit(url)
        if parts.scheme.startswith("sqlite") or not parts.hostname:
            return ""
        return reach(parts.hostname, parts.port or 5432, tls=False)
