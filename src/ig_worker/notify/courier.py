"""Sends notices in a process of its own, which is kept for a moment and then ended.

Apprise and a mail with its pictures take some thirty megabytes that the worker would not get back, and a mail server
that accepts a connection and then says nothing must not hold the worker up. To start such a process takes half a second
of a small server's processor: what is to be told together goes through one.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import Unanswered
from ig_worker.notify.addresses import channel_name

log = logging.getLogger(__name__)

SENDING_SECONDS = 120.0
"""Longer than a slow line needs for a mail with its pictures."""

KEPT_SECONDS = 10.0
"""How long a process that has sent something waits for more."""

MOST_LETTERS = 100
"""After so many letters a process is ended, however busy it is: what it has gathered is given back."""

ENDING_SECONDS = 5.0
"""How long a process that has nothing more to do may take to end."""


class Courier:
    """The worker's way to people; satisfies the ``Messenger`` of the flows. Safe to use from several threads.

    ``kept_seconds`` is how long a process is kept after a letter; 0 where there will hardly be another.
    """

    def __init__(self, seconds: float = SENDING_SECONDS, *, kept_seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._resting: _Office | None = None

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        """Deliver plain text to one Apprise URL, with the files beside it; Unanswered with the reason if not."""
        letter = {
            "url": url,
            "title": title,
            "body": body,
            "attachments": [str(path) for path in attachments],
        }
        office = self._take() or _Office()
        begun = stopwatch()
        said = office.deliver(json.dumps(letter), self._seconds)
        if not said.endswith("\n"):
            office.end(at_once=True)
            if stopwatch() - begun >= self._seconds:
                raise Unanswered(f"{channel_name(url)}: no end after {self._seconds:.0f} seconds")
            raise Unanswered(f"{channel_name(url)}: sending ended without a word")
        self._keep(office)
        answer = json.loads(said)
        for line in answer["left_out"]:
            log.warning("%s", line)
        if answer["reason"] is not None:
            raise Unanswered(answer["reason"] or f"{channel_name(url)}: sending ended without a word")

    def _take(self) -> _Office | None:
        with self._lock:
            office, self._resting = self._resting, None
        return office if office is not None and office.is_open() else None

    def _keep(self, office: _Office) -> None:
        if self._kept_seconds > 0 and office.letters < MOST_LETTERS:
            with self._lock:
                if self._resting is None:
                    self._resting = office
                    office.rest(self._kept_seconds, self._let_go)
                    return
        office.end()

    def _let_go(self, office: _Office) -> None:
        with self._lock:
            if self._resting is not office:
                return
            self._resting = None
        office.end()


class _Office:
    """One such process. Whoever has it has it alone."""

    def __init__(self) -> None:
        self.letters = 0
        self._closing: threading.Timer | None = None
        self._process = subprocess.Popen(
            # A letter goes in over standard input: an argument would show its secret in the process list.
            [sys.executable, "-P", "-m", "ig_worker.notify"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
        )

    def deliver(self, letter: str, seconds: float) -> str:
        """The line that it answers; not a whole one where it ended before, or had not answered in time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.letters += 1
        late = threading.Timer(seconds, self._process.kill)
        late.daemon = True
        late.start()
        try:
            self._process.stdin.write(f"{letter}\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except OSError:  # it is gone
            return ""
        finally:
            late.cancel()

    def rest(self, seconds: float, over: Callable[[_Office], object]) -> None:
        """Wait for more; after so many seconds it is ``over``."""
        self._closing = threading.Timer(seconds, over, (self,))
        self._closing.daemon = True
        self._closing.start()

    def is_open(self) -> bool:
        """It is wanted again; False where it has ended meanwhile."""
        if self._closing is not None:
            self._closing.cancel()
        if self._process.poll() is None:
            return True
        self.end(at_once=True)
        return False

    def end(self, *, at_once: bool = False) -> None:
        """Let it end, and wait for it."""
        if at_once:
            self._process.kill()
        try:
            self._process.communicate(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
