"""Which words of a message could be what many people speak of just now, and which of them are somebody's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from ig_worker.domain.case_letter import quoted
from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import cleaned, plain_word
from ig_worker.domain.classifier.slang import PHRASES, SLANG
from ig_worker.domain.exposure import veiled
from ig_worker.domain.masking import mask
from ig_worker.domain.mentioned import mentions, said_names
from ig_worker.domain.plain_digits import plain
from ig_worker.domain.rising_lists import (
    COARSE,
    FUNCTION,
    GIVEN_NAMES,
    GREETING,
    HEALTH,
    MANNERS,
    PEOPLE,
    TITLES,
)

SHORTEST, LONGEST = 3, 24
"""Letters of a word that is looked at."""

EXAMPLE = 110
"""Signs of a message that is shown as an example."""

_NO_WORDS = re.compile(
    r"(?:https?://|www\.)\S+|[^\s@]{0,60}@\S*|\#\w+|\[[a-z]+\]|[a-z\d-]{1,60}\.(?:com|id|co|net|org|me|ly|xyz|info)\b\S*"
)
"""Addresses, accounts, hashtags and what stands for a name already."""
_HINTS = re.compile(r"[@#\[]|://|www\.|[a-z\d]\.[a-z]")
_PIECES = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*2?(?![\w•]))|[\w•]+|[^\w\s]|\n")
_BEGIN_PHRASES = frozenset(first for first, _ in PHRASES)
_LAUGHTER = re.compile(r"(?:[wk]+|(?:[wh][aeiou]k?)+[wh]?|(.)\1*)")

_LISTS = (
    lexicon.FILLERS,
    lexicon.CONTRAST,
    lexicon.QUESTION,
    lexicon.REQUEST,
    lexicon.POSITIVE,
    lexicon.HEDGE,
)
_TELLING = frozenset({"gratis"})
"""Praise elsewhere, and yet what people may be asking about."""
_SILENT = frozenset().union(FUNCTION, PEOPLE, GREETING, COARSE, *_LISTS) - _TELLING - lexicon.NEGATION

_STEMS = tuple(
    sorted({stem for stems in lexicon.TOPIC_STEMS.values() for stem in stems} | set(lexicon.OUR_STEMS))
)
_LONG_STEMS = tuple(stem for stem in _STEMS if len(stem) >= 5)
_SHORT_STEMS = frozenset(stem + end for stem in _STEMS if len(stem) < 5 for end in ("", "nya", "an", "kan"))
_ORDINARY = frozenset().union(
    FUNCTION,
    PEOPLE,
    GREETING,
    HEALTH,
    *_LISTS,
    lexicon.NEGATION,
    lexicon.NEGATIVE,
    SLANG.values(),
    PHRASES.values(),
)
_DERIVED = re.compile(r"(?:pe[nm]|peng|me[nm]|meng)[a-z]{4,}(?:an|kan)")


_NAME_PARTS = 3
_INSIDE = re.compile(r"(?<=[a-z0-9,;] )(?<!\bdi )(?<!\bDi )[A-Z][a-z]{2,}")
"""Written as names are, in the middle of a sentence; places stand behind "di"."""
_LETTERS = re.compile(r"[a-z]{3,}")
_PLAIN_NAMES = re.compile(r"[^\W\d_]+")
_LIKE_NAMES = re.compile(
    r"[a-z]{2,}(?:[wy]ati|[hp]arti|ngsih|ngrum|yadi|[nr]yan[ti]|[jnw]anto|y[ao]nto|[ty]ono|[ai]rno|[jiy]em|inah|iyah|urrahman"
    r"|uddin|udin|ullah|ulloh|ansyah|[ms]tuti|sari[hn]ah|yatun|jono|wardi|wadi|mawan)"
)
"""How given names end in Java and Madura, and hardly any other word."""


def words_of(text: str) -> list[str]:
    """The plain words of a text in their order, "" wherever a pause, a number or anything else stands between them."""
    text = cleaned(text)
    if _HINTS.search(text):
        text = _NO_WORDS.sub(" . ", text)
    words = [_plain(written) if written else "" for written in _PIECES.findall(text)]
    return words if _BEGIN_PHRASES.isdisjoint(words) else _joined(words)


def _joined(words: Iterable[str]) -> list[str]:
    """With "terima kasih" as the one word that it is."""
    found: list[str] = []
    for word in words:
        if word and found and (whole := PHRASES.get((found[-1], word))):
            found[-1] = whole
        else:
            found.append(word)
    return found


@lru_cache(maxsize=20_000)
def _plain(written: str) -> str:
    word = plain_word(written)
    bare = word.removesuffix("nya")
    word = bare if len(bare) >= 4 and not word.endswith("tanya") else word
    return word if word.isalpha() else ""


@lru_cache(maxsize=20_000)
def is_telling(word: str) -> bool:
    """Whether a word can say by itself what people speak of: no function word, greeting, thanks, praise or name."""
    return (
        SHORTEST <= len(word) <= LONGEST
        and word.isascii()
        and word not in _SILENT
        and word not in lexicon.NEGATION
        and not is_given_name(word)
        and _LAUGHTER.fullmatch(word) is None
    )


@lru_cache(maxsize=20_000)
def is_given_name(word: str) -> bool:
    """Whether a word is a given name by itself, or sounds like one and is no word that everybody knows."""
    return word in GIVEN_NAMES or (_LIKE_NAMES.fullmatch(word) is not None and not is_ordinary(word))


def pairs(words: Iterable[str], frequent: frozenset[str] | set[str]) -> Iterator[str]:
    """Two words that belong together: "vaksin habis", also of "vaksin sudah habis"; "tidak buka" keeps its "tidak"."""
    before = ""
    for word in words:
        if not word:
            before = ""
        elif word in lexicon.NEGATION:
            before = word
        elif word in frequent:
            if before and before != word:
                yield f"{before} {word}"
            before = word
        elif word not in _SILENT:
            before = ""


@lru_cache(maxsize=20_000)
def is_ordinary(word: str) -> bool:
    """Whether everybody knows the word as a word, so that it is nobody's name whatever stands before it."""
    return (
        word in _ORDINARY
        or word in _SHORT_STEMS
        or word.startswith(_LONG_STEMS)
        or _DERIVED.fullmatch(word) is not None
    )


