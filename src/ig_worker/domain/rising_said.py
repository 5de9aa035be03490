"""What is said of rising topics: messages of the public, the rules, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DAYS_BACK = 28
"""Over so many days we look for what is usual; a whole number of weeks, for Mondays are fuller than Sundays."""

_A_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What rises."""

    TOPIC = "topic"
    WORD = "word"


@dataclass(frozen=True)
class Rules:
    """``[rising]``."""

    at_least: int = 5
    times_usual: float = 3
    days: int = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the public. ``at`` is when it was written, aware; ``person`` and ``post`` are empty if unknown."""

    message_id: int
    at: datetime
    text: str
    label: str
    topic: str
    person: str = ""
    author: str = ""
    """The name of their account: what looks like a name in it is no word."""
    post: str = ""
    danger: bool = False


@dataclass(frozen=True)
class Found:
    """What rises: how many messages of how many people, how many there usually are, and which they are, oldest first.

    ``also`` are words that say the same; ``complaints`` how many of the messages are; ``post`` is the one that they
    stand under, if it is one.
    """

    kind: Kind
    term: str
    count: int
    people: int
    usual: float
    message_ids: tuple[int, ...]
    also: tuple[str, ...] = ()
    complaints: int = 0
    danger: bool = False
    post: str = ""
    strength: float = 0.0
    """How unlikely it is by chance: minus the logarithm of it."""


Term = tuple[Kind, str]
Reading = Callable[[], Iterable[Said]]


def begin_of(now: datetime, rules: Rules) -> datetime:
    """When the last days began."""
    return now - rules.days * _A_DAY


def begin_of_usual(now: datetime, rules: Rules) -> datetime:
    """When the weeks before them began."""
    return begin_of(now, rules) - DAYS_BACK * _A_DAY
