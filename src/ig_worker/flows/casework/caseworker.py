"""Makes a case of every complaint and suggestion, with evidence, and writes the notices to the right people.

The Polowijen SOP: suggestions and complaints are screenshotted and communicated internally so that they are handled
quickly. The screenshot's place is taken by a card rendered from what the API said.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from ig_worker.domain.case import Event, Standing, Step, apply, decide
from ig_worker.domain.errors import IgWorkerError
from ig_worker.flows.casework.alarms import Alarms
from ig_worker.flows.casework.answered import Answered
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.letters import Letters
from ig_worker.flows.casework.opening import Opening, Rules
from ig_worker.flows.each import Each
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, chain
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Database, Row

log = logging.getLogger(__name__)

MOST_CARD_ATTEMPTS = 3
"""After so many failed cards the team is told without a picture: a lost complaint would be worse."""


class Casework:
    """One account's cases."""

    def __init__(
        self,
        account: str,
        database: Database,
        evidence: EvidenceRoom,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._evidence = evidence
        self._clock = clock
        self._alarms = Alarms(account, database, outbox, clock)
        self._opening = Opening(account, database, self._alarms, clock, rules)
        self._answered = Answered(account, database, clock)
        self._letters = Letters(account, outbox, rules.zone, rules.people)

    def run(self) -> None:
        """Open what must be opened, note who was answered, make the cards that are missing, write the notices.

        One case that fails keeps no other one waiting.
        """
        each = Each()
        self._opening.run(each)
        self._alarms.run()
        self._answered.run()
        with self._database.reading() as connection:
            waiting = cases.unfinished(connection, self._account)
        for stored in waiting:
            each.do(f"case {stored.number}", self._bring_on, stored.number)
        each.end()

    def _bring_on(self, number: str) -> None:
        """Take the case as far as it goes now."""
        while True:
            now = self._clock.now()
            with self._database.reading() as connection:
                stored = cases.get(connection, number)
                assert stored is not None
                missing = [
                    message
                    for message in cases.messages_of(connection, stored.id)
                    if message.evidence_id is None and message.card_attempts < MOST_CARD_ATTEMPTS
                ]
                standing = Standing(
                    cards_missing=len(missing),
                    notices_written=stored.row.notices_written,
                    notice_arrived=cases.notice_arrived(connection, stored.id),
                )
            match decide(stored.case, now, standing):
                case Step.MAKE_EVIDENCE:
                    if not self._make_card(stored, missing[0], now):
                        return
                case Step.TELL:
                    with self._database.writing() as connection:
                        self._letters.tell(connection, stored, now)
                case Step.MARK_TOLD:
                    with self._database.writing() as connection:
                        after = apply(stored.case, Event.TOLD, now)
                        cases.save(connection, stored, after, now, "the team was told")
                case Step.NOTHING:
                    return

    def _make_card(self, stored: StoredCase, message: Row[Any], now: datetime) -> bool:
        """Make one card; says whether it worked. A card that fails is tried again in the next pass."""
        try:
            piece = self._evidence.make(stored.row, message, now)
        except IgWorkerError as error:
            log.warning("no evidence card for case %s yet: %s", stored.number, error)
            with self._database.writing() as connection:
                chain.card_failed(connection, message.id, str(error))
                if stored.row.notices_written and message.card_attempts + 1 >= MOST_CARD_ATTEMPTS:
                    self._letters.tell_more(connection, stored, message, (), now)
            return False
        with self._database.writing() as connection:
            self._evidence.hang_up(connection, piece, now)
            if stored.row.notices_written:
                self._letters.tell_more(connection, stored, message, (piece.path,), now)
        return True
