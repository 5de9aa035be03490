"""How a notice reaches its recipient at least once.

Told twice is a little annoying, not told is a lost complaint (``ARCHITECTURE.md``): a try that fails is repeated
with growing pauses for a day, then it is given up and the operators are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ig_worker.domain.machine import move
from ig_worker.domain.told import ALONE


class Status(StrEnum):
    """``deliveries.status`` of ``cases list --json``."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Event(StrEnum):
    """What can happen to a notice."""

    ARRIVED = "arrived"
    MISSED = "missed"
    GIVE_UP = "give up"
    AGAIN = "again"


_S, _E = Status, Event

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (_S.PENDING, _E.ARRIVED): _S.SENT,
    (_S.PENDING, _E.MISSED): _S.PENDING,
    (_S.PENDING, _E.GIVE_UP): _S.FAILED,
    (_S.FAILED, _E.AGAIN): _S.PENDING,
}


@dataclass(frozen=True)
class Rules:
    """How patient the notifier is, and when many notices become one (``[notify] digest_after``, ``digest_minutes``)."""

    try_for: timedelta = timedelta(days=1)
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(hours=1)
    away_after: timedelta = timedelta(hours=2)
    """What was due so long ago, and was not tried, lay there while the worker was off."""
    report_after: timedelta = timedelta(hours=1)
    """A recipient that fails for so long is told of to the operators."""
    lease: timedelta = timedelta(minutes=5)
    """How long a worker has a recipient for itself at most: longer than any sending takes (notify/courier.py)."""
    digest_after: int = 10
    digest_within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Notice:
    """A notice to one recipient on its way; times are aware."""

    status: Status
    written_at: datetime
    next_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    last_error: str = ""


class Step(StrEnum):
    """What should be done next."""

    NOTHING = "nothing"
    WAIT = "wait"
    SEND = "send"


NEVER_SO_LONG = timedelta(hours=2)
"""No notice waits an hour for its next try: one that would wait so long was written while the clock was ahead."""


def decide(notice: Notice, now: datetime) -> Step:
    """What should be done with this notice at `now`."""
    if notice.status is not Status.PENDING:
        return Step.NOTHING
    waits = now < notice.next_at <= now + NEVER_SO_LONG
    return Step.WAIT if waits else Step.SEND


def tried_since(notice: Notice, now: datetime, rules: Rules) -> datetime:
    """From when the day of tries is counted: the time in which the worker was off is left out of it.

    A machine that comes back after days may be up before its network is, and must not give everything up at once; but
    one that is switched off each evening gives up after a day of being on.
    """
    late = now - notice.next_at
    off = late if late > rules.away_after else timedelta(0)
    return min(now, notice.written_at + off)


def after_failure(notice: Notice, now: datetime, rules: Rules) -> Event:
    """Whether a failed try is one more miss or the last one."""
    return Event.GIVE_UP if now >= tried_since(notice, now, rules) + rules.try_for else Event.MISSED


def apply(notice: Notice, happened: Event, now: datetime, rules: Rules, reason: str = "") -> Notice:
    """The notice after `happened`; raises ImpossibleMove when the table does not allow it."""
    after = replace(notice, status=move(TRANSITIONS, notice.status, happened))
    match happened:
        case Event.ARRIVED:
            return replace(after, attempts=notice.attempts + 1, sent_at=now, last_error="")
        case Event.AGAIN:
            return replace(after, written_at=now, next_at=now)
        case _:
            if happened is Event.MISSED:
                after = replace(after, written_at=tried_since(notice, now, rules))
            pause = pause_after(notice.attempts, rules)
            return replace(after, attempts=notice.attempts + 1, next_at=now + pause, last_error=reason)


def pause_after(failures: int, rules: Rules) -> timedelta:
    """The pause after another failed try, when so many failed before it: 30 s, 1, 2, 4, 8, 16, 32 min, then 1 h."""
    # Tried again day after day, a doubling for each attempt would soon be longer than any calendar.
    pause: timedelta = rules.first_pause * 2 ** min(failures, 20)
    return min(pause, rules.longest_pause)


LONGEST_LINE = 500
"""A longer notice that is about no case would lose its words in a digest, where nobody could look them up."""


def goes_alone(title: str, body: str, *, about_a_case: bool, with_files: bool) -> bool:
    """Whether a notice never goes into a digest: danger, and what cannot be looked up in the register."""
    if title.startswith(ALONE):
        return True
    return not about_a_case and (with_files or len(body) > LONGEST_LINE)


@dataclass(frozen=True)
class Due:
    """A notice that could go to a recipient now."""

    alone: bool
    written_at: datetime


def by_ones_and_together(
    due: Sequence[Due], sent_lately: int, now: datetime, rules: Rules
) -> tuple[list[int], list[int]]:
    """Of one recipient's due notices, the places of those that go by themselves now, and of those that go as one.

    ``sent_lately`` is how many reached it within ``digest_within``. After so many as ``digest_after`` the others go
    together; once they did, those that follow gather until the oldest of them was written ``digest_within`` ago.
    """
    ones = [place for place, each in enumerate(due) if each.alone]
    rest = [place for place, each in enumerate(due) if not each.alone]
    if sent_lately > rules.digest_after:
        oldest = min((due[place].written_at for place in rest), default=now)
        # Written by a clock that was ahead, it would gather for as long as that was.
        return ones, rest if not now - rules.digest_within < oldest <= now else []
    room = rules.digest_after - sent_lately
    return sorted(ones + rest[:room]), rest[room:]
