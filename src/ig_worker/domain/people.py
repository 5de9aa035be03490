"""Whose name stands in a cell: the four eyes are two people's, however their names are typed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
"""Letters by their class that show nothing (Hangul fillers)."""


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person: capitals, accents, blanks, full stops and unseen signs make no difference."""
    return letters_of(one) == letters_of(other)


def is_named(name: str) -> bool:
    """Whether somebody's name stands there: a dash or a question mark in its place is nobody."""
    return any(letter.isalpha() for letter in letters_of(name))


@lru_cache(1000)  # the same few names stand in every row of a plan
def letters_of(text: str) -> str:
    """The letters and digits alone, each in one spelling: what a text says, apart from how it is typed."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum() and c not in _BLANK_LETTERS)
