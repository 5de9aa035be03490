"""Remembers what could not be read lately: it comes after all else, and what fails each time ever more seldom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LEFT_ALONE = (timedelta(minutes=10), timedelta(hours=1))
"""How long something is left alone that failed too often: longer at the next time."""


LASTING = timedelta(hours=1)
"""From the first failure to the last: Meta stumbles, and is well again before that."""

STALE = 3 * LEFT_ALONE[-1]
"""What has not been tried for so long is not asked for any more: the post too old, the conversation unchanged."""


@dataclass(frozen=True)
class _Failing:
    times: int
    last: datetime
    since: datetime


class Trouble:
    """The posts or conversations of one account that failed, by Meta's id, for as long as the process lives."""

    def __init__(self, tries: int) -> None:
        """Up to so many failures in a row nothing is left alone."""
        self._tries = tries
        self._known: dict[str, _Failing] = {}

    def __contains__(self, ig_id: str) -> bool:
        """Whether it failed when it was tried last."""
        return ig_id in self._known

    def is_left_alone(self, ig_id: str, now: datetime) -> bool:
        """Whether it has failed so often that it is not to be tried now."""
        known = self._known.get(ig_id)
        if known is None or known.times <= self._tries:
            return False
        waits = LEFT_ALONE[min(known.times - self._tries, len(LEFT_ALONE)) - 1]
        return timedelta(0) <= now - known.last < waits

    def lasting(self, now: datetime) -> dict[str, datetime]:
        """What is tried more and more seldom and failed through an hour at least, by id, and since when."""
        return {
            ig_id: known.since
            for ig_id, known in self._known.items()
            if known.times > self._tries
            and known.last - known.since >= LASTING
            and abs(now - known.last) < STALE
        }

    def owes(self, now: datetime) -> bool:
        """Whether anything failed when it was tried last, lately."""
        return any(abs(now - known.last) < STALE for known in self._known.values())

    def note(self, ig_id: str, now: datetime, *, goes_last_only: bool) -> int:
        """It failed; says how often by now. What only goes last does not count, and is tried each time."""
        known = self._known.get(ig_id, _Failing(0, now, now))
        times = known.times + (not goes_last_only)
        self._known[ig_id] = _Failing(times, now, known.since)
        return times

    def is_over(self, ig_id: str) -> None:
        """It was read."""
        self._known.pop(ig_id, None)
