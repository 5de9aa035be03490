"""Finds numbers that belong to a person in text that is about to become public.

Identity (NIK, family card), BPJS, medical record and telephone numbers. The patterns ask for the groupings
people write, because opening hours, dates and prices are full of digits as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

_GAP = r"\)?[ .\-/]{0,3}"
_AREA = r"[2-79]\d{1,2}"
"""An area code without its 0. None begins with 1 or 8: those are short numbers and mobile telephones."""

_PHONE_DIGITS = range(9, 14)
"""With the leading 0; the shortest are landlines of small towns."""
_MOBILE_DIGITS = range(10, 14)

_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARS_OR_HOURS = re.compile(r"(?:(?:19|20)\d\d){4}|(?:(?:[01]\d|2[0-4])(?:00|15|30|45)){4}")
_MONEY = re.compile(r"(?:\brp|\bidr|\$)\.?\s*$", re.I)
_SAME_SIGN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
    | dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "
    )
    | {"\uff0e": ".", "\uff1a": ":", "\uff0b": "+", "\uff08": "(", "\uff09": ")", "\uff0f": "/"}
)
# A digit in a box is a digit, a variation selector and a box; invisible signs may stand between any two digits.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20e3\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_OTHER_DASH = re.compile(r"(?<=\d)[_*~\u00b7\u2022\u2027\u2219]+(?=\d)")

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class PersonalNumber:
    """A number found. Only its last two digits are kept: the rest must not reach a log or a notice."""

    name: str
    """What it looks like, in Indonesian."""
    ending: str


def _is_identity(digits: str) -> bool:
    return not _YEARS_OR_HOURS.fullmatch(digits)


def _always(_digits: str) -> bool:
    return True


def _is_mobile(digits: str) -> bool:
    return len(digits) in _MOBILE_DIGITS


def _is_phone(digits: str) -> bool:
    return len(digits) in _PHONE_DIGITS


def _is_no_year(digits: str) -> bool:
    return not _YEAR.fullmatch(digits)


# The order matters: a number is called by the first name that fits, and is told once.
_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "NIK atau nomor KK",
        re.compile(
            r"(?<!\d)(?:\d{16}|\d{4}(?:[ .\-]\d{4}){3}|\d{6}[ .\-]\d{6}[ .\-]\d{4}"
            r"|\d\d([ .\-])\d\d\1\d\d\1\d{6}\1\d{4})(?!\d)"
        ),
        _is_identity,
    ),
    (
        "nomor rekam medis",
        re.compile(
            r"(?<![\w@#.])(?:no(?:mor)?\.?\s*)?(?:n\.?r\.?m\.?|r\.?m\.?|rekam\s+medi[sk])"
            r"(?:\s*(?:no(?:mor)?\.?|pasien|anda|bapak|ibu))*\s*[:.#=\-]?\s*(\d(?:[ .\-]?\d){3,9})(?!\d)",
            re.I,
        ),
        _is_no_year,
    ),
    (
        "nomor telepon",
        re.compile(
            rf"(?<![\d+])(?:\+?62[ .\-]?(?:\(0\)|0)?|0){_GAP}\(?8[1-9]\d?(?:{_GAP}\d{{2,5}}){{2,4}}(?!\d)"
        ),
        _is_mobile,
    ),
    ("nomor telepon", re.compile(r"(?<![\d.\-/:])08([ .\-])\d\d(?:\1\d\d){3,4}(?!\d|[.:/\-]\d)"), _is_mobile),
    (
        "nomor telepon",
        re.compile(rf"(?<![\d+.,/\-])0{_AREA}(?:[ .\-]{{1,3}})?\d{{5,8}}(?!\d|[.,]\d)"),
        _is_phone,
    ),
    (
        "nomor telepon",
        re.compile(rf"(?<![\d+])\(0{_AREA}\)[ .\-]{{0,3}}\d{{2,4}}[ .\-]?\d{{2,5}}(?!\d)"),
        _is_phone,
    ),
    (
        "nomor telepon",
        re.compile(rf"\+62[ .\-]?\(?{_AREA}\)?[ .\-]{{0,3}}\d{{3,4}}[ .\-]?\d{{2,4}}(?!\d)"),
        _is_phone,
    ),
    (
        "nomor BPJS",
        re.compile(r"(?<!\d)(?:\d{13}|0\d{3}[ .\-]\d{4}[ .\-]\d{4}[ .\-]\d|000\d(?:[ .\-]\d{3}){3})(?!\d)"),
        _always,
    ),
)


def personal_numbers(text: str, *, own_numbers: Collection[str] = ()) -> tuple[PersonalNumber, ...]:
    """The personal numbers in a text, in the order they stand there; ``own_numbers`` are the centre's own."""
    plain = _plain(text)
    if not _DIGIT.search(plain):
        return ()
    allowed = {_digits(number) for number in own_numbers}
    taken: list[tuple[int, int, PersonalNumber]] = []
    for name, pattern, is_one in _PATTERNS:
        for found in pattern.finditer(plain):
            start, end = found.span()
            digits = _digits(found[0])
            overlaps = any(start < other_end and other_start < end for other_start, other_end, _ in taken)
            money = _MONEY.search(plain, max(0, start - 6), start)
            if not overlaps and not money and is_one(digits) and digits not in allowed:
                taken.append((start, end, PersonalNumber(name, digits[-2:])))
    return tuple(number for _, _, number in sorted(taken, key=lambda item: item[0]))


def _plain(text: str) -> str:
    """The text with one spelling for each digit, blank and dash, and without signs that nobody sees."""
    seen = _OTHER_DASH.sub("-", _UNSEEN.sub("", text).translate(_SAME_SIGN))
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), seen)


def _digits(text: str) -> str:
    """Digits alone, with the country's 62 as a leading 0, so that both spellings of a telephone are equal."""
    digits = "".join(c for c in _plain(text) if c.isdecimal())
    if len(digits) not in range(10, 15) or not digits.startswith("62"):
        return digits
    return "0" + digits[2:].removeprefix("0")
