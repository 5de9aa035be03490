"""Tells those on duty of words about a danger to somebody's life, at once and at any hour."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.case_letter import chain_line, quoted
from ig_worker.flows.casework.letters import CHANNELS
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, chain, messages
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

ALARM_AGE = timedelta(days=7)
"""How long after it was first seen a danger may still be told of: after an outage, rather late than never."""


class Alarms:
    """One account's alarms."""

    def __init__(self, account: str, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def run(self) -> None:
        """Tell those on duty of dangers that belong to no case, a question for example."""
        now = self._clock.now()
        with self._database.reading() as connection:
            endangered = messages.alarms(connection, self._account, now - ALARM_AGE)
            graver = messages.dangers_in_mild_cases(connection, self._account)
        for message in endangered:
            with self._database.writing() as connection:
                self.tell(connection, message, "", now)

        for message, case_id, number in graver:
            with self._database.writing() as connection:
                cases.raise_severity(connection, case_id, "darurat")
                self.tell(connection, message, number, now)

    def tell(self, connection: Connection, message: Row[Any], number: str, now: datetime) -> None:
        """One notice a message, at once; to whoever is there where nobody is named as on duty."""
        lines = [
            f"{CHANNELS[message.channel]} tentang keadaan yang mungkin mengancam jiwa:",
            quoted(message.text, 400),
            "Mohon segera ditanggapi oleh petugas. Untuk gawat darurat arahkan ke 119.",
            f"Lihat: ig-worker inbox show {message.id}",
        ]
        if number:
            lines += [
                f"Kasus: ig-worker cases show {number}",
                chain_line(chain.head(connection, self._account)),
            ]
        letter = Letter(f"alarm:{message.id}", f"DARURAT {number}".strip(), "\n".join(lines))
        team = next((one for one in ("on_duty", "complaint_team") if self._outbox.knows(one)), "operators")
        if not self._outbox.knows(team):
            log.error("nobody is told of a danger in message %s: [notify] names nobody", message.id)
        self._outbox.tell(connection, now, team, letter)
