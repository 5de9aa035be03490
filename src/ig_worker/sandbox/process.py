"""Runs the embedded Instagram as a process of its own, for tests and the demo."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ig_worker.sandbox.door import Door
from ig_worker.sandbox.server import READY


class SandboxNotStarted(Exception):
    """The sandbox did not say that it is ready; the text is what it said instead."""


class SandboxProcess:
    """A context manager: inside it a sandbox runs at ``base_url`` and ``door`` is its control door."""

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        port: int = 0,
        start_seconds: float = 30.0,
        stop_seconds: float = 10.0,
    ) -> None:
        self._config = dict(config or {})
        self._port = port
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self.base_url = ""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="ig-worker-sandbox-")
        file = Path(self._folder.name) / "sandbox.json"
        file.write_text(json.dumps(self._config), "utf-8")
        words = [sys.executable, "-m", "ig_worker.sandbox", "--port", str(self._port), "--config", str(file)]
        complaints = Path(self._folder.name) / "stderr"
        with complaints.open("wb") as stderr:
            # Our own interpreter and our own module: nothing of it comes from outside.
            self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=stderr)
        line = self._first_line()
        if not line.startswith(READY):
            self._stop()
            said = complaints.read_text("utf-8", "replace").strip() or "nothing"
            self._folder.cleanup()
            raise SandboxNotStarted(f"the sandbox did not start; it said: {said}")
        self.base_url = line.removeprefix(READY)
        self.door = Door(self.base_url)
        return self

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def _first_line(self) -> str:
        stdout = self._process.stdout
        if stdout is None or not select.select([stdout], [], [], self._start_seconds)[0]:
            return ""
        return stdout.readline().decode("utf-8", "replace").strip()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=self._stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.door.close()
        self._stop()
        self._folder.cleanup()
