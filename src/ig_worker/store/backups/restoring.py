"""Puts what was proven of a backup into its place: all of it or nothing, and what was there is moved aside.

Several folders cannot change places at one moment. So everything lies ready first, and a plan of the moves is written;
from then on the restore has happened, and whoever comes next finishes what an interruption left (`finish`).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ig_worker import lasting
from ig_worker.domain.errors import Misconfigured
from ig_worker.store.backups.elsewhere import bears, brought_in, rows_there
from ig_worker.store.backups.proving import PLACE_OF_DATABASE
from ig_worker.store.backups.taking import CONFIG, EVIDENCE, ORIGINALS, SINGLE, WHOLE
from ig_worker.store.database import Database

ROOM, PLAN = ".restoring", "plan.json"

OLD_CONFIG = "config-from-backup.toml"
"""Where the configuration of an encrypted backup is laid; the one in use stays as it is."""

BESIDE = ("", "-wal", "-shm", "-journal")
"""The files of a SQLite database; a log of another one beside it would spoil it."""


@dataclass(frozen=True)
class Place:
    """Where a backup is restored to; `database` is the SQLite file of `url`, None on PostgreSQL."""

    data_dir: Path
    url: str

    @property
    def database(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        database = Database(self.url)
        database.close()
        return database.sqlite_file

    @property
    def room(self) -> Path:
        """Where it is laid out first, on the same disk."""
        return self.data_dir / ROOM

    def is_taken(self) -> bool:
        """Whether there is anything that would be moved aside."""
        names = (EVIDENCE, *WHOLE, *SINGLE)
        file = self.database
        there = file.exists() if file is not None else rows_there(self.url)
        return there or any((self.data_dir / name).exists() for name in names)


@contextmanager
def alone(place: Place) -> Iterator[Path]:
    """The empty room, while nobody else restores; whatever is left in it goes afterwards."""
    place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(place.data_dir) as room:
        _finish(place.data_dir, place.url)
        _empty(room)
        try:
            yield room
        finally:
            if not (room / PLAN).exists():
                with suppress(OSError):
                    _empty(room)


def require_unused(file: Path) -> None:
    """Raise Misconfigured while anybody has the database open: what they write would be lost with it."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=2)) as connection:
            # Only whoever is alone may leave the log; it is emptied into the file by that.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Misconfigured(
                f"the database {file} is in use",
                cure="stop the worker and the board first (systemctl stop ig-worker ig-worker-board)",
            ) from None
        # It cannot be read any more: that may be why a backup is restored.


def put_in_place(place: Place, now: datetime) -> Path | None:
    """Let what lies ready in the room become the present; where the past was moved to, None where there was none."""
    room, data_dir = place.room, place.data_dir
    aside = _fresh(data_dir, now)
    ready = room / "data"
    moves: list[tuple[Path, Path]] = []
    for name in (EVIDENCE, *WHOLE, *SINGLE):
        _change(moves, ready / name, data_dir / name, aside / name)
    _change(moves, ready / CONFIG, data_dir / OLD_CONFIG, aside / OLD_CONFIG, keep=True)
    # Named by what is in them: those that are there stay.
    for original in sorted((ready / ORIGINALS).glob("*")):
        if not (data_dir / ORIGINALS / original.name).exists():
            moves.append((original, data_dir / ORIGINALS / original.name))
    file = place.database
    if file is not None:
        moves += _moves_of_database(file, room / PLACE_OF_DATABASE, aside)
    for _, to in moves:
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync_all(room)
    mark = secrets.token_hex(16)
    _write_plan(room, moves, "" if file is not None else mark)
    if file is None:
        brought_in(place.url, room / PLACE_OF_DATABASE, now, mark)
    _finish(data_dir, place.url)
    with suppress(OSError):
        aside.rmdir()  # where nothing was moved
    return aside if aside.exists() else None


def finish(data_dir: Path, url: str) -> bool:
    """Finish a restore that was interrupted after it had become valid; whether there was one."""
    if not (data_dir / ROOM / PLAN).exists():
        return False
    with _locked(data_dir):
        return _finish(data_dir, url)


def _finish(data_dir: Path, url: str) -> bool:
    room = data_dir / ROOM
    try:
        plan = json.loads((room / PLAN).read_text("utf-8"))
    except FileNotFoundError:
        return False
    # On PostgreSQL its transaction is the moment: without it, nothing of the plan is valid.
    moves = plan["moves"] if not plan["mark"] or bears(url, plan["mark"]) else []
    folders: set[Path] = set()
    for source, to in ((Path(source), Path(to)) for source, to in moves):
        # What has its place already was moved before the interruption.
        if not os.path.lexists(to) and os.path.lexists(source):
            source.rename(to)
        folders |= {source.parent, to.parent}
    for folder in folders:
        if folder.is_dir():
            lasting.sync(folder)
    (room / PLAN).unlink()
    lasting.sync(room)
    _empty(room)
    return True


def _change(
    moves: list[tuple[Path, Path]], fresh: Path, present: Path, aside: Path, *, keep: bool = False
) -> None:
    """`keep` leaves what is there where the backup has nothing for its place."""
    if os.path.lexists(present) and (fresh.exists() or not keep):
        moves.append((present, aside))
    if fresh.exists():
        moves.append((fresh, present))


def _moves_of_database(file: Path, fresh: Path, aside: Path) -> list[tuple[Path, Path]]:
    if file.parent.resolve() != aside.parent.resolve():
        # On a disk of its own, perhaps: everything is moved within that one.
        aside = file.parent / aside.name
        near = file.with_name(f".{file.name}.restoring")
        shutil.copyfile(fresh, near)
        fresh = near
    with fresh.open("rb") as ready:
        os.fsync(ready.fileno())
    names = [file.with_name(file.name + end) for end in BESIDE]
    return [*((each, aside / each.name) for each in names if each.exists()), (fresh, file)]


def _fresh(data_dir: Path, now: datetime) -> Path:
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        aside = data_dir / f"before-restore-{now:%Y%m%dT%H%M%SZ}{again}"
        if not os.path.lexists(aside):
            aside.mkdir(mode=0o700)
            return aside
        number += 1


def _write_plan(room: Path, moves: list[tuple[Path, Path]], mark: str) -> None:
    half = room / (PLAN + ".half")
    with half.open("w", encoding="utf-8") as file:
        named = [(str(source), str(to)) for source, to in moves]
        json.dump({"mark": mark, "moves": named}, file)
        file.flush()
        os.fsync(file.fileno())
    half.rename(room / PLAN)
    lasting.sync(room)


def _sync_all(room: Path) -> None:
    for folder, _, _ in os.walk(room):
        lasting.sync(Path(folder))


@contextmanager
def _locked(data_dir: Path) -> Iterator[Path]:
    room = data_dir / ROOM
    room.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(room / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield room
    finally:
        os.close(handle)


def _empty(room: Path) -> None:
    for path in room.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
