"""Notes in the register when the centre first answered a case on Instagram; the worker's own words are no answer."""

from __future__ import annotations

import logging
from datetime import datetime

from ig_worker.domain.case import REOPENED_FOR, Event, apply
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, first_answers, journal
from ig_worker.store.centre_words import Said
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)


class Answered:
    """One account's first answers."""

    def __init__(self, account: str, database: Database, clock: Clock) -> None:
        self._account = account
        self._database = database
        self._clock = clock

    def run(self) -> None:
        """Note it in each case that was answered since the last look, and in the one in which a merged one goes on."""
        now = self._clock.now()
        with self._database.reading() as connection:
            found = first_answers.unnoticed(connection, self._account, now - REOPENED_FOR)
        for stored, answer in found:
            with self._database.writing() as connection:
                self._note(connection, stored.number, answer, now)
                goes_on = cases.goes_on_in(connection, stored)
                if goes_on.number != stored.number:
                    self._note(connection, goes_on.number, answer, now)

    def _note(self, connection: Connection, number: str, answer: Said, now: datetime) -> None:
        stored = cases.hold(connection, number)
        if stored is None or stored.case.first_response_at is not None:
            return
        after = apply(stored.case, Event.ANSWERED, answer.at)
        register = {}
        if answer.by and stored.case.acknowledged_at is None:
            register["acknowledged_by"] = answer.by
        cases.save(
            connection,
            stored,
            after,
            now,
            "answered on Instagram",
            who=answer.by or journal.WORKER,
            **register,
        )
        log.info("case %s was answered on Instagram", number, extra={"action": "answered", "case": number})