def names_in(text: str) -> set[str]:
    """The words of a text that stand where names stand, in small letters: behind titles, in capitals, in addresses."""
    seen = plain(text)
    spans = [(mention.name, mention.end) for mention in mentions(seen)]
    spans += said_names(seen)
    written = " ".join([*(seen.text[start:end] for start, end in spans), *_INSIDE.findall(seen.text)])
    masked = mask(text)
    if masked != text:
        # Whatever was hidden is gone; what is left of an address's host is no topic either.
        written += " " + " ".join(set(_PLAIN_NAMES.findall(text)) - set(_PLAIN_NAMES.findall(masked)))
    found = parts_of(written)
    left, before = 0, ""
    for word in words_of(text):
        if word in MANNERS and before:
            found.add(before)
        before = word
        if word in TITLES:
            left = _NAME_PARTS
        elif not word or is_ordinary(word):
            left = 0
        elif left:
            found.add(word)
            left -= 1
    return {word for word in found if not is_ordinary(word)}


def parts_of(text: str) -> set[str]:
    """Every run of letters in a text, those of addresses and accounts too, as plain words."""
    return {_plain(each) for each in _PLAIN_NAMES.findall(cleaned(text))}


def names_of(author: str) -> set[str]:
    """The parts of a person's account name that may be a name: ``bunda_rara88`` has "rara"."""
    return {part for part in _LETTERS.findall(author.lower()) if not is_ordinary(part)}


def own_words(*names: str) -> frozenset[str]:
    """The words of the centre's own names."""
    return frozenset(
        word for name in names for word in (_plain(each) for each in _LETTERS.findall(name.lower()))
    )


def example(text: str, known: Collection[str] = frozenset()) -> str:
    """A message as an example of others: one line in quotation marks, short, nobody in it to be known.

    `known` are names that stand in the others, where they can be told as such.
    """
    return quoted(without_names(text, known), EXAMPLE)


def example_worth(text: str) -> bool:
    """Whether the message says enough to be an example."""
    return sum(map(bool, words_of(text))) >= 3


def without_names(text: str, known: Collection[str] = frozenset()) -> str:
    """The text as others may read it: no numbers, addresses or accounts, of names but the first letter."""
    hidden = veiled(text)
    names = {word for word in (*names_in(text), *known) if _LETTERS.fullmatch(word)}

    def veil(found: re.Match[str]) -> str:
        word = found[0].lower()
        forms = (word, word.removesuffix("nya"), plain_word(word))
        hides = any(form in names or is_given_name(form) for form in forms)
        return f"{found[0][0]}•••" if hides else found[0]

    return _PLAIN_NAMES.sub(veil, hidden)
