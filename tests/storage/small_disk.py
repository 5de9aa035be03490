"""A disk of a few megabytes that can be filled and given back: wherever this machine lets us have one."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SIZE_MB = 24
SHARED_MEMORY = Path("/dev/shm")
"""In a container without any rights, 64 MB that everybody may write: small enough to be filled."""
MOST_SHARED_MB = 256
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


@dataclass
class SmallDisk:
    """A file system of its own on a folder."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "somebody-elses.iso"

    def fill(self, leave: int = 0) -> None:
        """Take all of the space but so many bytes."""
        with self.ballast.open("ab") as file:
            piece = b"x" * 65_536
            while (free := self.free()) > leave:
                try:
                    file.write(piece[: max(1, min(len(piece), free - leave))])
                    file.flush()
                except OSError:
                    break

    def make_room(self) -> None:
        self.ballast.unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """As a disk is after an error of its file system: for everybody, or for us alone where it cannot be mounted."""
        if where() != "shared":
            # The disk itself cannot: it is in use. Who looks for a file by its name sees the newer mount.
            folder = str(self.folder)
            subprocess.run(["mount", "--bind", folder, folder], check=True)
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            try:
                yield
            finally:
                _unmount(self.folder)
            return
        kept = {path: path.stat().st_mode for path in (self.folder, *self.folder.glob("ig-worker.db*"))}
        for path, mode in kept.items():
            path.chmod(mode & 0o555)
        try:
            yield
        finally:
            for path, mode in kept.items():
                path.chmod(mode)

    def free(self) -> int:
        said = os.statvfs(self.folder)
        return said.f_bavail * said.f_frsize


@cache
def where() -> str:
    """How this user has a small disk: by a "mount", one in a "namespace" of its own, in "shared" memory, or "" not."""
    probe = Path(tempfile.mkdtemp(prefix="ig-worker-disk-"))
    try:
        if _mounted(probe):
            _unmount(probe)
            return "mount"
        if shutil.which(NAMESPACE[0]) and _works(*NAMESPACE, *_mounting(probe)):
            return "namespace"
    finally:
        probe.rmdir()
    if SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK):
        said = os.statvfs(SHARED_MEMORY)
        if SIZE_MB << 20 <= said.f_blocks * said.f_frsize <= MOST_SHARED_MB << 20:
            return "shared"
    return ""


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A small disk on that folder, which is made; or elsewhere, for one test at a time, where none may be mounted."""
    if where() == "shared":
        with (SHARED_MEMORY / "ig-worker-disk.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with tempfile.TemporaryDirectory(prefix="ig-worker-disk-", dir=SHARED_MEMORY) as found:
                yield SmallDisk(Path(found))
        return
    folder.mkdir(parents=True)
    assert _mounted(folder)
    try:
        yield SmallDisk(folder)
    finally:
        _unmount(folder)


def _mounting(folder: Path) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]


def _mounted(folder: Path) -> bool:
    return _works(*_mounting(folder))


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
