"""Finds numbers that belong to a person in text that is about to become public.

Identity (NIK, family card), BPJS, medical record and telephone numbers. The patterns ask for the groupings
people write, because opening hours and dates are full of digits as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_GAP = r"[ .\-\u00a0]?"

# The order matters: a number is called by the first name that fits, and is told once.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "NIK atau nomor KK",
        re.compile(r"(?<!\d)(?:\d{16}|\d{4}(?:[ .\-]\d{4}){3}|\d{6}[ .\-]\d{6}[ .\-]\d{4})(?!\d)"),
    ),
    (
        "nomor rekam medis",
        re.compile(
            r"(?<!\w)(?:no(?:mor)?\.?\s*)?(?:r\.?m\.?|rekam\s+medis)\s*[:.#]?\s*(\d(?:[ .\-]?\d){3,9})(?!\d)",
            re.I,
        ),
    ),
    (
        "nomor telepon",
        re.compile(rf"(?<![\d+])(?:\+?62|0){_GAP}8\d{{1,2}}(?:{_GAP}\d{{2,5}}){{2,4}}(?!\d)"),
    ),
    ("nomor telepon", re.compile(r"(?<!\d)\(?0[2-79]\d{1,2}\)?[ \-]\d{5,8}(?!\d)")),
    ("nomor BPJS", re.compile(r"(?<!\d)(?:\d{13}|0\d{3}[ .\-]\d{4}[ .\-]\d{4}[ .\-]\d)(?!\d)")),
)


@dataclass(frozen=True)
class PersonalNumber:
    """A number found. Only its last two digits are kept: the rest must not reach a log or a notice."""

    name: str
    """What it looks like, in Indonesian."""
    ending: str


def personal_numbers(text: str, *, own_numbers: Collection[str] = ()) -> tuple[PersonalNumber, ...]:
    """The personal numbers in a text, in the order they stand there; ``own_numbers`` are the centre's own."""
    allowed = {_digits(number) for number in own_numbers}
    taken: list[tuple[int, int, PersonalNumber]] = []
    for name, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            start, end = found.span()
            digits = _digits(found[0])
            overlaps = any(start < other_end and other_start < end for other_start, other_end, _ in taken)
            if not overlaps and digits not in allowed:
                taken.append((start, end, PersonalNumber(name, digits[-2:])))
    return tuple(number for _, _, number in sorted(taken, key=lambda item: item[0]))


def _digits(text: str) -> str:
    """Digits alone, with the country's 62 as a leading 0, so that both spellings of a telephone are equal."""
    digits = "".join(c for c in text if c.isdigit())
    return "0" + digits[2:] if digits.startswith("628") else digits
