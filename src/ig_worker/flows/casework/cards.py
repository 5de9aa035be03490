"""Sees to it that every message of a case has its card: at once, and patiently where that fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ig_worker.domain.card_tries import TRIES_BEFORE_TELLING, is_late, is_long_known, next_try
from ig_worker.domain.errors import IgWorkerError, NeedsPerson
from ig_worker.flows.casework.evidence import EvidenceRoom, Piece
from ig_worker.flows.casework.later_letters import LaterLetters
from ig_worker.flows.casework.letters import Letters
from ig_worker.flows.casework.what_was_said import Change
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, evidenced
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

HOPELESS = 3
"""After so many failures in a row the other cards of a pass are not tried: what is told must not wait for them."""


class Cards:
    """The cards of one account's cases."""

    def __init__(
        self,
        account: str,
        database: Database,
        evidence: EvidenceRoom,
        letters: Letters,
        later: LaterLetters,
        clock: Clock,
    ) -> None:
        self._account = account
        self._database = database
        self._evidence = evidence
        self._letters = letters
        self._later = later
        self._clock = clock
        self._failures = 0
        self._told: set[str] = set()

    def new_pass(self) -> None:
        """What failed in the last pass may work in this one."""
        self._failures = 0
        self._evidence.new_pass()

    def missing(self, messages: Iterable[Row[Any]]) -> list[Row[Any]]:
        """Those without a card for which the notice waits still."""
        return [
            message
            for message in messages
            if message.evidence_id is None
            and not is_late(message.card_attempts)
            and self._evidence.may_draw(message)
        ]

    def make(self, stored: StoredCase, messages: Iterable[Row[Any]]) -> bool:
        """Make these cards; says whether none failed. One that failed is tried again in the next pass."""
        worked = [self._make(stored, message) for message in messages]
        return all(worked)

    def make_late_ones(self) -> None:
        """Try again what failed for long, one after the other until one fails."""
        now = self._clock.now()
        with self._database.reading() as connection:
            late = evidenced.late(connection, self._account, now, TRIES_BEFORE_TELLING)
        for message in late:
            if not self._evidence.may_draw(message):
                continue
            with self._database.reading() as connection:
                stored = cases.get(connection, message.number)
            if stored is None or not self._make(stored, message):
                return

    def draw(self, stored: StoredCase, message: Row[Any], change: Change | None = None) -> Piece | None:
        """Draw one piece; None where it failed, which is counted: it is tried again later."""
        now = self._clock.now()
        try:
            if self._failures >= HOPELESS:
                raise NeedsPerson("the cards before it could not be made either")
            piece = self._evidence.make(stored.row, message, now, change)
        except IgWorkerError as error:
            self.failed(stored, message, error, now)
            return None
        self._failures = 0
        return piece

    def hang(self, connection: Connection, piece: Piece) -> bool:
        """Hang what was drawn; False where it hangs already, or must be drawn anew."""
        hung = self._evidence.hang_up(connection, piece)
        if hung and self._told:
            log.info("evidence cards can be made again")
            self._told.clear()
        return hung

    def _make(self, stored: StoredCase, message: Row[Any]) -> bool:
        piece = self.draw(stored, message)
        if piece is None:
            if stored.row.notices_written and message.card_attempts + 1 == TRIES_BEFORE_TELLING:
                with self._database.writing() as connection:
                    self._letters.tell_more(connection, stored, message, (), self._clock.now())
            return False
        try:
            with self._database.writing() as connection:
                if self.hang(connection, piece) and stored.row.notices_written:
                    self._tell(connection, stored, message, piece)
        except NeedsPerson as error:
            self.failed(stored, message, error, piece.made_at)
            return False
        return True

    def _tell(self, connection: Connection, stored: StoredCase, message: Row[Any], piece: Piece) -> None:
        if is_late(message.card_attempts):
            self._later.picture_at_last(connection, stored, message, piece.path, piece.made_at)
        else:
            self._letters.tell_more(connection, stored, message, (piece.path,), piece.made_at)

    def failed(self, stored: StoredCase, message: Row[Any], error: IgWorkerError, now: datetime) -> None:
        """Count it, and keep when it is tried again."""
        self._failures += 1
        # The same trouble of many cards, a full disk for example, is one line of the log.
        trouble = str(error).rpartition(": ")[2]
        if trouble not in self._told and self._failures <= HOPELESS:
            log.warning("no evidence card for case %s yet: %s", stored.number, error)
            self._told.add(trouble)
        with self._database.writing() as connection:
            again = next_try(message.card_attempts + 1, now)
            evidenced.failed(connection, message.id, str(error), again)
            if is_late(message.card_attempts + 1) and self._failures <= HOPELESS:
                weekly = is_long_known(message.card_attempts + 1)
                self._later.none_can_be_made(connection, stored.number, error, now, weekly=weekly)
