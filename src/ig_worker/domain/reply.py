"""How words of our own are sent at most once: a thank-you, or the first comment under our own post.

Doing it twice is embarrassing, leaving it out is not (``ARCHITECTURE.md``): the intent is committed before the call,
an unclear outcome is settled by looking among our own words there, it is tried once more only where that look was
clear and Instagram had not said no, and what stays unsure is let go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.machine import move


class Status(StrEnum):
    """``reply.status`` of ``inbox list --json``, ``first_comment_status`` of ``posts show --json``."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Purpose(StrEnum):
    """``reply.purpose`` of ``inbox list --json``: what the worker answers a message for. At most one to each."""

    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    """A complaint or suggestion has its number; says nothing about the matter."""
    ANSWER = "answer"
    """The approved answer to a frequent question (``[faq]``): the only one after which nobody need answer."""
    EMERGENCY = "emergency"
    """The approved text with 119."""


class Event(StrEnum):
    """What can happen to words of ours."""

    INTEND = "intend"
    SENT = "sent"
    UNCLEAR = "unclear"
    LOOKED_IN_VAIN = "looked in vain"
    NOT_SENT = "not sent"
    POSTPONE = "postpone"
    SKIP = "skip"
    REFUSED = "refused"
    LET_GO = "let go"


_S, _E = Status, Event

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (_S.PLANNED, _E.INTEND): _S.SENDING,
    (_S.PLANNED, _E.POSTPONE): _S.PLANNED,
    (_S.PLANNED, _E.SKIP): _S.SKIPPED,
    (_S.SENDING, _E.SENT): _S.SENT,
    (_S.SENDING, _E.UNCLEAR): _S.SENDING,
    (_S.SENDING, _E.LOOKED_IN_VAIN): _S.SENDING,
    (_S.SENDING, _E.NOT_SENT): _S.PLANNED,
    (_S.SENDING, _E.REFUSED): _S.FAILED,
    (_S.SENDING, _E.LET_GO): _S.UNCONFIRMED,
}

ACTIVE = (Status.PLANNED, Status.SENDING)


@dataclass(frozen=True)
class Rules:
    """Times from the configuration; ``call_timeout`` is the longest that a request can be in flight."""

    call_timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=120)
    max_age: timedelta = timedelta(hours=48)
    most_calls: int = 2
    most_questions: int = 5


@dataclass(frozen=True)
class Reply:
    """Words of ours on their way: a reply to a person, or a first comment; times are aware.

    ``asked_at`` is since when they are wanted: the person wrote, or our post went out. ``said_no`` is whether
    Instagram answered no without a proof that nothing was sent.
    """

    status: Status
    asked_at: datetime
    due_at: datetime
    intent_at: datetime | None = None
    call_ended_at: datetime | None = None
    calls: int = 0
    questions: int = 0
    empty_looks: int = 0
    said_no: bool = False
    ig_id: str = ""
    sent_at: datetime | None = None
    last_error: str = ""


class Step(StrEnum):
    """What should be done next."""

    NOTHING = "nothing"
    WAIT = "wait"
    SKIP = "skip"
    SEND = "send"
    ASK = "ask"


@dataclass(frozen=True)
class Decision:
    """A step; ``until`` says when to come back if it is WAIT."""

    step: Step
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Happened:
    """An event and what it brought."""

    event: Event
    ig_id: str = ""
    reason: str = ""
    not_before: datetime | None = None
    never_sent: bool = False
    """Of NOT_SENT: the call was refused for certain, so it does not count as one."""
    said_no: bool = False
    """Of UNCLEAR: Instagram answered no, and would again."""


CLEAR_NO = ("fatal_input", "skip", "reauth", "account")
"""What is to be done about an error that the same call would meet again (:mod:`ig_worker.domain.api_errors`)."""


def answered_no(error: Unanswered) -> bool:
    """Whether Instagram said a clear no, though without a proof that nothing was done.

    A comment was seen to be made and then refused, and each repetition made another. "Does not exist" (100/33) is no
    clear no: new posts are often not to be found for a moment.
    """
    said = error.said
    return said is not None and said.action in CLEAR_NO and (said.code, said.subcode) != (100, 33)


def decide(reply: Reply, now: datetime, rules: Rules) -> Decision:
    """What should be done with these words at `now`."""
    if reply.status is Status.PLANNED:
        if now > reply.asked_at + rules.max_age:
            return Decision(Step.SKIP, reason="too long ago for the worker to write")
        return Decision(Step.SEND) if now >= reply.due_at else Decision(Step.WAIT, reply.due_at)
    if reply.status is Status.SENDING:
        assert reply.intent_at is not None
        ended = reply.call_ended_at or reply.intent_at + rules.call_timeout
        ask_from = max(ended + rules.settle, reply.due_at)
        return Decision(Step.ASK) if now >= ask_from else Decision(Step.WAIT, ask_from)
    return Decision(Step.NOTHING)


def settle(reply: Reply, found_ids: list[str] | None, now: datetime, rules: Rules) -> Happened:
    """What an unclear call turns out to be: `found_ids` are our own words there with just this text, None where
    they could not be read."""
    if found_ids:
        return Happened(Event.SENT, ig_id=found_ids[0])
    if found_ids is not None and reply.empty_looks >= 1 and reply.said_no:
        return Happened(Event.REFUSED)
    if found_ids is not None and reply.empty_looks >= 1 and reply.calls < rules.most_calls:
        return Happened(Event.NOT_SENT, reason="not there: sent once more")
    if reply.questions + 1 >= rules.most_questions or (
        found_ids is not None and reply.calls >= rules.most_calls
    ):
        return Happened(Event.LET_GO, reason="unsure whether it was sent: left as it is")
    again = now + timedelta(seconds=min(60 * 2**reply.questions, 900))
    if found_ids is None:
        return Happened(Event.UNCLEAR, not_before=again, reason="our own words there could not be read")
    return Happened(Event.LOOKED_IN_VAIN, not_before=again)


def apply(reply: Reply, happened: Happened, now: datetime) -> Reply:
    """The words after `happened`; raises ImpossibleMove when the table does not allow it."""
    after = replace(
        reply,
        status=move(TRANSITIONS, reply.status, happened.event),
        last_error=happened.reason or reply.last_error,
        due_at=happened.not_before or reply.due_at,
        ig_id=happened.ig_id or reply.ig_id,
    )
    match happened.event:
        case Event.INTEND:
            return replace(
                after,
                intent_at=now,
                call_ended_at=None,
                calls=reply.calls + 1,
                questions=0,
                empty_looks=0,
                said_no=False,
            )
        case Event.SENT:
            return replace(after, sent_at=now, last_error="")
        case Event.UNCLEAR:
            asked = 0 if reply.call_ended_at is None else 1
            return replace(
                after,
                call_ended_at=reply.call_ended_at or now,
                questions=reply.questions + asked,
                said_no=reply.said_no or happened.said_no,
            )
        case Event.LOOKED_IN_VAIN:
            return replace(after, questions=reply.questions + 1, empty_looks=reply.empty_looks + 1)
        case Event.NOT_SENT:
            calls = reply.calls - happened.never_sent
            return replace(after, intent_at=None, call_ended_at=None, calls=calls)
    return after
