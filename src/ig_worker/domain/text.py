"""Cleans, measures and cuts text that anybody may have written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

_ZERO_WIDTH_JOINER = "\u200d"

# Control characters but tab and new line, and the signs that turn the direction of a whole line.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")


def clean(text: str) -> str:
    """The text as it can be stored, sent and shown anywhere.

    Halves of surrogate pairs are joined, or become ``�`` where the other half is missing; control characters (NUL too)
    and direction overrides go; line ends become ``\\n``. What makes emoji (joiners, variation selectors) stays.
    """
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNWANTED.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def words_of(text: str) -> str:
    """The text as it is compared with what Instagram shows of it: it trims blanks, and composes letters its own way.

    Marks that nobody sees (zero-width blanks, joiners, directions, the emoji look) and the kind of blank do not count.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_UNSEEN.sub("", composed).split())


def utf16_length(text: str) -> int:
    """The length as Meta counts it (section B of `instagram_api.md`): an emoji is two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits_bytes(text: str, limit: int) -> bool:
    """Is the text at most so many bytes in UTF-8? (A direct message may have 1000: section D.)"""
    return len(text.encode("utf-8", "surrogatepass")) <= limit


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning with ``…``, in at most ``limit`` code points (1 or more); no sign is cut in two."""
    if len(text) <= limit:
        return text
    return _beginning(text, limit - 1, len) + "…"


def cut_to_bytes(text: str, limit: int) -> str:
    """The text, or its beginning with ``…``, in at most ``limit`` bytes of UTF-8 (3 or more)."""
    if fits_bytes(text, limit):
        return text
    return _beginning(text, limit - 3, lambda sign: len(sign.encode("utf-8", "surrogatepass"))) + "…"


def _beginning(text: str, room: int, size_of: Callable[[str], int]) -> str:
    kept: list[str] = []
    for sign in _signs(text):
        room -= size_of(sign)
        if room < 0:
            break
        kept.append(sign)
    beginning = "".join(kept)
    # A word cut in its middle reads badly; a long run without blanks cannot be helped.
    head, blank, tail = beginning.rpartition(" ")
    if blank and len(tail) <= 15 and not text[len(beginning)].isspace():
        beginning = head
    return beginning.rstrip()


def _signs(text: str) -> Iterator[str]:
    """What a reader takes for one sign: a letter with its accents, an emoji with its skin tone, a flag, a family."""
    sign = ""
    for character in text:
        if sign and not _belongs(sign, character):
            yield sign
            sign = ""
        sign += character
    yield sign


def _belongs(sign: str, character: str) -> bool:
    if sign[-1] == _ZERO_WIDTH_JOINER or character == _ZERO_WIDTH_JOINER:
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True  # skin tones; the letters inside of regional flags
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return len(sign) == 1 and "\U0001f1e6" <= sign <= "\U0001f1ff"
    return unicodedata.category(character).startswith("M")
