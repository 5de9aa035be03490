"""What becomes of a complaint or a suggestion.

The Polowijen SOP: suggestions and complaints are recorded and communicated internally so that they are handled
quickly; the register book shows the follow-up and the answer given. Every move is somebody's: the journal says whose.

The worker opens a case, notes when the team was told and when the centre first answered on Instagram, and opens a
resolved case again when the person writes within :data:`REOPENED_FOR`. Everything else is a person's move. A rejected
case stays closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ig_worker.domain.machine import move

REOPENED_FOR = timedelta(days=7)
"""How long after it was resolved the same person's words on the same topic still belong to a case."""


class Status(StrEnum):
    """``status`` of ``cases list --json``."""

    NEW = "new"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    MERGED = "merged"


class Severity(StrEnum):
    """``severity`` of ``cases list --json``, the mildest first."""

    USUAL = "biasa"
    URGENT = "mendesak"
    EMERGENCY = "darurat"


def graver(one: str, other: str) -> str:
    """The graver of two severities."""
    return max(Severity(one), Severity(other), key=list(Severity).index)


class Event(StrEnum):
    """What can happen to a case. ``ANSWERED`` is a person's words on Instagram; what the worker says is none."""

    TOLD = "told"
    ANSWERED = "answered on Instagram"
    ACKNOWLEDGE = "acknowledge"
    WORK = "work"
    RESOLVE = "resolve"
    REJECT = "reject"
    MERGE = "merge"
    WRITTEN_AGAIN = "written again"
    REOPEN = "reopen"


_S, _E = Status, Event

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (_S.NEW, _E.TOLD): _S.TOLD,
    (_S.NEW, _E.ANSWERED): _S.ACKNOWLEDGED,
    (_S.NEW, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.NEW, _E.WORK): _S.IN_PROGRESS,
    (_S.NEW, _E.RESOLVE): _S.RESOLVED,
    (_S.NEW, _E.REJECT): _S.REJECTED,
    (_S.NEW, _E.MERGE): _S.MERGED,
    (_S.NEW, _E.WRITTEN_AGAIN): _S.NEW,
    (_S.TOLD, _E.ANSWERED): _S.ACKNOWLEDGED,
    (_S.TOLD, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.TOLD, _E.WORK): _S.IN_PROGRESS,
    (_S.TOLD, _E.RESOLVE): _S.RESOLVED,
    (_S.TOLD, _E.REJECT): _S.REJECTED,
    (_S.TOLD, _E.MERGE): _S.MERGED,
    (_S.TOLD, _E.WRITTEN_AGAIN): _S.TOLD,
    (_S.ACKNOWLEDGED, _E.TOLD): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.ANSWERED): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.WORK): _S.IN_PROGRESS,
    (_S.ACKNOWLEDGED, _E.RESOLVE): _S.RESOLVED,
    (_S.ACKNOWLEDGED, _E.REJECT): _S.REJECTED,
    (_S.ACKNOWLEDGED, _E.MERGE): _S.MERGED,
    (_S.ACKNOWLEDGED, _E.WRITTEN_AGAIN): _S.ACKNOWLEDGED,
    (_S.IN_PROGRESS, _E.TOLD): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _E.ANSWERED): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _E.RESOLVE): _S.RESOLVED,
    (_S.IN_PROGRESS, _E.REJECT): _S.REJECTED,
    (_S.IN_PROGRESS, _E.MERGE): _S.MERGED,
    (_S.IN_PROGRESS, _E.WRITTEN_AGAIN): _S.IN_PROGRESS,
    (_S.RESOLVED, _E.ANSWERED): _S.RESOLVED,
    (_S.RESOLVED, _E.WRITTEN_AGAIN): _S.IN_PROGRESS,
    (_S.RESOLVED, _E.REOPEN): _S.IN_PROGRESS,
    (_S.REJECTED, _E.ANSWERED): _S.REJECTED,
    (_S.REJECTED, _E.REOPEN): _S.IN_PROGRESS,
    (_S.MERGED, _E.REOPEN): _S.IN_PROGRESS,
    (_S.MERGED, _E.ANSWERED): _S.MERGED,
}

