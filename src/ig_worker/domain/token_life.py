"""How long an access token lives, when it is refreshed and warned of, and what a refusal of it means."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from ig_worker.domain.errors import ApiError

REFRESH_AFTER: Final = timedelta(hours=24)
"""A token must be a day old to be refreshed (`instagram_api.md`, section A)."""

REFRESH_BEFORE: Final = timedelta(days=20)
"""So long before its end a token is refreshed; after the end only a person can log in again."""

LONGEST_LIFE: Final = timedelta(days=366)
"""Meta's tokens live 60 days. An end later than this is a slip of somebody's, and we would never refresh it."""

STEPS: Final = (20, 10, 5, 2, 1)
"""Days before an end at which the operators are warned."""

DEAD_CODES: Final = frozenset({102, 190})
"""Codes that speak of the token itself, whatever was asked (section G)."""

FINAL: Final = frozenset({458, 460, 463, 467})
"""Subcodes of 190 after which this token never lives again: the app removed, another password, its end, invalid. The
others (459, 464, 492, or none, as in an outage of Meta's) may pass."""

_STOP = re.compile(r"account \S+ is stopped: Instagram refuses its access token since ")

LOOK_SOON_EVERY: Final = timedelta(minutes=15)
SOON: Final = timedelta(hours=2)
"""For so long it may be a passing trouble of Meta's, and a post that is due waits no longer (`[posts] late_after`)."""
LOOK_EVERY: Final = timedelta(hours=6)
LOOK_AT_FINAL_EVERY: Final = timedelta(days=1)
"""How often a refused token is tried once: Meta has said 190 in error, too."""

NEEDED: Final = {
    "instagram": (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
        "instagram_business_manage_messages",
        "instagram_business_manage_insights",
    ),
    "facebook": (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_insights",
        "instagram_manage_messages",
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_metadata",
    ),
}
"""The permissions that the worker uses, by login (section A)."""


def believable(expires_in: int | None) -> timedelta | None:
    """How long a fresh token lives; None where Meta did not say it, or said what cannot be (none, decades).

    >>> believable(5183944).days, believable(0), believable(10**12)
    (59, None, None)
    """
    if expires_in is None or not 0 < expires_in <= LONGEST_LIFE.total_seconds():
        return None
    return timedelta(seconds=expires_in)


def is_due(newest: datetime, expires_at: datetime | None, now: datetime) -> bool:
    """Whether to refresh a token that came at `newest`; of one pasted, that is when it was first seen."""
    if newest > now:
        return True  # kept by a clock that was ahead, and its end is as wrong
    if now - newest < REFRESH_AFTER:
        return False
    return expires_at is None or expires_at - now < REFRESH_BEFORE


def days_left(end: datetime, now: datetime) -> int:
    """Whole days until then; below zero once it is over."""
    return (end - now).days


def step(end: datetime | None, now: datetime) -> int | None:
    """The warning that is due: the fewest days of :data:`STEPS` that are not left any more; None while none is.

    After the end nothing is warned of: then the token is refused, which is told in its own way.
    """
    if end is None or end <= now:
        return None
    return min((days for days in STEPS if end - now <= timedelta(days=days)), default=None)


def is_dead(said: ApiError | None) -> bool:
    """Whether Meta's answer says that the token itself is not taken."""
    return said is not None and said.code in DEAD_CODES


def look_every(subcode: int | None, refused_for: timedelta) -> timedelta:
    """How often a token refused with this subcode of 190, for so long now, is tried once."""
    if subcode in FINAL:
        return LOOK_AT_FINAL_EVERY
    return LOOK_SOON_EVERY if refused_for < SOON else LOOK_EVERY


def missing(login: str, scopes: Collection[str]) -> tuple[str, ...]:
    """The permissions the worker uses and the token has not; none where what it has is not known."""
    return tuple(name for name in NEEDED[login] if name not in scopes) if scopes else ()


def stop_line(account: str, since: datetime, code: str) -> str:
    """What is said of a stopped account; `since` in the centre's zone."""
    when = f"{since:%d/%m/%Y %H.%M}"
    return f"account {account} is stopped: Instagram refuses its access token since {when} (code {code})"


def is_stop(error: str) -> bool:
    """Whether a job's error says no more than that an account is stopped, which was told when it stopped."""
    return _STOP.match(error) is not None and " more)" not in error
