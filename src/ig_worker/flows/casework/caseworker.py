"""Makes a case of every complaint and suggestion, with evidence, and writes the notices to the right people.

The Polowijen SOP: suggestions and complaints are screenshotted and communicated internally so that they are handled
quickly. The screenshot's place is taken by a card rendered from what the API said.
"""

from __future__ import annotations

from ig_worker.domain.case import Event, Standing, Step, apply, decide
from ig_worker.flows.casework.alarms import Alarms
from ig_worker.flows.casework.answered import Answered
from ig_worker.flows.casework.cards import Cards
from ig_worker.flows.casework.changes import Changes
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.later_letters import LaterLetters
from ig_worker.flows.casework.letters import Letters
from ig_worker.flows.casework.opening import Opening, Rules
from ig_worker.flows.each import Each
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import cases
from ig_worker.store.database import Database


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
        self._clock = clock
        self._alarms = Alarms(account, database, outbox, clock)
        self._opening = Opening(account, database, self._alarms, clock, rules)
        self._answered = Answered(account, database, clock)
        self._letters = Letters(account, outbox, rules.zone, rules.people)
        later = LaterLetters(self._letters, rules.zone)
        self._cards = Cards(account, database, evidence, self._letters, later, clock)
        self._changes = Changes(account, database, evidence, self._cards, later, clock)

    def run(self) -> None:
        """Open what must be opened, note who was answered, make the cards that are missing, write the notices.

        One case that fails keeps no other one waiting. Last comes what nobody waits for: cards that failed for
        long, and what became of messages later.
        """
        self._cards.new_pass()
        each = Each()
        self._opening.run(each)
        self._alarms.run()
        self._answered.run()
        with self._database.reading() as connection:
            waiting = cases.unfinished(connection, self._account)
        for stored in waiting:
            each.do(f"case {stored.number}", self._bring_on, stored.number)
        each.do("late evidence cards", self._cards.make_late_ones)
        each.do("what became of messages", self._changes.run)
        each.end()

    def _bring_on(self, number: str) -> None:
        """Take the case as far as it goes now."""
        while True:
            now = self._clock.now()
            with self._database.reading() as connection:
                stored = cases.get(connection, number)
                assert stored is not None
                missing = self._cards.missing(cases.messages_of(connection, stored.id))
                standing = Standing(
                    cards_missing=len(missing),
                    notices_written=stored.row.notices_written,
                    notice_arrived=cases.notice_arrived(connection, stored.id),
                )
            match decide(stored.case, now, standing):
                case Step.MAKE_EVIDENCE:
                    if not self._cards.make(stored, missing):
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
