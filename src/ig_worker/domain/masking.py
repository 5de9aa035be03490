"""Hides what identifies a person in text that others will read: notices, reports, logs and lists.

Masked are identity numbers (NIK and KK, 16 digits), BPJS card numbers (13 digits), telephone numbers, e-mail
addresses and medical-record numbers (RM). The first and last two digits stay, so that those who know the number can
tell it is the one: ``08••••••••90``. The patterns ask for the groupings people write, because opening hours, prices
and dates are full of digits as well.
"""

from __future__ import annotations

import re

_DOT = "•"

# People put one blank, dot or dash between digits; some put signs nobody sees, to get past a filter.
_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]*"
_GAP = rf"{_UNSEEN}(?:[ .\-\u00a0\u2010-\u2015]{_UNSEEN})?"
_BEFORE = r"(?<![\d+])(?<!\d[.,])"
_AFTER = rf"(?!{_UNSEEN}\d)"


def _grouped(*sizes: int) -> str:
    return _GAP.join(rf"\d(?:{_UNSEEN}\d){{{size - 1}}}" if size > 1 else r"\d" for size in sizes)


_IDENTITY = "|".join(
    _grouped(*sizes) for sizes in ((4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (8, 8), (6, 10), (12, 4))
)
_BPJS = "|".join(
    _grouped(*sizes) for sizes in ((4, 4, 4, 1), (4, 4, 5), (3, 3, 3, 4), (5, 4, 4), (3, 5, 5), (5, 8))
)

_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # After a word that says what it is, any grouping will do.
        rf"(?<!\w)(?:nik|kk|ktp|bpjs|jkn|kis)\s*(?:no(?:mor|mer)?\.?)?\s*[:.#=]?\s*\d(?:{_GAP}\d){{7,17}}{_AFTER}",
        # Medical records have no shape of their own; only the word before them tells.
        rf"(?<!\w)(?:r\.?m\.?|rekam\s+medi[sk]|medrec)\s*(?:no(?:mor|mer)?\.?)?\s*[:.#=]?\s*\d(?:{_GAP}\d){{3,11}}{_AFTER}",
        rf"{_BEFORE}(?:{_IDENTITY}){_AFTER}",
        # Mobile: 08…, 628…, +62 8…, +62 (0) 8…; nine to thirteen digits after the country, however they are grouped.
        rf"{_BEFORE}(?:\+?\(?62\)?{_GAP}(?:\(?0\)?{_GAP})?|0{_GAP})8(?:{_GAP}\d){{7,11}}{_AFTER}",
        rf"{_BEFORE}(?:{_BPJS}){_AFTER}",
        # Mobile without its leading 0, as people dictate it.
        rf"{_BEFORE}8[1-9](?:{_UNSEEN}\d){{8,10}}{_AFTER}",
        # Fixed lines: (0341) 491320, 0341-491320, +62 341 491320.
        rf"{_BEFORE}(?:\(0[2-79]\d{{1,2}}\)|0[2-79]\d{{1,2}}|\+62{_GAP}[2-79]\d{{1,2}}){_GAP}\d{{3,4}}{_GAP}\d{{3,4}}{_AFTER}",
    )
)

_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@((?:[\w-]+\.)+[^\W\d_]{2,})")

# 08.00-12.00, 07.30 - 14.00: opening hours begin as telephone numbers do.
_HOURS = re.compile(r"(?<!\d)[0-2]?\d[.:][0-5]\d(?!\d)")


def mask(text: str) -> str:
    """The text with personal numbers and addresses made unreadable. Masked text stays as it is."""
    text = _EMAIL.sub(rf"\1{_DOT * 3}@\2", text)
    for pattern in _NUMBERS:
        text = pattern.sub(_masked, text)
    return text


def _masked(found: re.Match[str]) -> str:
    whole = found[0]
    if len(_HOURS.findall(whole)) > 1:
        return whole
    start = next(place for place, character in enumerate(whole) if character.isdigit())
    before, number = whole[:start].replace("(", ""), whole[start:]
    keep = 4 if whole.startswith("+") else 2
    digits = [character for character in number if character.isdigit()]
    hidden = _DOT * (len(digits) - keep - 2)
    return before + "".join(digits[:keep]) + hidden + "".join(digits[-2:])
