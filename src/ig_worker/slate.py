"""A word that the worker leaves for everybody else, where it can be written even when the disk is full."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = "storage.state"
SIZE = 4096
"""Bytes of the file, all of them taken while there is room: writing over them needs no more."""


@dataclass(frozen=True)
class Trouble:
    """Why nothing can be written, and since when. ``told`` are the hashes of the recipients who know it."""

    kind: str
    """One of :data:`ig_worker.store.writable.KINDS`."""
    said: str
    cure: str
    since: datetime
    told: Sequence[str] = ()


class Slate:
    """The file in ``data_dir``. Whatever hinders it is borne: it is a word, not a promise."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / NAME

    def wipe(self) -> None:
        """Nothing is wrong; the file is made if need be, so that there is room for a word when there is no other."""
        self._put("")

    @property
    def exists(self) -> bool:
        """Whether the file is there: a worker has been here."""
        return self._file.exists()

    def make(self) -> None:
        """The file, where there is none yet."""
        if not self.exists:
            self.wipe()

    def write(self, trouble: Trouble) -> None:
        """Say what is wrong, in the place of what stood there."""
        told = {
            "kind": trouble.kind,
            "said": trouble.said[:800],
            "cure": trouble.cure[:400],
            "since": trouble.since.isoformat(),
            "told": list(trouble.told)[:40],
        }
        self._put(json.dumps(told))

    def read(self) -> Trouble | None:
        """What is wrong; None where all is well, as far as anybody could say."""
        try:
            told = json.loads(self._file.read_bytes())
            since = datetime.fromisoformat(told["since"])
            return Trouble(
                str(told["kind"]), str(told["said"]), str(told["cure"]), since, tuple(map(str, told["told"]))
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _put(self, words: str) -> None:
        with suppress(OSError):
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                # Never shorter: a block that is given back is somebody else's by the time it is needed.
                os.pwrite(handle, words.encode("ascii").ljust(SIZE)[:SIZE], 0)
            finally:
                os.close(handle)
