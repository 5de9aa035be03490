"""Takes what lies in the outbox to its recipients, each at least once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.domain.notice import Due, Event, Rules, after_failure, apply, by_ones_and_together, goes_alone
from ig_worker.flows import digests
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Messenger
from ig_worker.store import notices
from ig_worker.store.database import Database, Row
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
        """Try every notice that is due. One that fails never keeps the others back.

        Many for one recipient become one message; each keeps its own line in the outbox.
        """
        now = self._clock.now()
        with self._database.reading() as connection:
            due = notices.due(connection, now)
            lately = notices.sent_since(connection, now - self._rules.digest_within) if due else {}
        by_target: dict[str, list[StoredNotice]] = {}
        for stored in due:
            by_target.setdefault(stored.row.target, []).append(stored)
        singly, together = set[int](), list[list[StoredNotice]]()
        for target, group in by_target.items():
            lying = [Due(_alone(stored.row), stored.notice.written_at) for stored in group]
            ones, many = by_ones_and_together(lying, lately.get(target, 0), now, self._rules)
            singly |= {group[place].id for place in ones}
            together += digests.parted([group[place] for place in many])
        for stored in due:
            if stored.id in singly:
                self._send([stored], stored.row.title, stored.row.body, stored.row.attachments)
        for part in together:
            if len(part) == 1:
                self._send(part, part[0].row.title, part[0].row.body, part[0].row.attachments)
            else:
                self._send(part, digests.title_of(part), digests.body_of(part), ())

    def _send(self, several: Sequence[StoredNotice], title: str, body: str, files: Iterable[str]) -> None:
        """One message, for one notice or for several to the same recipient."""
        row = several[0].row
        url = self._addresses.urls.get(row.target)
        try:
            if url is None:
                raise Misconfigured("this recipient is no longer in the configuration")
            self._messenger.send(url, title, body, [self._data_dir / path for path in files])
        except IgWorkerError as error:
            for stored in several:
                self._missed(stored, str(error), final=url is None)
            return
        now = self._clock.now()
        with self._database.writing() as connection:
            for stored in several:
                notices.save(connection, stored, apply(stored.notice, Event.ARRIVED, now, self._rules))
        log.info("told %s of %s", row.channel, ", ".join(stored.row.key for stored in several))

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


def _alone(row: Row[Any]) -> bool:
    return goes_alone(
        row.title, row.body, about_a_case=row.case_id is not None, with_files=bool(row.attachments)
    )
