"""Puts files where they stay whole through a power cut: what the database names must not turn out to be empty."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def into_place(made: Path, place: Path) -> None:
    """Give a file that was written aside, on the same disk, its name: whole and durably, or not at all (OSError)."""
    sync(made)
    made.replace(place)
    sync(place.parent)


def settle(file: Path) -> None:
    """The same for a file that was written under its own name (OSError)."""
    sync(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Let the disk have all of a file, or of a folder's names, before anything else happens (OSError).

    A folder that cannot be synced at all (some network shares, one that may be written but not read) is left as it is:
    its file is in place by then, and to refuse it would be to do without it for ever.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_SUCH_SYNC or not path.is_dir():
            raise


_NO_SUCH_SYNC = {errno.EINVAL, errno.EACCES, errno.ENOTSUP}
