"""Remembers what could not be read lately: it comes after all else, and what fails each time ever more seldom."""

from __future__ import annotations

from datetime import datetime, timedelta

LEFT_ALONE = (timedelta(minutes=10), timedelta(hours=1))
"""How long something is left alone that failed too often: longer at the next time."""


class Trouble:
    """The posts or conversations of one account that failed, by Meta's id, for as long as the process lives."""

    def __init__(self, tries: int) -> None:
        """Up to so many failures in a row nothing is left alone."""
        self._tries = tries
        self._known: dict[str, tuple[int, datetime]] = {}

    def __contains__(self, ig_id: str) -> bool:
        """Whether it failed when it was tried last."""
        return ig_id in self._known

    def is_left_alone(self, ig_id: str, now: datetime) -> bool:
        """Whether it has failed so often that it is not to be tried now."""
        times, since = self._known.get(ig_id, (0, now))
        if times <= self._tries:
            return False
        return timedelta(0) <= now - since < LEFT_ALONE[min(times - self._tries, len(LEFT_ALONE)) - 1]

    def note(self, ig_id: str, now: datetime, *, goes_last_only: bool) -> int:
        """It failed; says how often by now. What only goes last does not count, and is tried each time."""
        times, _ = self._known.get(ig_id, (0, now))
        self._known[ig_id] = times + (not goes_last_only), now
        return self._known[ig_id][0]

    def is_over(self, ig_id: str) -> None:
        """It was read."""
        self._known.pop(ig_id, None)
