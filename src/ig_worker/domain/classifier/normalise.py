"""Takes what a person typed apart into plain words and marks.

Nothing a phone, an export or a prankster can put into a text raises here: lone surrogates, NUL, zero-width and
bidirectional characters, letters piled with accents, and texts longer than Instagram allows are read as far as they
make sense (`instagram_api.md`, section C: at most 2,200 characters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.slang import PHRASES, SLANG

MAX_CHARACTERS = 2_200
MOST_IN_A_ROW = 5


class Token(NamedTuple):
    """A word or a mark. Marks (``<tanya>``, ``<akun>``, an emoji …) are no words, and have ``is_word`` False."""

    written: str
    """As the person wrote it, cleaned."""
    plain: str
    """The plain Indonesian word, or the mark."""
    is_word: bool = True
    negated: bool = False
    """Stands in the reach of "tidak", "kurang", "tanpa" …"""
    pause: bool = False
    """A comma, a full stop, a new line … stands before it."""


_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+"
)
"""Accents, and the signs that Arabic sets over and under its letters."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_APOSTROPHES = re.compile("(?<=[^\\W\\d_])['`\u2018\u2019\u02bc](?=[^\\W\\d_])")

_PIECES = re.compile(
    r"(?P<alamat>https?://\S+|www\.\S+|\b[\w-]+\.(?:com|id|co|net|org|me|ly|xyz|info)\b\S*)"
    r"|(?P<akun>@[\w.]+)"
    r"|(?P<tagar>\#\w+)"
    r"|(?P<nama>\[[a-z]+\])"
    r"|(?P<senyum>[:;=]-?[)dp3](?!\w)|\^_*\^|<3(?!\d))"
    r"|(?P<muram>[:;=]'?-?[(/](?!/)|t_t|-_+-)"
    r"|(?P<nomor>\+?\d[\d\-]{8,}\d)"
    r"|(?P<hilang>(?<![^\s,.])\?{2,})"
    r"|(?P<tanya>\?)"
    r"|(?P<seru>!)"
    r"|(?P<titik>\.{2,}|\u2026)"
    r"|(?P<jeda>[.,;:\n()\"/])"
    r"|(?P<angka>\d+(?:[.,:]\d+)*)"
    r"|(?P<kata>[^\W\d_]+(?:-[^\W\d_]+)*2?(?!\d))"
    r"|(?P<lambang>[\u203c\u2049\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff])"
)
_RUNS = re.compile(r"([^\W\d_])\1{2,}")
_END_RUN = re.compile(r"([^\W\d_])\1$")
_DOUBLE_VOWEL = re.compile(r"([aiueo])\1")
_BREAKS = frozenset({"<jeda>", "<titik>", "<tanya>", "<seru>"})
_ONCE = frozenset({"<seru>", "<tanya>", "<titik>", "<hilang>"})


def cleaned(text: str) -> str:
    """The text in small letters, without what the eye does not see; fancy letters become plain ones."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        # A pair of surrogates that was torn apart is put together again; a lone one is dropped.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", text)).replace("\u0671", "\u0627")
    return _APOSTROPHES.sub("", _CONTROLS.sub(" ", text).lower())


@lru_cache(maxsize=20_000)
def plain_word(word: str) -> str:
    """The plain form of one written word: emphasis, reduplication and slang taken out."""
    if word[-1] == "2":
        # "ramah2" is "ramah-ramah"; "ke2" is "kedua" and stays.
        word = word[:-1] if len(word) > 3 else word
    elif "-" in word:
        first, _, second = word.partition("-")
        word = first if second.startswith(first) else first + second.replace("-", "")
    word = _RUNS.sub(r"\1", word)
    if len(word) > 2:
        word = _END_RUN.sub(r"\1", word)
    if word in SLANG:
        return SLANG[word]
    single = _DOUBLE_VOWEL.sub(r"\1", word)
    return SLANG.get(single, word)


def _pieces(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in _PIECES.finditer(text):
        written = match.group()
        kind = match.lastgroup or ""
        if kind == "kata":
            plain = plain_word(written)
            if tokens and tokens[-1].is_word and (joined := PHRASES.get((tokens[-1].plain, plain))):
                tokens[-1] = Token(f"{tokens[-1].written} {written}", joined)
            else:
                tokens.append(Token(written, plain))
        elif kind == "lambang":
            tokens.append(Token(written, written, is_word=False))
        else:
            mark = f"<{kind}>"
            if mark in _ONCE and tokens and tokens[-1].plain == mark:
                continue
            tokens.append(Token(written, mark, is_word=False))
    return tokens


def _without_long_runs(tokens: Iterable[Token]) -> Iterator[Token]:
    """A thousand of the same sign say no more than a few, and must not drown the words beside them."""
    for _, run in groupby(tokens, key=attrgetter("plain")):
        yield from islice(run, MOST_IN_A_ROW)


def normalise(text: str) -> tuple[Token, ...]:
    """The words and marks of a text, in order, with those that a negation reaches marked as such.

    A negation reaches the next two words that carry meaning, or up to a pause or a "tapi".
    """
    reach = 0
    pause = False
    kept: list[Token] = []
    for token in _without_long_runs(_pieces(cleaned(text))):
        plain = token.plain
        if plain in _BREAKS:
            reach = 0
            pause = True
            if plain != "<jeda>":
                kept.append(token)
            continue
        negated = False
        if plain in lexicon.CONTRAST:
            reach = 0
        elif plain in lexicon.NEGATION:
            reach = 2
        elif reach and token.is_word and plain not in lexicon.FILLERS:
            negated = True
            reach -= 1
        kept.append(Token(token.written, plain, token.is_word, negated, pause) if negated or pause else token)
        pause = False
    return tuple(kept)
