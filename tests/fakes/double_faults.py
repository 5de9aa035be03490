"""Which pairs of faults a run plays: all of them are tens of thousands of histories, a quarter of an hour on two cores.

A run plays each third pair, and another third the next day, so that three days have played them all. Of two moments
every run still meets a dozen of the 36 ways in which they can go wrong together. `scripts/test --every-fault` plays
all; whoever changes what happens between an intent and its outcome does that once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zlib import crc32

THIRDS = 3
EVERY = False
"""Set by `--every-fault` (tests/conftest.py)."""


def is_played(*pair: object) -> bool:
    """Whether this run plays these two faults."""
    return EVERY or crc32(repr(pair).encode()) % THIRDS == datetime.now(UTC).toordinal() % THIRDS
