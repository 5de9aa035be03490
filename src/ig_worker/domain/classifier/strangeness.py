"""Whether a text is in words that the model has never met: another language, another script, a hand on the keys.

What the model makes of such a text is chance, however sure it is of it. A person looks instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.slang import SLANG

_LAST_LATIN = "\u024f"
_FEWEST_WORDS = 3
_LEAST_KNOWN = 0.33
"""Where less than this share (a third) of the words is known, a text is strange."""

_ENDINGS = ("nya", "ku", "mu", "ne", "e", "an", "in", "i", "kan", "lah", "kah", "pun")
_BEGINNINGS = ("di", "ke", "se", "ber", "ter", "me", "men", "mem", "meng", "ng", "ny", "n", "m", "pe", "per")


@cache
def _of_the_lists() -> frozenset[str]:
    sets = (
        lexicon.NEGATION, lexicon.FILLERS, lexicon.CONTRAST, lexicon.QUESTION, lexicon.REQUEST, lexicon.POSITIVE,
        lexicon.NEGATIVE, lexicon.HEDGE, lexicon.REPROACH, lexicon.ILLNESS, SLANG.values(),
    )  # fmt: skip
    return frozenset(word for one in sets for word in one)


def _is_latin(plain: str) -> bool:
    return plain.isascii() or all(letter <= _LAST_LATIN for letter in plain)


def _is_familiar(plain: str, knows: Callable[[str], bool]) -> bool:
    """Whether the word, or the word without its ending and beginning, is known."""
    listed = _of_the_lists()
    if plain in listed or knows(plain):
        return True
    bare = [
        plain,
        *(plain[: -len(end)] for end in _ENDINGS if plain.endswith(end) and len(plain) > len(end) + 2),
    ]
    bare += [
        word[len(start) :]
        for word in bare
        for start in _BEGINNINGS
        if word.startswith(start) and len(word) > len(start) + 2
    ]
    return any(word in listed or knows(word) for word in bare[1:])


def is_strange(tokens: Sequence[Token], knows: Callable[[str], bool]) -> bool:
    """Whether most of the words are unknown: in another script any number of words, in ours three or more."""
    words = [token.plain for token in tokens if token.is_word]
    if sum(not _is_latin(word) for word in words) * 2 > len(words):
        return True
    if len(words) < _FEWEST_WORDS:
        return False
    # The plain look-up first: it settles nearly every text.
    unknown = [word for word in words if not knows(word)]
    if len(words) - len(unknown) >= _LEAST_KNOWN * len(words):
        return False
    return len(words) - sum(not _is_familiar(word, knows) for word in unknown) < _LEAST_KNOWN * len(words)


def has_nothing_familiar(tokens: Sequence[Token], knows: Callable[[str], bool]) -> bool:
    """Whether not one word is known: nothing may be done to anybody on the strength of their letters."""
    return not any(token.is_word and _is_familiar(token.plain, knows) for token in tokens)
