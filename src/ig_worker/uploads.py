"""What people upload, until it is taken: each upload in a folder with an unguessable name, for one user alone.

Nothing of what a browser calls a file ever becomes a path: the files have names of ours, and theirs stand in a note
beside them.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ig_worker import aside, lasting
from ig_worker.clock import SystemClock
from ig_worker.domain.sheet_rows import shown

MOST = 5
"""Of one user and one sort at a time; the oldest goes when another comes."""

KEPT = timedelta(days=1)
"""An upload that nobody has touched for so long is removed."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NOTE = "catatan.json"


@dataclass(frozen=True)
class Upload:
    """One upload: the name of its folder, which is its address, and the folder."""

    token: str
    folder: Path

    def note(self) -> dict[str, Any]:
        """What is known of it; empty where it is gone."""
        return self.read(_NOTE) or {}

    def change(self, **values: Any) -> None:
        """Note more of it."""
        self.write(_NOTE, {**self.note(), **values})

    def read(self, name: str) -> dict[str, Any] | None:
        """A note of this name, None where there is none."""
        try:
            found: dict[str, Any] = json.loads((self.folder / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def write(self, name: str, values: dict[str, Any]) -> None:
        """Keep a note, whole or not at all. FileNotFoundError where the upload is gone meanwhile."""
        part = self.folder / f"{secrets.token_hex(8)}.part"
        part.write_text(json.dumps(values), "utf-8")
        lasting.into_place(part, self.folder / name)

    def remove(self) -> None:
        """It is done with."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Uploads:
    """All uploads below ``data_dir/uploads``."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "uploads"
        self._left = (data_dir / "imports", data_dir / aside.FOLDER)

    @property
    def arriving(self) -> Path:
        """Where the bytes of a form wait while they come: on the disk of the data, not in memory."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def begin(self, user: int, sort: str, token: str = "") -> Upload:
        """A new upload of this user; with a `token` that is in use by them already, that one.

        KeyError for a token that is none, or somebody else's. The oldest beyond a few of a sort are removed.
        """
        if not token:
            token = new_token()
        elif not _TOKEN.fullmatch(token):
            raise KeyError(token)
        folder = self.arriving / token
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return self.find(token, user, sort)
        upload = Upload(token, folder)
        upload.change(user=user, sort=sort)
        for old in list(self.of(user, sort))[MOST:]:
            old.remove()
        return upload

    def find(self, token: str, user: int, sort: str) -> Upload:
        """This user's upload; KeyError for anybody else's, and where there is none."""
        upload = Upload(token, self._folder / token)
        if not _TOKEN.fullmatch(token) or not _belongs(upload, user, sort):
            raise KeyError(token)
        return upload

    def of(self, user: int, sort: str) -> Iterator[Upload]:
        """A user's uploads of one sort, the newest first."""
        found = [upload for upload in self._all() if _belongs(upload, user, sort)]
        yield from sorted(found, key=lambda upload: _touched(upload.folder), reverse=True)

    def sweep(self, age: timedelta = KEPT) -> int:
        """Remove what nobody has touched for so long, and what was left aside by a kill; returns how many."""
        limit = SystemClock().now() - age  # folders bear the machine's time, whatever time the worker plays
        left = [each for room in self._left if room.is_dir() for each in room.iterdir()]
        old = [
            folder for folder in (*left, *(each.folder for each in self._all())) if _touched(folder) < limit
        ]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def _all(self) -> Iterator[Upload]:
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.is_dir() and _TOKEN.fullmatch(path.name):
                    yield Upload(path.name, path)


def new_token() -> str:
    """A name that nobody guesses."""
    return secrets.token_urlsafe(32)


def called(written: str) -> str:
    """What people know a file by, from what a browser says it is called: no folder, one line, no hidden signs.

    It is what the command line calls a file of this name, so that a sheet is the same one at both doors.
    """
    return shown(unicodedata.normalize("NFC", written.replace("\\", "/").rpartition("/")[2])) or "berkas"


def hash_of(file: Path) -> str:
    """The SHA-256 (hex) of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _belongs(upload: Upload, user: int, sort: str) -> bool:
    note = upload.note()
    return note.get("user") == user and note.get("sort") == sort


def _touched(folder: Path) -> datetime:
    try:
        return datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.min.replace(tzinfo=UTC)
