"""What may stand in a phrasing that goes out to people, and how its variables are filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from ig_worker.domain.text import clean, fits_bytes, shorten
from ig_worker.domain.text_marks import count_hashtags, count_mentions

MESSAGE_BYTES = 1000
"""The most that a direct message may have (section D of `instagram_api.md`)."""

LONGEST_PHRASING = 700
"""Bytes: with the name and a segment it still fits into a direct message."""

THANKS = re.compile(
    r"\b(?:ter+ima ?kasih|makasih|trims|thanks?|thank you|matur ?(?:nuwun|suwun)|suwun|hatur nuhun)\b",
    re.IGNORECASE,
)
"""Words that thank; under a complaint none of them may stand."""

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|id|me|ly|gl|info|link)\b|\bwa\.me\b", re.IGNORECASE
)
# What Instagram allows in a user name, and the sign that other servers have been seen to allow.
_USER_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)
_NO_TEXT = re.compile(r"[#＃﹟@＠﹫{}]")

# A sentence ends with a sign, or with an emoji in place of one; what follows begins a new one.
_SENTENCE_END = re.compile(r"(?:[.!?…]+|\s[^\w\s{}.,;:!?'\"()@#&/-]+)(?=\s|$)")


def as_written(phrasing: str) -> str:
    """The phrasing on one line, with single blanks."""
    return " ".join(clean(phrasing).split())


def problem(phrasing: object, variables: Collection[str]) -> str:
    """What keeps this phrasing from going out, in words that follow "phrasing 3 …"; empty where nothing does."""
    if not isinstance(phrasing, str):
        return "is not a text"
    text = as_written(phrasing)
    unknown = [name for name in _VARIABLE.findall(text) if name not in variables]
    if unknown or re.search(r"[{}]", _VARIABLE.sub("", text)):
        return f"may only hold {', '.join(f'{{{name}}}' for name in variables)}"
    if count_hashtags(text) or count_mentions(text) or _LINK.search(text):
        return "holds a hashtag, a mention or a link, and answers that do look like advertising"
    if not fits_bytes(text, LONGEST_PHRASING):
        return f"has more than {LONGEST_PHRASING} bytes"
    return ""


def says_more_than_thanks(phrasing: str) -> bool:
    """Whether there are two sentences."""
    return len([part for part in _SENTENCE_END.split(phrasing) if re.search(r"\w", part)]) > 1


def fill(phrasing: str, values: Mapping[str, str]) -> str:
    """The phrasing with its variables filled in; what the values hold is taken as it is."""
    return _VARIABLE.sub(lambda found: values[found[1]], phrasing)


def holds(phrasing: str, variable: str) -> bool:
    """Whether this variable stands in the phrasing."""
    return f"{{{variable}}}" in phrasing


def known_name(author: str) -> str:
    """The user name if it can be mentioned, else nothing: what is left of an odd one might be somebody else's."""
    return author if _USER_NAME.fullmatch(author) else ""


def addressed(text: str, author: str, channel: str) -> str:
    """A comment's answer begins with ``@author``, so that Instagram tells that person; a message's does not."""
    name = known_name(author)
    return f"@{name} {text}" if name and channel == "comment" else text


def called(author: str, channel: str) -> str:
    """``{nama}``: "Kak" in a comment, where @name stands in front already; "Kak" and the name in a message."""
    name = known_name(author)
    return f"Kak {name}" if name and channel == "dm" else "Kak"


def plain_segment(segment: str) -> str:
    """The segment as it may stand in a sentence; empty where there is none."""
    return shorten(as_written(_NO_TEXT.sub(" ", segment)), 40) if segment.strip() else ""


def time_of_day(local_time: datetime) -> str:
    """What Indonesians call that time: pagi from 4, siang from 11, sore from 15, malam from 18 o'clock."""
    hour = local_time.hour
    if 4 <= hour < 11:
        return "pagi"
    if 11 <= hour < 15:
        return "siang"
    return "sore" if 15 <= hour < 18 else "malam"
