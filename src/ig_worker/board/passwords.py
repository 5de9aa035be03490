"""Passwords: argon2id, one at a time, because each takes nineteen megabytes while it is made or checked."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
"""Letters of a password."""

# What OWASP's password storage cheat sheet names first for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ONE_AT_A_TIME = threading.Lock()


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def is_right(kept: str, password: str) -> bool:
    """Whether this is the password of which `kept` is the hash."""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
