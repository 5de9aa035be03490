"""Runs the centre's own command that carries a fresh backup away, and ends it, with its children, when it overruns."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ig_worker.store.backups.asked import GivenUp

LAST_WORDS = 2000
"""Bytes of what the command said that are kept."""

GRACE = 5.0
"""Seconds between asking it to end and ending it."""

MOMENT = 1.0
"""Seconds after which a command that failed was not ended together with the worker."""


class Carrier:
    """One run of the command; `give_up` may be called from any thread."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._given_up = threading.Event()

    def run(self, command: Sequence[str], path: Path, seconds: float) -> tuple[str, str]:
        """Run the command with the path as its last argument, without a shell; what was wrong (empty where nothing
        was), and the last of what it said. Raises GivenUp where it was not wanted any more."""
        if self._given_up.is_set():
            raise _given_up()
        # Into a file: a child that outlives it could hold a pipe open for ever.
        with tempfile.TemporaryFile() as said:
            try:
                running = subprocess.Popen(
                    [*command, str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    env={
                        name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")
                    },
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                return f"{command[0]} cannot be started: {why}", ""
            self._running = running
            try:
                status = running.wait(seconds)
                wrong = "" if status == 0 else f"{command[0]} ended with status {status}"
            except subprocess.TimeoutExpired:
                wrong = f"{command[0]} was ended: it took more than {seconds:g} seconds"
            finally:
                _end(running)
                self._running = None
            # systemd ends the command and the worker at one moment; the worker hears of it a little later.
            if wrong and self._given_up.wait(MOMENT):
                raise _given_up()
            return wrong, _last_of(said)

    def give_up(self) -> None:
        """End it now."""
        self._given_up.set()
        if (running := self._running) is not None:
            _signal(running, signal.SIGKILL)


def _given_up() -> GivenUp:
    return GivenUp("carrying the backup away was given up: the worker stops")


def _end(running: subprocess.Popen[bytes]) -> None:
    """The command and all that it has started, its whole session."""
    if running.poll() is None:
        _signal(running, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            running.wait(GRACE)
    _signal(running, signal.SIGKILL)
    running.wait()


def _signal(running: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # Its number is also that of its session, and lives on while a child of it does.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, number)


def _last_of(said: BinaryIO) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - LAST_WORDS))
    return said.read().decode("utf-8", "replace").strip()
