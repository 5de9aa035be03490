"""Takes a backup: the database at one moment, and the files that belong to it, into one file that proves itself."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ig_worker import __version__, lasting
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.thinning import name_for
from ig_worker.store import custody
from ig_worker.store.backups.archive import DATA, DATABASE, Writing
from ig_worker.store.backups.order import ROOM, Order, Progress
from ig_worker.store.backups.proving import prove
from ig_worker.store.backups.sealed import Damaged
from ig_worker.store.backups.snapshot import (
    Copied,
    opened,
    packed,
    snapshot,
    without_secrets,
)
from ig_worker.store.database import Database

EVIDENCE, DRAFTS, ORIGINALS = "evidence", "evidence/.drafts", "originals"

WHOLE = ("evaluations", "pictures", "reports")
"""Folders whose files come along as they are: what was read of Instagram once, and the papers that were made of it."""

SINGLE = ("classifier_model.json",)

CONFIG = "config.toml"
"""The configuration, as a file of an encrypted backup; it is in no other."""

ATTEMPTS = 3
"""So often a backup begins anew when evidence is erased by rule while it is made."""

PART = "part"

BESIDES = 16 << 20
"""Bytes that must stay free."""


@dataclass
class Taken:
    """A backup that lies in its place. ``problems`` are pieces of evidence that were not as they should be."""

    path: Path
    bytes: int
    files: int
    evidence_files: int
    sealed: bool
    taken_at: datetime
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a document."""
        return vars(self) | {"path": str(self.path), "taken_at": self.taken_at.isoformat()}


class _Meanwhile(Exception):
    """Evidence was erased by rule since the database was copied."""


