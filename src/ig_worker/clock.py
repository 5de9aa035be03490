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


_SURELY_ANOTHER_NS = 50_000_000


class PlayedClock:
    """A clock that shows what a file says: one ISO 8601 time with offset. For the demo and the tests.

    The file is replaced whole (rename), so a reader never sees half a time.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[tuple[int, int], datetime] | None = None

    def now(self) -> datetime:
        """What the file says, in UTC; it is opened only where it may be another one than at the last look."""
        mark, read = self.mark(), self._read
        if read is not None and read[0] == mark:
            return read[1]
        said = datetime.fromisoformat(self._file.read_text("ascii").strip()).astimezone(UTC)
        # Files that follow each other fast have the same mark: their times tick in milliseconds.
        self._read = (mark, said) if time.time_ns() - mark[1] > _SURELY_ANOTHER_NS else None
        return said

    def mark(self) -> tuple[int, int]:
        """Something that is another one after each move: cheaper to ask for than the time."""
        found = self._file.stat()
        return found.st_ino, found.st_mtime_ns

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


def since_boot() -> float:
    """Seconds since the machine was started, its sleep included where the system counts it; nobody sets it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def wait_for(event: threading.Event, seconds: float) -> bool:
    """Wait until the event is set or the seconds are over; says whether it was set."""
    return event.wait(max(0.0, seconds))
