"""What lies in a backup: a tar whose last member lists every other one with its hash.

``about.json`` first, then ``database.db.gz`` (a SQLite file, whatever the worker's database is), then the files as
they lie below ``data_dir``, each under ``data/``; ``manifest.jsonl`` last. An unencrypted backup ends in 512 bytes
behind the tar, which tar programs pass over: ``IGWBAK1-SHA256``, a blank, the hash of all before, a line feed, zeros.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Protocol

from ig_worker.store.backups.order import ABOUT
from ig_worker.store.backups.sealed import Damaged, Envelope, Opened, damaged, is_sealed

DATABASE, MANIFEST, DATA = "database.db.gz", "manifest.jsonl", "data/"
FORMAT = 1
"""Counted up when an older program could not read what is written."""

BLOCK = 1 << 16
TRAILER = 512
_MARK = b"IGWBAK1-SHA256 "
LONGEST_ABOUT = 100_000


class Writes(Protocol):
    """Where the tar goes."""

    def write(self, data: bytes, /) -> int: ...


class Plain:
    """A backup in the clear, which ends in its own hash."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._hash.update(data)
        return self._out.write(data)

    def close(self) -> None:
        """Write the hash."""
        self._out.write(_trailer(self._hash.hexdigest()))


class Writing:
    """A backup that is being written; `close` makes it whole."""

    def __init__(self, out: BinaryIO, key: str, about: dict[str, Any], aside: Path) -> None:
        """Without a `key` it is written in the clear; `aside` is a folder for the list while it grows."""
        self._envelope: Envelope | Plain = Envelope(out, key) if key else Plain(out)
        # A stream: nothing of what was written is read or written again.
        self._sink = _Sink(self._envelope)
        self._tar = tarfile.open(mode="w|", fileobj=self._sink, format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._list = tempfile.TemporaryFile(dir=aside)  # noqa: SIM115
        self.files = self.bytes = 0
        content = json.dumps(about | {"format": FORMAT}, ensure_ascii=False).encode()
        self.add(ABOUT, io.BytesIO(content), len(content), about["taken_at_seconds"])

    def add(self, name: str, content: BinaryIO, size: int, changed_at: float) -> str:
        """Put a file in; its SHA-256. EOFError where it has become shorter than it was."""
        reader = _Hashing(content)
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, max(0, int(changed_at)), 0o600
        try:
            self._tar.addfile(member, reader)
        except OSError as error:
            if error.errno is None:  # tarfile's own "unexpected end of data"
                raise EOFError(name) from None
            raise
        _forget(self._tar)
        line = {"path": name, "size": size, "sha256": reader.hexdigest}
        self._list.write(json.dumps(line).encode() + b"\n")
        self.files += 1
        self.bytes += size
        return reader.hexdigest

    def give_up(self) -> None:
        """Write no more: tarfile would still write an end when it is thrown away."""
        self._sink.wanted = False

    def close(self) -> None:
        """Write the list, the end of the tar, and what proves the whole."""
        self._list.write(json.dumps({"end": True, "files": self.files}).encode() + b"\n")
        size = self._list.tell()
        self._list.seek(0)
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, self._list)
        self._tar.close()
        self._envelope.close()
        self._list.close()


@dataclass(frozen=True)
class Content:
    """A file in a backup, to be read before the next one is asked for."""

    path: str
    size: int
    file: _Hashing