def take(order: Order, progress: Progress = lambda done, total: None) -> Taken:
    """Take a backup and read it back. Nothing of it is left behind where that fails: Misconfigured, with what to do.

    What was erased by rule while it was made is not in it. It has its name only once it is proven: by that it would be
    the newest of its day, and thinning would keep it in the place of one that is good.
    """
    to_folder = order.to.is_dir() or not order.to.suffix
    folder = order.to if to_folder else order.to.parent
    if not to_folder and order.to.exists():
        raise Misconfigured(f"{order.to} is there already", cure="name another file, or a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(order.data_dir) as room:
            _sweep(folder, order)
            for attempt in range(ATTEMPTS):
                path = _free_name(folder, order) if to_folder else order.to
                try:
                    return _take(order, room, path, progress)
                except _Meanwhile:
                    _empty(room)
                    if attempt + 1 == ATTEMPTS:
                        raise
    except _Meanwhile:
        raise Misconfigured(
            "evidence was erased again and again while the backup was made", cure="try again later"
        ) from None
    except OSError as error:
        raise _no_room(error, folder) from None
    raise AssertionError("every attempt returns or raises")


def _take(order: Order, room: Path, path: Path, progress: Progress) -> Taken:
    part = path.with_name(f".{path.name}.{_tag(order)}.{PART}")
    try:
        taken = _write(order, room, part, progress)
        _empty(room)
        try:
            prove(part, order.key, room)
        except Damaged as error:
            raise Misconfigured(
                f"the fresh backup could not be read back: {error}",
                cure="look whether the disk of the backups is well (dmesg); try another one",
            ) from None
        # Not a rename: that would replace a file which came there meanwhile.
        _put_in_place(part, path)
        try:
            lasting.sync(path.parent)
        except OSError:
            path.unlink(missing_ok=True)
            raise
    finally:
        part.unlink(missing_ok=True)
    return replace(taken, path=path, bytes=path.stat().st_size)


def _write(order: Order, room: Path, part: Path, progress: Progress) -> Taken:
    copy, small = room / "copy.db", room / "copy.db.gz"
    _require_space(room, 2 * _size_of_database(order.url), "the copy of the database")
    snapshot(order.url, copy)
    if not order.key:
        without_secrets(copy)
    packed(copy, small)
    with opened(copy) as copied:
        if wrong := copied.what_is_wrong():
            raise Misconfigured(
                f"the database is damaged: {wrong}",
                cure="stop the worker and restore the last backup that was proven",
            )
        taking = _Taking(order, copied, small, progress)
        _require_space(part.parent, taking.total + taking.total // 50, "the backup")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            writing = Writing(out, order.key, taking.about(), room)
            try:
                taking.write(writing)
                writing.close()
            finally:
                writing.give_up()
            out.flush()
            os.fsync(out.fileno())
        return Taken(
            part,
            part.stat().st_size,
            writing.files,
            copied.pieces,
            bool(order.key),
            order.now,
            taking.problems,
        )


class _Taking:
    """The files of one backup on their way into it."""

    def __init__(self, order: Order, copied: Copied, small: Path, progress: Progress) -> None:
        self._order = order
        self._copied = copied
        self._small = small
        self._progress = progress
        self._done = 0
        self.problems: list[str] = []
        self.total = small.stat().st_size + sum(os.lstat(file).st_size for _, file in self._files())

    def about(self) -> dict[str, Any]:
        """What the backup says of itself."""
        order = self._order
        return {
            "ig_worker": __version__,
            "schema": self._copied.schema,
            "taken_at": order.now.astimezone(ZoneInfo(order.zone)).isoformat(),
            "taken_at_seconds": order.now.timestamp(),
            "database": order.url.partition(":")[0].partition("+")[0],
            "secrets": "included" if order.key else "left out",
        }

    def write(self, writing: Writing) -> None:
        """Put everything in."""
        with self._small.open("rb") as small:
            size = self._small.stat().st_size
            writing.add(DATABASE, small, size, self._order.now.timestamp())
            self._step(size)
        for name, file in self._files():
            self._add(writing, name, file)
        for name, piece in self._copied.missing():
            self._not_as_it_was(name, piece, "is missing")

    def _add(self, writing: Writing, name: str, path: Path) -> None:
        wanted = self._copied.wanted(name) if name.startswith(EVIDENCE + "/") else None
        try:
            # A link would lead out of the folder, and a pipe would never end.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            if wanted is not None:
                self._not_as_it_was(name, wanted[1], "is missing")
            return
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return
            try:
                digest = writing.add(DATA + name, file, found.st_size, found.st_mtime)
            except EOFError:
                raise _Meanwhile from None
        self._step(found.st_size)
        if wanted is not None and digest != wanted[0]:
            self._not_as_it_was(name, wanted[1], "is altered")

    def _not_as_it_was(self, name: str, piece: int, how: str) -> None:
        database = Database(self._order.url)
        try:
            with database.reading() as connection:
                if custody.erased(connection, piece):
                    raise _Meanwhile
        finally:
            database.close()
        self.problems.append(f"{name} {how}")

    def _step(self, size: int) -> None:
        self._done += size
        self._progress(self._done, self.total)

    def _files(self) -> Iterator[tuple[str, Path]]:
        """Name below ``data_dir`` and place of every file that comes along."""
        root, config = self._order.data_dir, self._order.config
        for folder in (EVIDENCE, *WHOLE):
            for path in _below(root / folder):
                name = path.relative_to(root).as_posix()
                if folder != EVIDENCE or self._belongs(name):
                    yield name, path
        single = [*SINGLE, *(f"{ORIGINALS}/{name}" for name in self._copied.originals())]
        yield from ((name, root / name) for name in single if (root / name).is_file())
        if self._order.key and config is not None and config.is_file():
            yield CONFIG, config

    def _belongs(self, name: str) -> bool:
        """Whether a file of evidence belongs to the copied database, or came later than it."""
        parts = name.split("/")
        if name.startswith(DRAFTS + "/") or not self._copied.has_case(parts[-2]):
            return False
        return not parts[-1].startswith("pesan-") or self._copied.knows(name)


def _below(folder: Path) -> Iterator[Path]:
    """Every plain file in a folder and those inside it, in a fixed order."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


@contextmanager
def _alone(data_dir: Path) -> Iterator[Path]:
    """The room for copies, empty before and after; Misconfigured while another backup is being made."""
    room = data_dir / ROOM
    room.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(room / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured("another backup is being made just now", cure="wait for it") from None
        _empty(room)
        yield room
    finally:
        with suppress(OSError):
            _empty(room)
        os.close(handle)


def _empty(room: Path) -> None:
    for path in room.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _sweep(folder: Path, order: Order) -> None:
    """Take away what an interruption left half written; of this database only one backup is made at a time."""
    for path in folder.glob(f".*.{_tag(order)}.{PART}"):
        path.unlink(missing_ok=True)


def _tag(order: Order) -> str:
    """Another centre may keep its backups in the same folder."""
    return hashlib.sha256(str(order.data_dir.absolute()).encode()).hexdigest()[:12]


def _free_name(folder: Path, order: Order) -> Path:
    number = 1
    while True:
        names = [
            name_for(order.now, ZoneInfo(order.zone), sealed=sealed, number=number)
            for sealed in (True, False)
        ]
        if not any((folder / name).exists() for name in names):
            return folder / names[0 if order.key else 1]
        number += 1


def _put_in_place(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise Misconfigured(f"{path} is there already", cure="name another file, or a folder") from None
    except OSError:  # a disk that knows no links, as a USB stick's
        part.replace(path)


def _size_of_database(url: str) -> int:
    database = Database(url)
    database.close()
    file = database.sqlite_file
    if file is None:
        return 0
    names = (file, file.with_name(file.name + "-wal"))
    return sum(each.stat().st_size for each in names if each.exists())


def _require_space(folder: Path, needed: int, what: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + BESIDES:
        raise Misconfigured(
            f"there is no room for {what} in {folder}: {needed + BESIDES:,} bytes are needed, {free:,} are free",
            cure="free some space, or set [backup] folder to another disk",
        )


def _no_room(error: OSError, folder: Path) -> Misconfigured:
    where = error.filename or folder
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Misconfigured(
            f"the backup was given up, and nothing of it is left: no room at {where}",
            cure="free some space, or set [backup] folder to another disk",
        )
    return Misconfigured(
        f"the backup was given up, and nothing of it is left: {where}: {error.strerror}",
        cure="look whether the worker's user may write there, and whether the disk is well (dmesg)",
    )
