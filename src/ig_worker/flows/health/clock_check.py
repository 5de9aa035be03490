"""Whether the machine's clock is right: a fact for status and doctor, and a letter when that changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ig_worker.flows.health import letters
from ig_worker.flows.outbox import Letter
from ig_worker.store import facts
from ig_worker.store.database import Connection

log = logging.getLogger(__name__)

SKEW, TOLD = "clock_skew", "clock_told"
"""Facts: by how many seconds the machine is ahead of Instagram (below zero: behind), and whether that was told."""

WRONG, RIGHT = 60.0, 30.0
"""Seconds from which on a clock is wrong, and below which it is right again."""

MOVED = 5.0
"""Seconds of difference that are worth writing down again."""

AT_LEAST_EVERY = timedelta(hours=6)


class ClockCheck:
    """`ahead` says by how many seconds the machine's clock is ahead; None where nobody said."""

    def __init__(self, ahead: Callable[[], float | None]) -> None:
        self._ahead = ahead

    def look(self, connection: Connection, now: datetime) -> Letter | None:
        """Write down how far it is off; the letter to send where that became wrong or right."""
        ahead = self._ahead()
        if ahead is None:
            return None
        row = facts.read(connection, SKEW)
        if row is None or abs(float(row.value) - ahead) > MOVED or abs(now - row.at) > AT_LEAST_EVERY:
            facts.write(connection, SKEW, f"{ahead:.0f}", now)
        row = facts.read(connection, TOLD)
        told = row is not None and row.value == "wrong"
        if abs(ahead) > WRONG and not told:
            facts.write(connection, TOLD, "wrong", now)
            log.error(
                "the machine's clock is %.0f s ahead of Instagram's", ahead, extra={"action": "clock_wrong"}
            )
            return letters.clock_wrong(ahead, now)
        if abs(ahead) < RIGHT and told:
            facts.write(connection, TOLD, "right", now)
            log.warning("the machine's clock is right again", extra={"action": "clock_right"})
            return letters.clock_right(now)
        return None
