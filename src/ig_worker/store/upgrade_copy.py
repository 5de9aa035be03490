"""The copy beside the database that is made before an upgrade: whole, read through, there after a power cut."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.integrity import findings

KEPT = 2
"""Copies of earlier upgrades that stay, this one included."""


def copy_before_upgrade(file: Path, version: str) -> Path:
    """Copy a SQLite database as it is at one moment, online; returns where.

    For its owner's eyes only. Raises Misconfigured where there is no room for it (and for what the upgrade itself
    writes), where it cannot be written, or where what was copied is damaged; then there is no new copy.
    """
    target = file.with_name(f"{file.stem}-before-upgrade-from-{version}{file.suffix}")
    unfinished = target.with_name(f"{target.name}.new")
    try:
        _require_room(file)
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            # The copy's own way of writing is quick; it is put on the disk as a whole below.
        _require_sound(unfinished, file)
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise Misconfigured(
            f"no copy of {file} could be made before the upgrade: {said or error}",
            cure="free some space and make the folder writable; nothing was changed",
        ) from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    _thin_out(file, target)
    return target


def _require_room(file: Path) -> None:
    size = sum(each.stat().st_size for each in (file, file.with_name(f"{file.name}-wal")) if each.exists())
    free = shutil.disk_usage(file.parent).free
    # Once for the copy, and once for what the upgrade writes into the log.
    if free < size * 2:
        raise Misconfigured(
            f"there is no room for the upgrade of {file}: {free >> 20} MB are free, {size * 2 >> 20} MB are needed",
            cure="free some space on that disk; nothing was changed",
        )


def _require_sound(copy: Path, file: Path) -> None:
    if found := findings(copy):
        raise Misconfigured(
            f"the database {file} is damaged, and was not upgraded: {found[0]}",
            cure="restore the last backup: ig-worker db restore; nothing was changed",
        )


def _thin_out(file: Path, newest: Path) -> None:
    copies = sorted(
        file.parent.glob(f"{file.stem}-before-upgrade-from-????{file.suffix}"),
        key=lambda each: (each == newest, each.stat().st_mtime),
    )
    for old in copies[:-KEPT]:
        with suppress(OSError):
            old.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
