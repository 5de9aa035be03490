"""What the shelf of the tokens says: a token and its life, a refusal, and what a refusal meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True)
class StoredToken:
    """A token and what is known of its life; ``expires_at`` is None until Meta has said it.

    ``previous`` is the one before it, until this one has been of use; after a way back (``went_back_at``) it is the
    fresh one that was refused. ``refused_at`` says since when nothing is asked with it, ``refused_as`` why.
    """

    secret: str = field(repr=False)
    adopted_at: datetime
    refreshed_at: datetime | None
    expires_at: datetime | None
    previous: str = field(default="", repr=False)
    proved_at: datetime | None = None
    checked_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    refused_at: datetime | None = None
    refused_as: str = ""
    went_back_at: datetime | None = None

    @property
    def newest(self) -> datetime:
        """Since when it is here."""
        return self.refreshed_at or self.adopted_at

    @property
    def is_unproven(self) -> bool:
        """Whether it is fresh, and Instagram has not taken it yet."""
        return bool(self.previous) and self.went_back_at is None and self.proved_at is None

    @property
    def refused_subcode(self) -> int | None:
        """The subcode that it was refused with."""
        digits = self.refused_as.partition("/")[2]
        return int(digits) if digits.isdecimal() else None


@dataclass(frozen=True)
class Refusal:
    """Since when, and with which code, Instagram refuses the token in use."""

    at: datetime
    code: str


class Verdict(Enum):
    """What a refusal of a token meant."""

    ANOTHER = "another"
    """Of a token that is not in use any more: it means nothing."""
    KNOWN = "known"
    """It was known."""
    WENT_BACK = "went back"
    """The fresh token was refused; the one before it is in use again."""
    DEAD = "dead"
    """The token in use is dead: nothing is asked with it any more."""
