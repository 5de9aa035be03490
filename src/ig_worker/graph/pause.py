"""Remembers that Meta wants no calls for a while: asking on makes the wait longer (section F)."""

from __future__ import annotations

import threading
from collections.abc import Callable

WITHOUT_A_TIME = 3600.0
"""Seconds of the usual window of Meta's limits."""

FORGET_AFTER = 600.0
"""Seconds after a pause in which no limit was met, so that the next one begins short again."""

FIRST_PAUSE = 60.0
"""Seconds of the first pause whose length Meta does not name. Each further one is twice as long, up to the window."""


class Pause:
    """One account's pause. Threads share it; ``stopwatch`` gives seconds since some fixed moment."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._until: float | None = None
        self._why = ""
        self._in_vain = 0

    def begin(self, seconds: float | None, why: str) -> None:
        """Stay away for so many seconds from now, or, not knowing how many, twice as long as last time in vain.

        A longer pause already begun stays as it is.
        """
        with self._lock:
            now = self._stopwatch()
            if seconds is None:
                if self._until is not None and now < self._until:
                    return  # calls in flight together meet one limit, not several
                if self._until is None or now >= self._until + FORGET_AFTER:
                    self._in_vain = 0
                seconds = min(FIRST_PAUSE * 2.0**self._in_vain, WITHOUT_A_TIME)
                self._in_vain = min(self._in_vain + 1, 10)
            until = now + seconds
            if self._until is None or until > self._until:
                self._until, self._why = until, why

    def left(self) -> tuple[float, str]:
        """Seconds still to stay away (0 or less: none), and why."""
        with self._lock:
            return (0.0, "") if self._until is None else (self._until - self._stopwatch(), self._why)
