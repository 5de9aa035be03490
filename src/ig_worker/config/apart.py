"""Reads the configuration in a short process of its own: what checks it takes memory that the day needs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker.domain.errors import Misconfigured

if TYPE_CHECKING:
    from ig_worker.config.model import Settings


class Reading:
    """Begins to read at once, so that whoever wants the settings can do something else meanwhile."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        try:
            # The environment goes along, as it is a part of the configuration.
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                [sys.executable, "-P", "-m", "ig_worker.config"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None

    @property
    def pid(self) -> int:
        """The process's id; 0 where it could not be begun."""
        return self._process.pid if self._process else 0

    def settings(self) -> Settings:
        """As :func:`ig_worker.config.load` gives them, without pydantic; Misconfigured as from there."""
        said = b""
        if self._process is not None:
            asked = json.dumps(None if self._path is None else str(self._path))
            said, _ = self._process.communicate(asked.encode("ascii"))
        if self._process is None or self._process.returncode:
            # Killed for want of memory, or not even begun: then at the price of memory.
            from ig_worker.config.reading import load

            return load(self._path)
        found = pickle.loads(said)  # noqa: S301  (our own process wrote it, over a pipe)
        if isinstance(found, Misconfigured):
            raise found
        settings: Settings = found
        return settings
