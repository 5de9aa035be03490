"""Passwords: argon2id, one at a time, because each takes nineteen megabytes while it is made or checked."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# What OWASP's password storage cheat sheet names first for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ONE_AT_A_TIME = threading.Lock()

# Without what looks alike on paper: 0 and o, 1 and l and i.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(_bytes(password))


def is_right(kept: str, password: str) -> bool:
    """Whether this is the password of which `kept` is the hash."""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(kept, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's, so that it is made anew at the next login."""
    return _HASHER.check_needs_rehash(kept)


def made() -> str:
    """A password for somebody who will choose their own: four times four letters that can be read out, 79 bits."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))


def _bytes(password: str) -> bytes:
    # One telephone writes é as one letter, the next as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
