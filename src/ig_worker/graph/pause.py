"""Remembers that Meta wants no calls for a while: asking on makes the wait longer (section F)."""

from __future__ import annotations

import threading
from collections.abc import Callable

WITHOUT_A_TIME = 3600.0
"""Seconds of a pause whose length Meta does not name: the usual window of its limits."""


class Pause:
    """One account's pause. Threads share it; ``stopwatch`` gives seconds since some fixed moment."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._until: float | None = None
        self._why = ""

    def begin(self, seconds: float, why: str) -> None:
        """Stay away for so many seconds from now; a longer pause already begun stays as it is."""
        until = self._stopwatch() + seconds
        with self._lock:
            if self._until is None or until > self._until:
                self._until, self._why = until, why

    def left(self) -> tuple[float, str]:
        """Seconds still to stay away (0 or less: none), and why."""
        with self._lock:
            return (0.0, "") if self._until is None else (self._until - self._stopwatch(), self._why)
