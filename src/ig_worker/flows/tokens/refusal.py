"""What happens at the moment Instagram says that a token is dead, in whatever lane that is: it is told once."""

from __future__ import annotations

import logging
from datetime import tzinfo

from ig_worker.domain.errors import ApiError
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.tokens import letters
from ig_worker.store.database import Database, StorageError
from ig_worker.store.stored_token import Verdict
from ig_worker.store.tokens import TokenShelf

log = logging.getLogger(__name__)


class Refusals:
    """One account's; every door to Instagram tells it of a 190."""

    def __init__(
        self,
        account: str,
        shelf: TokenShelf,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        zone: tzinfo,
        *,
        facebook: bool,
    ) -> None:
        self._account = account
        self._shelf = shelf
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._zone = zone
        self._facebook = facebook

    def heard(self, token: str, said: ApiError) -> None:
        """Write it down with the letter about it. Raises nothing: the call's own error is on its way already."""
        self.refused(token, f"{said.code}" if said.subcode is None else f"{said.code}/{said.subcode}")

    def refused(self, token: str, code: str) -> Verdict:
        """The same, of what was learned otherwise; says what it meant."""
        now = self._clock.now()
        try:
            with self._database.writing() as connection:
                verdict = self._shelf.refused(connection, self._account, token, code, now)
                letter = None
                if verdict is Verdict.DEAD:
                    letter = letters.stopped(
                        self._account, now, code, now, self._zone, facebook=self._facebook
                    )
                elif verdict is Verdict.WENT_BACK:
                    letter = letters.went_back(self._account, code, now, self._zone)
                if letter is not None:
                    self._outbox.tell(connection, now, "operators", letter)
        except StorageError as error:
            log.warning(
                "that the token of %s is refused could not be written down: %s",
                self._account,
                type(error).__name__,
            )
            return Verdict.KNOWN
        if verdict is Verdict.DEAD:
            log.error(
                "Instagram refuses the access token of %s (code %s): its jobs stop until there is a new one "
                "(ig-worker token exchange --short)",
                self._account,
                code,
            )
        elif verdict is Verdict.WENT_BACK:
            log.error(
                "Instagram refuses the fresh access token of %s (code %s): the one before it is used again",
                self._account,
                code,
            )
        return verdict
