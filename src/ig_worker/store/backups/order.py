"""What a backup is asked for with; the worker knows no more of it, and carries none of what makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ig_worker.store.backups.sealed import is_sealed

ROOM = ".backing-up"
"""Below ``data_dir``: the copies of a backup that is being made; never on the disk that is carried away."""

ABOUT = "about.json"
"""The first file of every backup."""

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and those there are."""


@dataclass(frozen=True)
class Order:
    """What is to be taken, and where to. `to` is a folder, or the file itself; `key` may be empty."""

    url: str
    data_dir: Path
    to: Path
    key: str
    config: Path | None
    zone: str
    now: datetime


def is_ours(path: Path) -> bool:
    """Whether a file begins as a backup does; OSError where it cannot be read."""
    with path.open("rb") as file:
        head = file.read(100)
    # In the clear: the header of the first member of our tar.
    return is_sealed(head) or head.startswith(ABOUT.encode() + b"\0")
