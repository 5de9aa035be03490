"""Where the files of evidence lie: drawn aside, put into their place whole and durably, never half."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ig_worker import lasting

ROOM = "evidence"
DRAFTS = f"{ROOM}/.drafts"
"""Where pieces lie while they are made; on the same disk as their place."""

_PIECE = re.compile(r"pesan-(\d+)[.-]")

STALE_SECONDS = 3600
"""Drafts that are so much older than the newest one were left behind by a worker that was killed."""


def folder_of(number: str) -> str:
    """The folder of a case, relative to ``data_dir``: ``evidence/2026/K-2026-0001``."""
    return f"{ROOM}/{number.split('-')[1]}/{number}"


def stem_of(message_id: int, change: str = "", at: datetime | None = None) -> str:
    """The name of a piece's files without their ending: ``pesan-7``, ``pesan-7-disunting-20261125T013000.000000``."""
    return f"pesan-{message_id}" + (f"-{change}-{at:%Y%m%dT%H%M%S.%f}" if at is not None else "")


def of_messages(data_dir: Path, ids: Collection[int]) -> Iterator[str]:
    """The files of these messages' pieces, relative to ``data_dir``: also those that a worker left behind which was
    killed before their row hung, in whatever case's folder."""
    for file in (data_dir / ROOM).glob("*/K-*/pesan-*"):
        found = _PIECE.match(file.name)
        if found and int(found[1]) in ids:
            yield file.relative_to(data_dir).as_posix()


def sha256(content: bytes) -> str:
    """As hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def draft(data_dir: Path) -> Path:
    """A fresh folder for the files of one piece; drafts that a killed worker left behind go."""
    room = data_dir / DRAFTS
    room.mkdir(parents=True, exist_ok=True)
    fresh = room / secrets.token_hex(8)
    fresh.mkdir()
    for other in room.iterdir():
        if fresh.stat().st_mtime - other.lstat().st_mtime > STALE_SECONDS:
            throw_away(other)
    return fresh


def throw_away(folder: Path) -> None:
    """A draft that is no longer wanted."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def thrown_away_on_error(folder: Path) -> Iterator[None]:
    """A draft of which nothing becomes is not left behind."""
    try:
        yield
    except BaseException:
        throw_away(folder)
        raise


def put_in_place(data_dir: Path, drafts: Mapping[str, Path]) -> None:
    """Move each draft to its path relative to `data_dir`, so that it stays there through a power cut."""
    folders = {data_dir / Path(path).parent for path in drafts}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for path, made in drafts.items():
        lasting.sync(made)
        made.replace(data_dir / path)
    for folder in folders | {data_dir / ROOM, *(folder.parent for folder in folders)}:
        lasting.sync(folder)
