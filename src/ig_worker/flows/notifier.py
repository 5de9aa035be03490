"""Takes what lies in the outbox to its recipients, each at least once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.domain.notice import Event, Rules, after_failure, apply
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Messenger
from ig_worker.store import notices
from ig_worker.store.database import Database
from ig_worker.store.notices import StoredNotice

log = logging.getLogger(__name__)

OPERATORS = "operators"


@dataclass(frozen=True)
class Addresses:
    """The addresses behind the recipients' hashes: they stay in the configuration, never in the database."""

    urls: Mapping[str, str] = field(repr=False)


class Notifier:
    """Sends due notices."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        outbox: Outbox,
        addresses: Addresses,
        data_dir: Path,
        clock: Clock,
        rules: Rules | None = None,
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._outbox = outbox
        self._addresses = addresses
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules or Rules()

    def run(self) -> None:
        """Try every notice that is due. One that fails never keeps the others back."""
        with self._database.reading() as connection:
            due = notices.due(connection, self._clock.now())
        for stored in due:
            self._send(stored)

    def _send(self, stored: StoredNotice) -> None:
        row = stored.row
        url = self._addresses.urls.get(row.target)
        try:
            if url is None:
                raise Misconfigured("this recipient is no longer in the configuration")
            attachments = [self._data_dir / path for path in row.attachments]
            self._messenger.send(url, row.title, row.body, attachments)
        except IgWorkerError as error:
            self._missed(stored, str(error), final=url is None)
            return
        now = self._clock.now()
        with self._database.writing() as connection:
            notices.save(connection, stored, apply(stored.notice, Event.ARRIVED, now, self._rules))
        log.info("told %s of %s", row.channel, row.key)

    def _missed(self, stored: StoredNotice, reason: str, *, final: bool) -> None:
        now = self._clock.now()
        event = Event.GIVE_UP if final else after_failure(stored.notice, now, self._rules)
        after = apply(stored.notice, event, now, self._rules, reason)
        with self._database.writing() as connection:
            notices.save(connection, stored, after)
            if event is Event.GIVE_UP and stored.row.team != OPERATORS:
                self._outbox.tell(connection, now, OPERATORS, _undelivered(stored, reason))
        log.warning("could not tell %s of %s: %s", stored.row.channel, stored.row.key, reason)


def _undelivered(stored: StoredNotice, reason: str) -> Letter:
    return Letter(
        key=f"undelivered:{stored.id}",
        title=f"Pemberitahuan {stored.row.key} tidak sampai",
        body=(
            f"{stored.row.channel} ({stored.row.team}) tidak dapat dihubungi: {reason}\n"
            f"Mohon sampaikan sendiri: {stored.row.title}"
        ),
    )
