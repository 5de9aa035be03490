"""One worker at a time on a SQLite database."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ig_worker.domain.errors import Misconfigured


@contextmanager
def only_worker(database_file: Path | None) -> Iterator[None]:
    """Hold the lock beside the database file while the worker runs; Misconfigured if another one holds it.

    The kernel gives the lock back when the process ends, however it ends. On PostgreSQL there is nothing to hold:
    every save there is a compare-and-swap, and several workers may run.
    """
    if database_file is None:
        yield
        return
    path = database_file.with_name(database_file.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"cannot write {path}: {error.strerror}",
            cure="make the data folder writable for the worker's user",
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise Misconfigured(
                f"another worker (process {holder}) already works on {database_file}",
                cure="stop it first, or leave it to its work: one worker is enough",
            ) from None
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
