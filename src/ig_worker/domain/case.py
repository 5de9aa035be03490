"""What becomes of a complaint or a suggestion.

The Polowijen SOP: suggestions and complaints are recorded and communicated internally so that they are handled
quickly; the register book shows the follow-up and the answer given. Every move is somebody's: the journal says whose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ig_worker.domain.machine import move


class Status(StrEnum):
    """``status`` of ``cases list --json``."""

    NEW = "new"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    MERGED = "merged"


class Event(StrEnum):
    """What can happen to a case."""

    TOLD = "told"
    ACKNOWLEDGE = "acknowledge"
    WORK = "work"
    RESOLVE = "resolve"
    REJECT = "reject"
    MERGE = "merge"
    WRITTEN_AGAIN = "written again"


_S, _E = Status, Event

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (_S.NEW, _E.TOLD): _S.TOLD,
    (_S.NEW, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.NEW, _E.WORK): _S.IN_PROGRESS,
    (_S.NEW, _E.RESOLVE): _S.RESOLVED,
    (_S.NEW, _E.REJECT): _S.REJECTED,
    (_S.NEW, _E.MERGE): _S.MERGED,
    (_S.NEW, _E.WRITTEN_AGAIN): _S.NEW,
    (_S.TOLD, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.TOLD, _E.WORK): _S.IN_PROGRESS,
    (_S.TOLD, _E.RESOLVE): _S.RESOLVED,
    (_S.TOLD, _E.REJECT): _S.REJECTED,
    (_S.TOLD, _E.MERGE): _S.MERGED,
    (_S.TOLD, _E.WRITTEN_AGAIN): _S.TOLD,
    (_S.ACKNOWLEDGED, _E.WORK): _S.IN_PROGRESS,
    (_S.ACKNOWLEDGED, _E.RESOLVE): _S.RESOLVED,
    (_S.ACKNOWLEDGED, _E.REJECT): _S.REJECTED,
    (_S.ACKNOWLEDGED, _E.MERGE): _S.MERGED,
    (_S.ACKNOWLEDGED, _E.WRITTEN_AGAIN): _S.ACKNOWLEDGED,
    (_S.IN_PROGRESS, _E.RESOLVE): _S.RESOLVED,
    (_S.IN_PROGRESS, _E.REJECT): _S.REJECTED,
    (_S.IN_PROGRESS, _E.MERGE): _S.MERGED,
    (_S.IN_PROGRESS, _E.WRITTEN_AGAIN): _S.IN_PROGRESS,
    (_S.RESOLVED, _E.WRITTEN_AGAIN): _S.IN_PROGRESS,
}

OPEN = (Status.NEW, Status.TOLD, Status.ACKNOWLEDGED, Status.IN_PROGRESS)


@dataclass(frozen=True)
class Case:
    """A case's state and the times at which it was reached first; aware."""

    status: Status
    opened_at: datetime
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None


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
    if case.status is Status.NEW and standing.notice_arrived:
        return Step.MARK_TOLD
    return Step.NOTHING


def apply(case: Case, happened: Event, now: datetime) -> Case:
    """The case after `happened`; raises ImpossibleMove when the table does not allow it."""
    after = replace(case, status=move(TRANSITIONS, case.status, happened))
    match happened:
        case Event.TOLD:
            return replace(after, told_at=case.told_at or now)
        case Event.ACKNOWLEDGE | Event.WORK | Event.REJECT:
            return replace(after, acknowledged_at=case.acknowledged_at or now)
        case Event.RESOLVE:
            return replace(after, acknowledged_at=case.acknowledged_at or now, resolved_at=now)
        case Event.WRITTEN_AGAIN if case.status is Status.RESOLVED:
            return replace(after, resolved_at=None)
    return after
