"""How far back the inbox is read, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo


@dataclass(frozen=True)
class Rules:
    """How far back to look, what counts as backlog at the first contact, and which posts are read now and then."""

    watch: timedelta = timedelta(days=90)
    backlog: timedelta = timedelta(hours=24)
    young: timedelta = timedelta(days=7)
    look_again: timedelta = timedelta(hours=6)
    look_again_soon: timedelta = timedelta(minutes=10)
    look_again_unseen: timedelta = timedelta(hours=1)
    every: timedelta | None = None
    """The usual time between two polls; None where a poll is due whenever it is asked for."""
    zone: tzinfo = UTC
    """In which the centre's people read times."""
