"""Keeps the list of messages that wait for a person: who begins to wait, and for whom the waiting is over."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ig_worker.flows.ports import Clock
from ig_worker.store import messages, waiting
from ig_worker.store.database import Database

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Messages in one transaction: after an outage of weeks nobody else waits long for the database."""


class Register:
    """The list for these accounts."""

    def __init__(self, accounts: Sequence[str], database: Database, clock: Clock) -> None:
        self._accounts = tuple(accounts)
        self._database = database
        self._clock = clock

    def run(self) -> None:
        """Bring the list up to what is known of the messages now."""
        with self._database.reading() as connection:
            released = waiting.released(connection, self._accounts)
            answered = [
                (message.id, waiting.answered_by(connection, message))
                for message in waiting.perhaps_answered(connection, self._accounts)
                if messages.answered_by_us(connection, message)
            ]
            resumed = waiting.resumed(connection, self._accounts)
        for message_id, by in (*released, *answered):
            with self._database.writing() as connection:
                waiting.settle(connection, message_id, by, self._clock.now())
        for message_id in resumed:
            with self._database.writing() as connection:
                waiting.begin_again(connection, message_id, self._clock.now())
        self._begin()

    def _begin(self) -> None:
        with self._database.reading() as connection:
            fresh = waiting.beginning(connection, self._accounts)
        for start in range(0, len(fresh), AT_ONCE):
            now = self._clock.now()
            with self._database.writing() as connection:
                for message in fresh[start : start + AT_ONCE]:
                    if messages.answered_by_us(connection, message):
                        by = waiting.answered_by(connection, message)
                        waiting.begin_answered(connection, message, by, now)
                        continue
                    # What became a question only later has waited since then, not since it was read.
                    changed = message.edited_at is not None or message.label_by
                    waiting.begin(connection, message, now if changed else message.first_seen_at, now)
        if fresh:
            log.info("%d messages wait for a person", len(fresh))
