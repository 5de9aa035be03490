"""Hears the signals that end the worker, from its first moment on."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any


class Ending:
    """SIGTERM and SIGINT end a start at once, with status 0; once the work has begun they are only noted.

    A handler that took a lock could meet itself holding it, so this one sets a word and no more.
    """

    def __init__(self) -> None:
        self.asked_by = ""
        self._at_work = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Ending:
        """Listen from now on; in the main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *_left: object) -> None:
        """Leave the signals as they were."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def begin_work(self) -> None:
        """From now on whoever asks waits until the work is put down."""
        self._at_work = True

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self.asked_by = signal.Signals(number).name
        if not self._at_work:
            raise SystemExit(0)
