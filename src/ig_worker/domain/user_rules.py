"""What a user of the board may be called, and which passwords are none.

Passwords follow NIST SP 800-63B: length counts, no rule asks for a sign or a capital, what everybody takes is refused.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from ig_worker.domain.people import letters_of

SHORTEST, LONGEST = 10, 200
"""Letters of a password."""

NAME_ALLOWED = "1 to 40 small letters, digits, full stops, hyphens and underscores, a letter or digit first"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

# One or two of these with digits are what people here take when a program wants ten letters.
_COMMON_WORDS = (
    "password|passw0rd|katasandi|sandi|rahasia|puskesmas|polowijen|instagram|igworker|admin|administrator|"
    "user|qwerty|qwertyuiop|asdfghjkl|zxcvbnm|abc|abcd|abcde|abcdef|letmein|welcome|selamat|datang|pagi|"
    "indonesia|raya|merdeka|bismillah|alhamdulillah|assalamualaikum|sayang|sayangku|cinta|iloveyou|aku|"
    "kamu|kesehatan|sehat|salam|bidan|perawat|dokter|malang|jakarta|pembuat|redaksi|verifikator|"
    "penanggungjawab|keluhan|kepala|test|tester|testing|coba|monyet|dragon|football|baseball|master|"
    "superman|princess|sunshine|login|papan"
)
_COMMON = re.compile(rf"[0-9]*(?:(?:{_COMMON_WORDS})[0-9]*){{1,2}}")


def is_user_name(name: str) -> bool:
    """Whether somebody can log in with this name (NAME_ALLOWED)."""
    return _NAME.fullmatch(name) is not None


def why_no_password(password: str, *names: str) -> str | None:
    """``short``, ``long``, ``name`` (one of the user's `names`) or ``common``; None for a password that will do."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    letters = letters_of(password)
    for name in filter(None, map(letters_of, names)):
        if letters.replace(name, "").strip("0123456789") == "" and name in letters:
            return "name"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if (
        len(set(plain)) <= 3
        or _is_row(plain)
        or (letters and _COMMON.fullmatch(letters))
        or letters.isdigit()
    ):
        return "common"
    return None


def _is_row(text: str) -> bool:
    """Each letter one after (or before) the one before it, as in ``abcdefghij`` or ``9876543210``."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) == 1