class Reading:
    """Reads a backup from its first byte to its last, and believes none of it before the end.

    Use it as a context and go through `contents`; what is not read is passed over, and hashed all the same. When they
    are over, all of it is proven: every file against the list, the list against its end, the whole against its hash.
    Damaged is raised for anything else, Misconfigured for another key or a backup of a newer program.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._file = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size
        try:
            self.sealed = is_sealed(self._file.read(8))
            self._file.seek(0)
            self._source: Opened | _Bare = (
                Opened(self._file, key) if self.sealed else _Bare(self._file, self.size)
            )
        except BaseException:
            self._file.close()
            raise
        self.about: dict[str, Any] = {}

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def done(self) -> int:
        """Bytes of the file that have been read."""
        return self._file.tell()

    def contents(self) -> Iterator[Content]:
        """Each file below ``about.json``; the proof is complete when they are over."""
        seen = _Seen()
        try:
            with tarfile.open(mode="r|", fileobj=self._source, bufsize=BLOCK) as tar:  # type: ignore[call-overload]
                for member in tar:
                    _forget(tar)
                    if not member.isfile() or not _is_inside(member.name):
                        raise damaged(f"it holds {member.name!r}, which no backup does")
                    extracted = tar.extractfile(member)
                    assert extracted is not None
                    if member.name == MANIFEST:
                        seen.compare(extracted)
                        continue
                    if seen.listed:
                        raise damaged("something follows its list")
                    content = Content(member.name, member.size, _Hashing(extracted))
                    if seen.count == 0:
                        self._read_about(content)
                    else:
                        yield content
                    content.file.drain()
                    seen.note(content.path, content.size, content.file.hexdigest)
        except (tarfile.TarError, EOFError) as error:
            raise damaged(str(error) or "it ends too soon") from None
        if not seen.listed:
            raise damaged("its list is missing")
        # What follows the tar is zeros, and the last of it proves the whole.
        while rest := self._source.read(BLOCK):
            if rest.strip(b"\0"):
                raise damaged("something follows its end")
        if isinstance(self._source, _Bare):
            self._source.prove()

    def _read_about(self, content: Content) -> None:
        try:
            self.about = json.loads(content.file.read(LONGEST_ABOUT)) if content.path == ABOUT else {}
            written_as = int(self.about["format"])
        except (ValueError, KeyError, TypeError):
            raise damaged("it does not say what it is") from None
        if written_as > FORMAT:
            raise Damaged(
                f"the backup is from a newer ig-worker ({self.about.get('ig_worker')})",
                cure="install that newer ig-worker, and restore with it",
            )


class _Seen:
    """What was read, as the list would have it."""

    def __init__(self) -> None:
        self._lines = hashlib.sha256()
        self.count = 0
        self.listed = False

    def note(self, path: str, size: int, digest: str) -> None:
        # The list is in the order of the files, so that a hash of both is enough to compare them.
        self._lines.update(json.dumps({"path": path, "size": size, "sha256": digest}).encode() + b"\n")
        self.count += 1

    def compare(self, manifest: Any) -> None:
        self._lines.update(json.dumps({"end": True, "files": self.count}).encode() + b"\n")
        listed = hashlib.sha256()
        while block := manifest.read(BLOCK):
            listed.update(block)
        if not hmac.compare_digest(listed.digest(), self._lines.digest()):
            raise damaged("its files are not those that it lists")
        self.listed = True


class _Bare:
    """The tar of a backup in the clear, without what follows it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        if size < TRAILER + 1024:
            raise damaged("it is too short")
        self._file = file
        self._left = size - TRAILER
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        self._hash.update(block)
        return block

    def prove(self) -> None:
        """All has been read: is it what was written?"""
        if not hmac.compare_digest(self._file.read(TRAILER + 1), _trailer(self._hash.hexdigest())):
            raise damaged("its hash is another")


class _Hashing:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        try:
            block: bytes = self._file.read(size)
        except tarfile.TarError:
            raise damaged("it ends too soon") from None
        self._hash.update(block)
        return block

    def drain(self) -> None:
        """Read what was left."""
        while self.read(BLOCK):
            pass

    @property
    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Sink(io.RawIOBase):
    """What tarfile writes into."""

    def __init__(self, out: Writes) -> None:
        self._into = out
        self.wanted = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._into.write(bytes(data)) if self.wanted else len(data)


def _forget(tar: tarfile.TarFile) -> None:
    """It would remember every member: a hundred megabytes for the evidence of ten years."""
    vars(tar)["members"] = []


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    known = name in (ABOUT, DATABASE, MANIFEST) or (name.startswith(DATA) and len(parts) > 1)
    return known and not name.startswith("/") and ".." not in parts and "\0" not in name


def _trailer(digest: str) -> bytes:
    return (_MARK + digest.encode() + b"\n").ljust(TRAILER, b"\0")
