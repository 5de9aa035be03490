"""Looks at the machine: folders and their rights, disk, memory, files that came along."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.machine import IN_MEMORY, Disk, of_disk, of_fonts, of_memory

MOUNTS = Path("/proc/self/mountinfo")
MEMORY = Path("/proc/meminfo")
IN_A_CONTAINER = Path("/run/secrets")
"""What an engine puts there is open to all of the container, which is one user's."""
CONTAINERS_LIMIT = Path("/sys/fs/cgroup/memory.max")
CONTAINERS_USE = Path("/sys/fs/cgroup/memory.current")


def rights_of_secrets(files: Sequence[Path]) -> Iterator[Finding]:
    """Whether others than their owner and the owner's group may read them."""
    ours = [file for file in files if not file.is_relative_to(IN_A_CONTAINER)]
    opened = [str(file) for file in ours if is_open_to_others(file, stat.S_IROTH | stat.S_IWOTH)]
    yield found("config_rights", "open", files=" ".join(opened)) if opened else found("config_rights")


def data_folder(folder: Path, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """There, writable, its owner's alone, and on a disk that lasts."""
    if not folder.is_dir():
        yield found("data_dir", "missing", folder=str(folder))
        return
    if reason := why_not_writable(folder):
        yield found("data_dir", "not_writable", folder=str(folder), reason=reason)
        return
    wrong = []
    if (kind := filesystem(folder, mounts)) in IN_MEMORY:
        wrong.append(found("data_dir", "in_memory", folder=str(folder), kind=kind))
    if is_open_to_others(folder, stat.S_IRWXO):
        wrong.append(found("data_dir", "open", folder=str(folder)))
    yield from wrong or [found("data_dir", folder=str(folder))]


def disk_of(folder: Path, least_mb: int) -> Iterator[Finding]:
    """Free space where the folder lies, or will lie."""
    standing = nearest(folder)
    said = os.statvfs(standing)
    # A file system without a limit of files says 0 of them in all.
    inodes = said.f_favail if said.f_files else None
    disk = Disk(said.f_bavail * said.f_frsize, said.f_blocks * said.f_frsize, inodes)
    yield of_disk(disk, least_mb, str(standing))


def memory(
    file: Path = MEMORY, limit: Path = CONTAINERS_LIMIT, use: Path = CONTAINERS_USE
) -> Iterator[Finding]:
    """What the machine has, or the container where that allows less."""
    said = {}
    for line in file.read_text("ascii", "replace").splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            said[name] = int(words[0]) * 1024
    total = said["MemTotal"] + said.get("SwapTotal", 0)
    available = said.get("MemAvailable", said["MemFree"]) + said.get("SwapFree", 0)
    allowed, used = _number(limit), _number(use)
    if allowed is not None and allowed < total:
        total, available = allowed, min(available, max(allowed - (used or 0), 0))
    yield of_memory(available, total)


def fonts(folder: Path, wanted: Collection[str]) -> Iterator[Finding]:
    """The files that papers are set with, none of them empty."""
    there = [file.name for file in folder.glob("*.ttf") if file.stat().st_size > 0]
    yield of_fonts(there, wanted)


def log_file(file: Path | None) -> Iterator[Finding]:
    """``[log] file``, where one is named, and its folder: there it is changed for a fresh one."""
    if file is None:
        return
    reason, folder = "", nearest(file.parent)
    if file.exists() and not os.access(file, os.W_OK):
        reason = "Permission denied"
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason = f"Permission denied: {folder}"
    yield (
        found("log_file", "not_writable", file=str(file), reason=reason)
        if reason
        else found("log_file", file=str(file))
    )


def is_open_to_others(path: Path, bits: int) -> bool:
    """Whether one of these rights is everybody's, and the folders above let everybody pass."""
    try:
        if not path.stat().st_mode & bits:
            return False
        return all(above.stat().st_mode & stat.S_IXOTH for above in path.absolute().parents)
    except OSError:
        return False


def why_not_writable(folder: Path) -> str:
    """Why no file can be made there; empty where it can. One is made, and removed at once."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"ig-worker")
            probe.flush()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            return place
    return Path("/")


def filesystem(folder: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system under the folder (``ext4``, ``nfs4``), empty where the system does not tell."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(nearest(folder))
    kinds: dict[str, str] = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) > 4 and after:
            # Blanks in a name are written as \040; a later mount on the same place hides the earlier one.
            kinds[fields[4].replace("\\040", " ")] = after.split()[0]
    over = [mount for mount in kinds if place == mount or place.startswith(mount.rstrip("/") + "/")]
    return kinds[max(over, key=len)] if over else ""


def on_path(command: str) -> bool:
    """Whether a command is there to be run."""
    return shutil.which(command) is not None


def _number(file: Path) -> int | None:
    try:
        text = file.read_text("ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
