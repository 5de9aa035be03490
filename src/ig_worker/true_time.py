"""What time it really is: the machine's clock, held against what Instagram's answers say (their ``Date``)."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from ig_worker import clock

WRONG = 60.0
"""Seconds by which a clock may differ: below that it is right, for an answer says its time in whole seconds."""

HEARD = 5
"""Answers of which the middle one counts: a single odd one moves nothing."""

SLOWEST = 20.0
"""Seconds that an answer may have taken to say anything of the time."""

_START = datetime(2000, 1, 1, tzinfo=UTC)


class Machine(Protocol):
    """The machine's clock."""

    def now(self) -> datetime: ...


class TrueTime:
    """A clock that is right also where the machine's is not; threads may share it.

    Between two answers it goes by the time since the machine was started, which nobody sets: a clock that is put right
    moves it neither forth nor back. Before the first answer it is the machine's.
    """

    def __init__(self, machine: Machine, since_boot: Callable[[], float] = clock.since_boot) -> None:
        self._machine = machine
        self._since_boot = since_boot
        self._heard: deque[float] = deque(maxlen=HEARD)
        self.is_known = False
        """Whether anything was answered since the process began, even if it said no time."""

    def answered(self, date: str, seconds: float) -> None:
        """An answer came after so many seconds; ``date`` is its header, empty where it says nothing."""
        self.is_known = True
        if not date or seconds > SLOWEST:
            return
        try:
            given = parsedate_to_datetime(date)
            given = given if given.tzinfo else given.replace(tzinfo=UTC)
            # Given at some moment between question and answer, and in whole seconds, cut off.
            at_boot = (given - _START).total_seconds() + 0.5 + seconds / 2 - self._since_boot()
        except (ValueError, OverflowError, TypeError):
            return
        self._heard.append(at_boot)

    def ahead(self) -> float | None:
        """Seconds by which the machine's clock is ahead, below zero where it is behind; None where nobody said."""
        heard = tuple(self._heard)
        if not heard:
            return None
        truly = statistics.median_low(heard) + self._since_boot()
        return (self._machine.now() - _START).total_seconds() - truly

    def off(self) -> timedelta:
        """What the machine's clock must be put back by; nothing while it is right, or nobody said."""
        ahead = self.ahead()
        return timedelta(0) if ahead is None or abs(ahead) <= WRONG else timedelta(seconds=ahead)

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._machine.now() - self.off()

    def on_the_machine(self, moment: datetime | None) -> datetime | None:
        """What the machine's clock shows at that moment."""
        return None if moment is None else moment + self.off()
