"""How far back the inbox is read, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo

from ig_worker.domain.sweeping import Rhythm


@dataclass(frozen=True)
class Rules:
    """How far back to look, what counts as backlog at the first contact, and which posts are read now and then."""

    watch: timedelta = timedelta(days=90)
    backlog: timedelta = timedelta(hours=24)
    every: timedelta | None = None
    """The usual time between two polls; None where a poll is due whenever it is asked for."""
    zone: tzinfo = UTC
    """In which the centre's people read times."""
    redacts_unsent: bool = False
    """Whether the words of a message that its sender certainly took back are hidden at once, and erased later."""
    own_numbers: tuple[str, ...] = ()
    """The centre's telephones, in any spelling: whoever names them exposes nobody."""
    rhythm: Rhythm = field(default_factory=Rhythm)
