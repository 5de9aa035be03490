"""The shelf of what Instagram has refused to tell, forgotten after a month so that it is asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select

from ig_worker.store.database import Database
from ig_worker.store.rows import put
from ig_worker.store.schema import refusals

FORGOTTEN_AFTER = timedelta(days=30)
"""What Meta has taken away may come back; asking costs one refused call."""

LONGEST_NAME = 80, 120
"""Characters of a scope and of a name."""


class Clock(Protocol):
    """What the shelf needs to know of the time."""

    def now(self) -> datetime: ...


class RefusalShelf:
    """One account's refusals, kept longer than a process lives."""

    def __init__(self, account: str, database: Database, clock: Clock) -> None:
        self._account = account
        self._database = database
        self._clock = clock

    def load(self) -> Mapping[str, Mapping[str, str]]:
        """What was refused in the last thirty days: scope, name, Meta's words."""
        since = self._clock.now() - FORGOTTEN_AFTER
        query = select(refusals.c.scope, refusals.c.name, refusals.c.words).where(
            refusals.c.account == self._account, refusals.c.refused_at > since
        )
        found: dict[str, dict[str, str]] = {}
        with self._database.reading() as connection:
            for scope, name, words in connection.execute(query):
                found.setdefault(scope, {})[name] = words
        return found

    def keep(self, scope: str, name: str, words: str) -> None:
        """It was refused now, in these words."""
        now = self._clock.now()
        row = {
            "account": self._account,
            "scope": scope[: LONGEST_NAME[0]],
            "name": name[: LONGEST_NAME[1]],
            "words": words.replace("\0", ""),
            "refused_at": now,
        }
        with self._database.writing() as connection:
            put(connection, refusals, row)
            connection.execute(delete(refusals).where(refusals.c.refused_at <= now - FORGOTTEN_AFTER))
