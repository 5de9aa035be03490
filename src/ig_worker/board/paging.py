"""Lists by the page: the next one begins after the last line's own key, so that nothing is skipped or shown twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

LINES = 50
"""Of one page."""

Line = TypeVar("Line")


@dataclass(frozen=True)
class Place:
    """After which line a page begins: its moment (aware) and its row's number."""

    at: datetime
    id: int

    @classmethod
    def written(cls, said: str) -> Place | None:
        """From an address; None for nothing, and for what is no place."""
        when, _, number = said.rpartition("_")
        try:
            moment, row_id = datetime.fromisoformat(when), int(number)
            if moment.tzinfo is None or not 0 <= row_id < 2**31:
                return None
            return cls(moment.astimezone(UTC), row_id)
        except (ValueError, OverflowError):  # the latter before the first year, or after the last
            return None

    def __str__(self) -> str:
        """For an address."""
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True)
class Page(Generic[Line]):
    """Some lines, and where the next page begins; empty where there is none."""

    lines: Sequence[Line]
    next: str

    @classmethod
    def of(cls, found: Sequence[Line], place: Callable[[Line], Place]) -> Page[Line]:
        """From one line more than a page has: whether it came says whether there is a next page."""
        lines = found[:LINES]
        return cls(lines, str(place(lines[-1])) if len(found) > LINES else "")
