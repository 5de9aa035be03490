"""What is right and wrong with the machine: disk, memory, clock, Python."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from ig_worker.domain.checkup.finding import Finding, found

MEGABYTE = 1_000_000

SOON = 2
"""Less free space than so many times the least is said as a warning."""

FEWEST_INODES = 2_000

LEAST_MEMORY_MB = 150
"""With less memory to be had, a report or a large photograph ends for want of it."""

CLOCK_MAY_BE_OFF = timedelta(minutes=1)

PYTHON_ENDS = {(3, 11): date(2027, 10, 31), (3, 12): date(2028, 10, 31), (3, 13): date(2029, 10, 31)}
"""The last month of each version's security fixes (PEP 664, 693, 719); newer ones are cared for longer."""

INDONESIAN_ZONES = frozenset({"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Pontianak"})

IN_MEMORY = frozenset({"tmpfs", "ramfs"})

ON_A_NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.glusterfs",
        "ceph",
        "9p",
        "afs",
    }
    | {"fuse.s3fs", "fuse.davfs2", "davfs", "ncpfs", "fuse.gcsfuse", "fuse.ceph", "lustre", "glusterfs"}
)


@dataclass(frozen=True)
class Disk:
    """Bytes free for this user, bytes in all, and how many more files can be made (None: no such limit)."""

    free: int
    total: int
    inodes_free: int | None


def of_disk(disk: Disk, least_mb: int, folder: str) -> Finding:
    """Against ``[health] least_free_mb``."""
    free_mb = disk.free // MEGABYTE
    if free_mb < least_mb:
        return found("disk_space", "low", free_mb=free_mb, least_mb=least_mb, folder=folder)
    if disk.inodes_free is not None and disk.inodes_free < FEWEST_INODES:
        return found("disk_space", "inodes", inodes=disk.inodes_free)
    if free_mb < SOON * least_mb:
        return found("disk_space", "soon_low", free_mb=free_mb, least_mb=least_mb, folder=folder)
    return found("disk_space", free_mb=free_mb, total_mb=disk.total // MEGABYTE)


def of_memory(available: int, total: int) -> Finding:
    """In bytes, swap included."""
    available_mb, total_mb = available // MEGABYTE, total // MEGABYTE
    what = "low" if available_mb < LEAST_MEMORY_MB else "ok"
    return found("memory", what, available_mb=available_mb, total_mb=total_mb)


def of_clock(ahead: timedelta | None, *, played: bool = False) -> Finding:
    """How far the machine's clock is ahead of the answers'; None where nobody told."""
    if played:
        return found("clock", "played")
    if ahead is None:
        return found("clock", "unknown")
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= CLOCK_MAY_BE_OFF:
        return found("clock", seconds=seconds)
    return found("clock", "ahead" if ahead > timedelta(0) else "behind", seconds=seconds)


def of_python(version: tuple[int, int, int], ours: str, today: date) -> Finding:
    """``version`` is major, minor, micro; ``ours`` is ig-worker's."""
    written = ".".join(map(str, version))
    end = PYTHON_ENDS.get(version[:2])
    if end is not None and today > end:
        return found("python", "ended", version=written, month=f"{end:%m/%Y}")
    return found("python", version=written, ours=ours)


def of_zone(name: str, now: str) -> Finding:
    """``now`` is the time there, as people write it."""
    return found("time_zone", "ok" if name in INDONESIAN_ZONES else "elsewhere", zone=name, now=now)


def of_fonts(there: Collection[str], wanted: Collection[str]) -> Finding:
    """Names of files."""
    missing = sorted(set(wanted) - set(there))
    if missing:
        return found("fonts", "missing", names=", ".join(missing))
    return found("fonts", count=len(there))


def of_ffprobe(*, installed: bool, videos: int) -> Finding:
    """``videos`` is how many posts with a video wait."""
    if installed:
        return found("ffprobe")
    return found("ffprobe", "missing", videos=videos) if videos else found("ffprobe", "not_needed")
