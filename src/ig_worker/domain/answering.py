"""What a person's answer must be like to go out, and until when it may.

``instagram_api.md``, section D: a message can be answered for 24 hours after the person's last one, and for seven days
where a person of the centre has written the answer (the tag HUMAN_AGENT, which no program may use for its own words).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.text import clean, utf16_length, words_of

MESSAGE_BYTES = 1000
COMMENT_LETTERS = 2200
"""Not documented for replies; the app's own limit for a comment."""

BY_ANYONE = timedelta(hours=24)
BY_A_PERSON = timedelta(days=7)

_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")


class WhyNot(StrEnum):
    """What speaks against answering, or hiding; the board has a sentence of its own for each."""

    NOT_THERE = "not there"
    OWN = "our own"
    DELETED = "deleted"
    NOBODY = "nobody"
    HIDDEN = "hidden"
    ABOVE_DELETED = "above deleted"
    ABOVE_HIDDEN = "above hidden"
    TOO_LATE = "too late"
    TOO_LONG = "too long"
    ON_ITS_WAY = "on its way"
    SAID_BEFORE = "said before"
    NOT_PUBLIC = "not public"
    UNSURE = "unsure"


class CannotAnswer(IgWorkerError):
    """This message cannot be answered (or hidden), or not like this; ``cure`` says what can be done instead."""

    def __init__(self, message: str, *, why: WhyNot, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.why = why


class Window(StrEnum):
    """What Meta allows in a conversation now."""

    OPEN = "open"
    HUMAN_AGENT = "human agent"
    CLOSED = "closed"


def window(last_from_them: datetime, now: datetime) -> Window:
    """What may be sent to somebody who wrote last at that time."""
    passed = now - last_from_them
    if passed <= BY_ANYONE:
        return Window.OPEN
    return Window.HUMAN_AGENT if passed <= BY_A_PERSON else Window.CLOSED


def as_typed(text: str) -> str:
    """The text without blanks around it and with plain line ends; ValueError says what in it cannot be sent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    for sign in text:
        if "\ud800" <= sign <= "\udfff":
            raise ValueError("bytes that are no text in UTF-8")
        if clean(sign) != sign:
            raise ValueError(f"a sign that nobody can see and Instagram does not take (U+{ord(sign):04X})")
    if not words_of(text):
        raise ValueError("nothing")
    return text


def addressed(text: str, author: str) -> str:
    """The text with ``@author`` in front, unless it names them already: nobody else is told of a reply to a reply."""
    if not _USERNAME.fullmatch(author):
        return text
    named = re.search(rf"(?<![\w.])@{re.escape(author)}(?!\.?\w)", text, re.IGNORECASE | re.ASCII)
    return text if named else f"@{author} {text}"


def too_long_by(text: str, channel: str) -> int:
    """By how many bytes (of a ``dm``) or letters as Meta counts them (of a ``comment``) it is too long; 0 or less if
    it fits."""
    if channel == "dm":
        return len(text.encode()) - MESSAGE_BYTES
    return utf16_length(text) - COMMENT_LETTERS


def require_length(text: str, channel: str) -> None:
    """CannotAnswer, saying by how much, where the text is too long for a ``comment`` or a ``dm``."""
    over = too_long_by(text, channel)
    what = (
        f"bytes too long (a message takes {MESSAGE_BYTES}"
        if channel == "dm"
        else f"letters too long (a comment takes {COMMENT_LETTERS}"
    )
    if over > 0:
        # One answer is one message: of two, one could arrive twice or the second never.
        raise CannotAnswer(
            f"the text is {over} {what}; an emoji counts as several)",
            why=WhyNot.TOO_LONG,
            cure="shorten it, or answer in two parts",
        )
