"""The only place that reads a clock or sleeps."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class PlayedClock:
    """A clock that shows what a file says: one ISO 8601 time with offset. For the demo and the tests.

    The file is replaced whole (rename), so a reader never sees half a time.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """What the file says, in UTC."""
        return datetime.fromisoformat(self._file.read_text("ascii").strip()).astimezone(UTC)

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`, for every process that reads the file."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(moment.astimezone(UTC).isoformat(), "ascii")
        fresh.replace(self._file)


def pause(seconds: float) -> None:
    """Wait that long."""
    time.sleep(seconds)


def stopwatch() -> float:
    """Seconds since some fixed moment, for measuring how long something took."""
    return time.monotonic()


def wait_for(event: threading.Event, seconds: float) -> bool:
    """Wait until the event is set or the seconds are over; says whether it was set."""
    return event.wait(max(0.0, seconds))
