"""Proves a backup by reading all of it, and lays its files out where somebody wants to have them."""

from __future__ import annotations

import gzip
import os
import pwd
import shutil
import stat
import tempfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.backups.archive import BLOCK, DATA, DATABASE, Content, Reading
from ig_worker.store.backups.order import Progress
from ig_worker.store.backups.sealed import damaged
from ig_worker.store.backups.snapshot import Copied, opened
from ig_worker.store.schema import SCHEMA_VERSION

PLACE_OF_DATABASE = "database.db"


@dataclass
class Proof:
    """What a backup holds, once all of it is proven. ``problems`` were so already when it was taken."""

    taken_at: datetime
    schema: str
    sealed: bool
    about: dict[str, Any]
    bytes: int = 0
    files: int = 0
    evidence_files: int = 0
    problems: list[str] = field(default_factory=list)


def is_there(path: Path) -> bool:
    """Whether it is a file. Raises Misconfigured where this user may not look, OSError where the disk does not say.

    ``Path.is_file`` says one or the other of a closed folder, as Python's version is.
    """
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        raise _closed(path) from None


def _closed(path: Path) -> Misconfigured:
    uid = os.geteuid()
    try:
        user = f"{pwd.getpwuid(uid).pw_name} ({uid})"
    except KeyError:
        user = str(uid)
    # By number: a container's user has no name outside of it, where the file is given to it.
    return Misconfigured(
        f"{path} may not be read by {user}, the user that ig-worker runs as",
        cure=f"as root: chown {uid} {path}; where its folder is closed to that user, move it elsewhere first",
    )


def prove(path: Path, key: str, aside: Path, progress: Progress = lambda done, total: None) -> Proof:
    """Read a backup to its end, with its database for a moment in the folder `aside`.

    Raises Damaged where it is not as it was made, Misconfigured for another key, a newer program's, or a full disk.
    """
    with tempfile.TemporaryDirectory(prefix="proof-", dir=aside) as folder:
        return lay_out(path, key, Path(folder), progress, database_only=True)


def lay_out(
    path: Path,
    key: str,
    into: Path,
    progress: Progress = lambda done, total: None,
    *,
    database_only: bool = False,
) -> Proof:
    """As ``prove``; what it holds lies in the folder `into` afterwards: ``database.db``, and its files under ``data/``.

    Where it raises, what lies there is to be thrown away. Misconfigured also for a backup that this user may not read.
    """
    try:
        with Reading(path, key) as reading, ExitStack() as stack:
            return _read_through(reading, into, progress, stack, database_only=database_only)
    except OSError as error:
        if isinstance(error, PermissionError) and error.filename == str(path):
            raise _closed(path) from None
        raise Misconfigured(
            f"the backup could not be read back: {error.filename or path}: {error.strerror}",
            cure="look whether there is room, and whether the file and its disk are well",
        ) from None


def _read_through(
    reading: Reading, into: Path, progress: Progress, stack: ExitStack, *, database_only: bool
) -> Proof:
    proof: Proof | None = None
    copied: Copied | None = None
    for content in reading.contents():
        if proof is None or copied is None:
            if content.path != DATABASE:
                raise damaged("its database is missing")
            proof = _proof(reading)
            _unpack(content, into / PLACE_OF_DATABASE)
            copied = stack.enter_context(opened(into / PLACE_OF_DATABASE))
            if copied.schema != proof.schema:
                raise damaged("its database is of another schema than it says")
            if wrong := copied.what_is_wrong():
                raise damaged(f"its database: {wrong}")
            proof.evidence_files = copied.pieces
            continue
        if not database_only:
            _keep(content, into)
        content.file.drain()
        proof.files += 1
        name = content.path.removeprefix(DATA)
        wanted = copied.wanted(name)
        if wanted is not None and wanted[0] != content.file.hexdigest:
            proof.problems.append(f"{name} is altered")
        progress(reading.done, reading.size)
    if proof is None or copied is None:
        raise damaged("its database is missing")
    proof.problems += [f"{name} is missing" for name, _ in copied.missing()]
    proof.bytes = reading.size
    return proof


def _proof(reading: Reading) -> Proof:
    about = reading.about
    try:
        proof = Proof(datetime.fromisoformat(about["taken_at"]), str(about["schema"]), reading.sealed, about)
    except (KeyError, TypeError, ValueError):
        raise damaged("it does not say when it was made") from None
    if proof.taken_at.tzinfo is None:
        raise damaged("it does not say in which zone it was made")
    if proof.schema > SCHEMA_VERSION:
        raise Misconfigured(
            f"the backup is from a newer ig-worker (schema {proof.schema}, this one knows up to {SCHEMA_VERSION})",
            cure="install that newer ig-worker, and restore with it",
        )
    return proof


def _unpack(content: Content, into: Path) -> None:
    try:
        with gzip.GzipFile(fileobj=content.file, mode="rb") as packed, _fresh(into) as out:  # type: ignore[call-overload]
            shutil.copyfileobj(packed, out, BLOCK)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise damaged("its database cannot be unpacked") from None


def _keep(content: Content, into: Path) -> None:
    place = into / content.path
    place.parent.mkdir(parents=True, exist_ok=True)
    with _fresh(place) as out:
        while block := content.file.read(BLOCK):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())


def _fresh(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
