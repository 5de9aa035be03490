"""What becomes of a case's messages later, edits and deletions, becomes further evidence, and the team is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ig_worker.domain.card_tries import TRIES_BEFORE_TELLING
from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.casework.cards import Cards
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.later_letters import LaterLetters
from ig_worker.flows.casework.what_was_said import Change
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, evidenced
from ig_worker.store.database import Database, Row

log = logging.getLogger(__name__)


class Changes:
    """Follows the messages of one account's cases."""

    def __init__(
        self,
        account: str,
        database: Database,
        evidence: EvidenceRoom,
        cards: Cards,
        later: LaterLetters,
        clock: Clock,
    ) -> None:
        self._account = account
        self._database = database
        self._evidence = evidence
        self._cards = cards
        self._later = later
        self._clock = clock

    def run(self) -> None:
        """Draw each edit and each deletion once. What the sender took back is drawn only where that is the policy."""
        now = self._clock.now()
        with self._database.reading() as connection:
            edited = evidenced.edits(connection, self._account, now)
            deleted = evidenced.deletions(connection, self._account, now)
        may_draw, may_say = self._evidence.may_draw, self._evidence.may_say_deleted
        drawable = [each for each in _edits(edited) if may_draw(each[0])]
        drawable += [each for each in _deletions(deleted) if may_say(each[0])]
        for message, change in drawable:
            if not self._follow(message, change):
                # The next edit of the same message must not overtake this one; another pass tries again.
                return

    def _follow(self, message: Row[Any], change: Change) -> bool:
        with self._database.reading() as connection:
            stored = cases.get(connection, message.number)
        assert stored is not None
        piece = self._cards.draw(stored, message, change)
        if piece is None:
            if message.card_attempts + 1 == TRIES_BEFORE_TELLING:
                with self._database.writing() as connection:
                    self._later.changed(connection, stored, message, change, (), self._clock.now())
            return False
        try:
            with self._database.writing() as connection:
                hung = self._cards.hang(connection, piece)
                if hung:
                    self._later.changed(connection, stored, message, change, (piece.path,), piece.made_at)
        except NeedsPerson as error:
            self._cards.failed(stored, message, error, piece.made_at)
            return False
        return hung


def _edits(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], Change]]:
    """Each edit with the words before and after it: those after it are those before the next one."""
    for _, group in groupby(rows, key=lambda row: row.id):
        lines = list(group)
        words = [line.journal_says.removeprefix(evidenced.EDITED) for line in lines] + [lines[-1].text]
        for place, line in enumerate(lines):
            yield line, Change("edited", line.edit_at, words[place], words[place + 1], line.line)


def _deletions(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], Change]]:
    for row in rows:
        yield row, Change("deleted", row.deleted_at, row.text, row.text)
