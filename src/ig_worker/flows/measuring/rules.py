"""When figures are gathered, how far back, and when this leaves the calls to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta, tzinfo
from typing import Protocol

from ig_worker.flows.ports import Account, Insights

GIVES_WAY_AT = 60
"""From this percentage of Meta's budget of calls on, posts and the inbox have what is left."""

GIVES_WAY_ASKED = 85
"""The same for a reading that somebody asks for and waits for."""

LAST_CHANCE_AT = 95
"""The same for the last look at a story: its figures cannot be had later."""


@dataclass(frozen=True)
class Rules:
    """When the night's run is due, how long a post's figures are followed, how often stories are looked at."""

    zone: tzinfo
    at: time = time(1, 15)
    media_days: int = 30
    stories_every: timedelta = timedelta(hours=4)


class Measuring(Insights, Account, Protocol):
    """What gathering needs of Instagram."""

    def calls_used(self) -> int:
        """As ``flows.ports.Inbox`` says it."""
        ...
