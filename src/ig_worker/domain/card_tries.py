"""How patiently the worker tries again to make a card of evidence that could not be made."""

from __future__ import annotations

from datetime import datetime, timedelta

TRIES_BEFORE_TELLING = 3
"""After so many failed cards the team is told without a picture: a lost complaint would be worse."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)


def is_late(attempts: int) -> bool:
    """Whether the team no longer waits for the card, which is still tried now and then."""
    return attempts >= TRIES_BEFORE_TELLING


_LONG_KNOWN = 16


def is_long_known(attempts: int) -> bool:
    """Whether a card has failed for three days and more, by the pauses of :func:`next_try`: once a week is enough."""
    return attempts >= _LONG_KNOWN


def next_try(attempts: int, now: datetime) -> datetime:
    """When a card that has failed so many times is tried again: at once at first, then 1, 2, 4 … minutes, a day."""
    if attempts < TRIES_BEFORE_TELLING:
        return now
    # A doubling for each attempt would soon be longer than any calendar.
    doublings: int = 2 ** min(attempts - TRIES_BEFORE_TELLING, 20)
    return now + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
