"""Reads a text as the eye does: one spelling for each digit, letter, dash and blank, and nothing that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# A digit in a box is a digit, a variation selector and a box; invisible signs may stand between any two digits.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u207b\u208b\u30fc\ufe58\ufe63\uff0d")
_LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")


@dataclass(frozen=True)
class Plain:
    """A text in its plain spelling, with the way back."""

    text: str
    origin: Sequence[int]
    """Where each sign of it stands in the text as it was written, and last that text's length."""

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where the signs from `start` to `end` stand as they were written, with the unseen ones behind the last."""
        return self.origin[start], self.origin[end]

    def begins(self, written: int) -> int:
        """The first sign here that stands at this place of the written text or behind it."""
        return bisect_left(self.origin, written)


def plain(text: str) -> Plain:
    """The text as it is seen. Takes anything, lone surrogates and NUL too."""
    if text.isascii() and text.isprintable():
        return Plain(text, range(len(text) + 1))
    signs: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        if (sign := _seen(character)) != "":
            signs.append(sign)
            origin.append(place)
    return Plain("".join(signs), [*origin, len(text)])


@lru_cache(maxsize=4_096)
def _seen(character: str) -> str:
    """One sign, or nothing where there is nothing to see."""
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    if _UNSEEN.match(character):
        return ""
    if character.isascii():
        return character
    if character in _DASHES:
        return "-"
    if character.isspace():
        return " "
    # Full-width, Arabic, superscript, circled, mathematical: whatever stands for one digit.
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    same = unicodedata.normalize("NFKC", character)
    return same if len(same) == 1 else character
