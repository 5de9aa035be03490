"""The log's file: several processes write whole lines to it, it is changed for a fresh one, and can be read again."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

BYTES = 10_000_000
"""From this size on a fresh file is begun."""

OLD_FILES = 5

log = logging.getLogger(__name__)

_HUMAN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z]+) +([\w.]+): (.*)", re.DOTALL)


class KeptFile(logging.Handler):
    """Appends each line with one write, so that lines of several processes never mix.

    A file that was moved or removed meanwhile is made anew. What cannot be written, on a full disk, is left out: a log
    ends no worker. One that cannot be opened at first is tried again at each line, and so is one that cannot be changed
    for a fresh one, which grows meanwhile and is warned of once; ``trouble`` says why, until then.
    """

    def __init__(self, file: Path, *, most_bytes: int = BYTES, old_files: int = OLD_FILES) -> None:
        super().__init__()
        self._file = file
        self._most = most_bytes
        self._old = old_files
        self._handle: int | None = None
        self._broken = False
        self.trouble: OSError | None = None
        try:
            self._handle = self._begun()
        except OSError as error:
            self.trouble = error

    @property
    def file(self) -> Path:
        """Where it writes."""
        return self._file

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line."""
        knew = self.trouble is not None
        try:
            line = f"{self.format(record)}\n".encode(errors="backslashreplace")
            handle, size = self._place()
            if size and size + len(line) > self._most:
                handle = self._fresh_or(handle, len(line))
            # The end of a line that found no room once must not run into this one.
            whole = b"\n" + line if self._broken else line
            self._broken = True
            self._broken = os.write(handle, whole) != len(whole)
        except OSError:
            pass
        except Exception:  # noqa: BLE001  # as the logging package does
            self.handleError(record)
        if self.trouble is not None and not knew:
            why = self.trouble.strerror
            log.warning(
                "The log %s cannot be changed for a fresh one (%s); it grows until it can.", self._file, why
            )

    def close(self) -> None:
        """Let the file go."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None
        super().close()

    def _begun(self) -> int:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return self._opened()

    def _opened(self) -> int:
        return os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _place(self) -> tuple[int, int]:
        """Make sure that the handle is of the file of that name; returns it, and the file's size."""
        if self._handle is None:
            self._handle, self.trouble = self._begun(), None
        ours = os.fstat(self._handle)
        try:
            there = self._file.stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            fresh = self._opened()
            os.close(self._handle)
            self._handle, self._broken = fresh, False
            return fresh, os.fstat(fresh).st_size
        return self._handle, ours.st_size

    def _fresh_or(self, handle: int, more: int) -> int:
        """The handle of a fresh file, or of the present one where none can be begun: in a folder that may not be
        written, or of a file that is mounted by itself."""
        try:
            handle, self.trouble = self._change(more), None
        except OSError as error:
            self.trouble = error
            return handle if self._handle is None else self._handle
        return handle

    def _change(self, more: int) -> int:
        """Begin a fresh file and return its handle; of several processes that want it, the first does."""
        lock = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._place()[1] + more > self._most:
                # Aside first: where that cannot be done, each try would push the oldest of the others out.
                if not _old(self._file, 0).exists():
                    self._file.replace(_old(self._file, 0))
                for number in range(self._old - 1, -1, -1):
                    with contextlib.suppress(FileNotFoundError):
                        _old(self._file, number).replace(_old(self._file, number + 1))
            return self._place()[0]
        finally:
            os.close(lock)


def _old(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}")


@dataclass(frozen=True)
class Line:
    """A line of the log; ``at`` in UTC. ``extras`` are its fields, texts where the file is for people."""

    at: datetime
    level: str
    logger: str
    text: str
    extras: Mapping[str, Any] = field(default_factory=dict)


def read(file: Path, zone: tzinfo, since: datetime | None = None) -> Iterator[Line]:
    """All lines of the file and the old ones beside it, oldest first; `zone` is that of lines for people."""
    for each in [*(_old(file, number) for number in range(OLD_FILES, -1, -1)), file]:
        try:
            with each.open(encoding="utf-8", errors="replace") as lines:
                found = (line for text in lines if (line := parsed(text, zone)) is not None)
                yield from (line for line in found if since is None or line.at >= since)
        except FileNotFoundError:
            continue


class Follower:
    """Reads on what is added to the file, also after a fresh one was begun."""

    def __init__(self, file: Path, zone: tzinfo) -> None:
        self._file = file
        self._zone = zone
        self._half = ""
        self._lines = self._open()
        if self._lines is not None:
            self._lines.seek(0, os.SEEK_END)

    def fresh(self) -> list[Line]:
        """The lines that were added since the last time."""
        found = self._rest()
        if self._is_another():
            self._lines = self._open()
            found += self._rest()
        return found

    def _rest(self) -> list[Line]:
        if self._lines is None:
            return []
        *whole, self._half = (self._half + self._lines.read()).split("\n")
        return [line for text in whole if (line := parsed(text, self._zone))]

    def _is_another(self) -> bool:
        try:
            there = self._file.stat()
        except OSError:
            return False
        return self._lines is None or os.fstat(self._lines.fileno()).st_ino != there.st_ino

    def _open(self) -> Any:
        try:
            return self._file.open(encoding="utf-8", errors="replace")
        except OSError:
            return None


def parsed(text: str, zone: tzinfo) -> Line | None:
    """A line of either kind; None for what is none, such as the further lines of a traceback."""
    if text.startswith("{"):
        try:
            found = json.loads(text)
            at = datetime.fromisoformat(found.pop("time")).astimezone(UTC)
            words = [str(found.pop(key)) for key in ("level", "logger", "message")]
        except (ValueError, KeyError, AttributeError):
            return None
        return Line(at, words[0], words[1].removeprefix("ig_worker."), words[2], found)
    if (match := _HUMAN.match(text.rstrip("\n"))) is None:
        return None
    try:
        at = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None
    extras = dict(re.findall(r" (\w+)=(\S+)", match[4]))
    return Line(at, match[2], match[3], match[4], extras)
