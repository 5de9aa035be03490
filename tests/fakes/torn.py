"""What a power cut leaves of SQLite's write-ahead log: all that was synced, and anything at all after it."""

from __future__ import annotations

import random
import struct
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24


def synced_end(log: bytes) -> int:
    """Where the last whole transaction ends: the frames of the log's own salt, up to the last one that commits.

    Which bytes after it are from before the log began anew, and which from a transaction that was cut, nobody knows.
    """
    if len(log) < HEADER:
        return len(log)
    (page_size,) = struct.unpack(">I", log[8:12])
    salt, end, at = log[16:24], HEADER, HEADER
    while at + FRAME_HEADER + page_size <= len(log) and log[at + 8 : at + 16] == salt:
        (pages_after,) = struct.unpack(">I", log[at + 4 : at + 8])
        at += FRAME_HEADER + page_size
        if pages_after:
            end = at
    return end


def tails(later: bytes, end: int, chance: random.Random) -> list[bytes]:
    """What may stand after `end`, of which `later` was to be written: cut, zeroed, half, in disorder, rubbish."""
    to_come = later[end:]
    cut = chance.randrange(len(to_come) + 1) if to_come else 0
    sectors = [to_come[at : at + 512] for at in range(0, len(to_come), 512)]
    lost = [sector if chance.random() < 0.6 else bytes(len(sector)) for sector in sectors]
    return [
        b"",
        to_come[:cut],
        to_come[:cut] + bytes(len(to_come) - cut),
        bytes(len(to_come)),
        b"".join(lost),
        to_come[:cut] + chance.randbytes(3000),
        chance.randbytes(chance.randrange(1, 9000)),
    ]


def tear(file: Path, chance: random.Random) -> None:
    """Cut the power of a database whose process was killed: what was not synced is torn."""
    log_file = file.with_name(f"{file.name}-wal")
    if not log_file.exists():
        return
    log = log_file.read_bytes()
    end = synced_end(log)
    log_file.write_bytes(log[:end] + chance.choice(tails(log, end, chance)))
    # What lay in shared memory is gone with the power.
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
