"""When a job is late, and when that is worth telling people."""

from __future__ import annotations

from datetime import datetime, timedelta

MISSED_TICKS = 3
"""A job is late when it has not succeeded for so many of its intervals (and a minute)."""

WORTH_TELLING = timedelta(minutes=5)
"""So long at least a job must have had no success before people are told: a job of every few seconds stumbles."""

OFF_WORTH_TELLING = timedelta(minutes=30)
"""A worker that was away for less is not told of: a restart, an upgrade."""

MISSED_INTERVALS = 3
"""And for no more than so many of the inbox's intervals: so much was not missed."""


def allowed(every: float) -> timedelta:
    """How long a job that runs each so many seconds may be without a success."""
    return timedelta(seconds=every * MISSED_TICKS + 60)


def is_late(every: float, last_success: datetime | None, grace_from: datetime | None, now: datetime) -> bool:
    """Whether the job has not succeeded lately. A worker that has just started is given its time from `grace_from`.

    A success that lies in the future is none: the clock was wrong then, or is now.
    """
    known = [at for at in (last_success, grace_from) if at is not None]
    return not any(abs(now - at) <= allowed(every) for at in known)


def is_worth_telling(every: float, last_success: datetime | None, now: datetime) -> bool:
    """Whether people should hear of a job that is late."""
    return last_success is None or now - last_success > max(allowed(every), WORTH_TELLING)


def was_away(last_sign: datetime | None, now: datetime, inbox_every: float) -> bool:
    """Whether the worker was off for so long that people should know."""
    if last_sign is None:
        return False
    return now - last_sign > max(OFF_WORTH_TELLING, timedelta(seconds=MISSED_INTERVALS * inbox_every))
