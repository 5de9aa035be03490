"""Where files lie that are made to be handed out at once: below ``data_dir``, as all that people wrote."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "aside"
"""What a kill leaves in it goes with old uploads."""


@contextmanager
def folder(data_dir: Path) -> Iterator[Path]:
    """A fresh folder for its owner alone, which is gone afterwards. OSError where none can be made (a full disk)."""
    room = data_dir / FOLDER
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sementara-", dir=room, ignore_cleanup_errors=True) as made:
        yield Path(made)
