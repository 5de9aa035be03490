"""Which pairs of faults a run plays: all of them are tens of thousands of histories, a quarter of an hour on two cores.

A run plays each fifth pair, and other ones the next day, so that five days have played them all. Of two moments every
run still meets about seven of the 36 ways in which they can go wrong together. `scripts/test --every-fault` plays
all; whoever changes what happens between an intent and its outcome does that once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zlib import crc32

PARTS = 5
EVERY = False
"""Set by `--every-fault` (tests/conftest.py)."""


def is_played(*pair: object) -> bool:
    """Whether this run plays these two faults."""
    return EVERY or crc32(repr(pair).encode()) % PARTS == datetime.now(UTC).toordinal() % PARTS