OPEN = (Status.NEW, Status.TOLD, Status.ACKNOWLEDGED, Status.IN_PROGRESS)


@dataclass(frozen=True)
class Case:
    """A case's state and the times at which it was reached first; aware.

    ``closed_at`` is when it was resolved, rejected or merged, and empty while it is open. ``reopened`` counts how often
    the person wrote again after it was resolved. ``reason`` is why it was rejected, ``merged_into`` the number of the
    case in which it goes on.
    """

    status: Status
    opened_at: datetime
    told_at: datetime | None = None
    first_response_at: datetime | None = None
    acknowledged_at: datetime | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    reopened: int = 0
    reason: str = ""
    merged_into: str = ""


def takes(case: Case, written_at: datetime) -> bool:
    """Whether words of the same person on the same topic, first seen then, belong to this very case.

    Not for merged ones, whose words belong to the case in which they go on.
    """
    if case.status is Status.RESOLVED:
        assert case.resolved_at is not None
        return written_at - case.resolved_at < REOPENED_FOR
    return case.status in OPEN


class Step(StrEnum):
    """What the worker should do next; everything else is a person's."""

    NOTHING = "nothing"
    MAKE_EVIDENCE = "make evidence"
    TELL = "tell"
    MARK_TOLD = "mark told"


@dataclass(frozen=True)
class Standing:
    """What already stands on the shelves for a case: cards still to be made, whether the notices are written and
    whether one of them has arrived."""

    cards_missing: int
    notices_written: bool
    notice_arrived: bool


def decide(case: Case, _now: datetime, standing: Standing) -> Step:
    """What the worker should do with this case."""
    if standing.cards_missing:
        return Step.MAKE_EVIDENCE
    if not standing.notices_written:
        return Step.TELL
    # Whoever answers before the notice arrives has not made it unsaid: the register says when the team was told.
    if case.status in OPEN and case.told_at is None and standing.notice_arrived:
        return Step.MARK_TOLD
    return Step.NOTHING


def apply(case: Case, happened: Event, now: datetime, *, reason: str = "", into: str = "") -> Case:
    """The case after `happened`; raises ImpossibleMove when the table does not allow it.

    `now` is when it happened: for ``ANSWERED`` the time of the answer on Instagram. `reason` goes with ``REJECT``,
    `into`, the number of the other case, with ``MERGE``.
    """
    after = replace(case, status=move(TRANSITIONS, case.status, happened))
    # The answer may be older than our knowledge of the question: nobody acknowledges a case before it is open.
    seen = replace(after, acknowledged_at=case.acknowledged_at or max(now, case.opened_at))
    match happened:
        case Event.TOLD:
            return replace(after, told_at=case.told_at or now)
        case Event.ANSWERED:
            return replace(seen, first_response_at=case.first_response_at or now)
        case Event.ACKNOWLEDGE:
            return seen
        case Event.WORK:
            return replace(seen, started_at=case.started_at or now)
        case Event.RESOLVE:
            return replace(seen, started_at=case.started_at or now, resolved_at=now, closed_at=now)
        case Event.REJECT:
            return replace(seen, closed_at=now, reason=reason)
        case Event.MERGE:
            return replace(seen, closed_at=now, merged_into=into)
        case Event.REOPEN:
            # A person takes an end back: the case is as if it had never been closed.
            return replace(after, resolved_at=None, closed_at=None, reason="", merged_into="")
        case Event.WRITTEN_AGAIN if case.status is Status.RESOLVED:
            return replace(
                after, resolved_at=None, closed_at=None, reopened_at=now, reopened=case.reopened + 1
            )
    return after
