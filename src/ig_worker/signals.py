"""Hears the signals that end the worker, from its first moment on."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from types import FrameType
from typing import Any


class Ending:
    """SIGTERM and SIGINT end a start at once, with status 0; once the work has begun they are only noted.

    A handler that took a lock could meet itself holding it, so this one sets a word and rings, and no more.
    """

    def __init__(self) -> None:
        self.asked_by = ""
        self._at_work = False
        self._before: dict[signal.Signals, Any] = {}
        self._bell, self._rope = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def __enter__(self) -> Ending:
        """Listen from now on; in the main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._heard)
        # Our log needs no such word after it was rotated; a terminal that is closed ends what was run in it.
        hang_up = self._heard if sys.stdin is not None and sys.stdin.isatty() else signal.SIG_IGN
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, hang_up)
        return self

    def __exit__(self, *_left: object) -> None:
        """Leave the signals as they were."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._bell)
        os.close(self._rope)

    def begin_work(self) -> None:
        """From now on whoever asks waits until the work is put down."""
        self._at_work = True

    def wait(self, seconds: float) -> None:
        """Sleep that long, or until a signal comes or somebody rings."""
        if select.select([self._bell], [], [], max(0.0, seconds))[0]:
            os.read(self._bell, 4096)

    def ring(self) -> None:
        """Wake whoever waits; from any thread, and from a handler: it takes no lock."""
        # A pipe that is full rings already; one that is closed has nobody waiting.
        with contextlib.suppress(OSError):
            os.write(self._rope, b".")

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self.asked_by = signal.Signals(number).name
        self.ring()
        if not self._at_work:
            raise SystemExit(0)
