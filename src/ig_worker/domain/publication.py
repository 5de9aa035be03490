"""How a post goes out exactly once.

The rules, in the order in which they matter (``instagram_api.md``, section B, "unknown outcomes and double posts"):

1. Only an approved post is prepared; only a container that Meta calls FINISHED is published.
2. The intent is written and committed before the call. Only a media id means yes; only an answer that proves
   nothing went out means no. Everything else (silence, 5xx, an unreadable body, a kill) is unclear.
3. Unclear is settled by asking: the container's status, and our media list by caption, type and time, never the
   newest. Asking begins ``settle`` after the call ended (or must have ended).
4. Nothing is repeated before ``intent + publish_timeout + settle``, never with another container while the first may
   be out, and only after two looks agree that nothing is there. Else a person decides.
5. A post found later than ``late_after`` waits for a person, whose yes counts from when it was said. A carousel
   never goes out with a child missing.

What an unclear outcome turns out to be is decided in :mod:`ig_worker.domain.settling`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ig_worker.domain.instagram import Kind
from ig_worker.domain.machine import move


class Status(StrEnum):
    """What a post is, as ``posts list --json`` says it."""

    DRAFT = "draft"
    APPROVED = "approved"
    PREPARING = "preparing"
    READY = "ready"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a post."""

    APPROVE = "approve"
    REJECT = "reject"
    CHANGE = "content changed"
    HOLD = "hold"
    CANCEL = "cancel"
    START = "start"
    CHILD_MADE = "child made"
    CHILDREN_READY = "children ready"
    CONTAINER_MADE = "container made"
    CONTAINER_READY = "container ready"
    CONTAINER_GONE = "container gone"
    POSTPONE = "postpone"
    FAIL = "fail"
    INTEND = "intend"
    OUT = "out"
    FOUND = "found"
    UNCLEAR = "unclear"
    NOT_OUT = "not out"
    GIVE_UP = "give up"


_S, _E = Status, Event

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (_S.DRAFT, _E.APPROVE): _S.APPROVED,
    (_S.DRAFT, _E.REJECT): _S.DRAFT,
    (_S.DRAFT, _E.CHANGE): _S.DRAFT,
    (_S.DRAFT, _E.HOLD): _S.HELD,
    (_S.DRAFT, _E.CANCEL): _S.CANCELLED,
    (_S.APPROVED, _E.START): _S.PREPARING,
    (_S.APPROVED, _E.FOUND): _S.PUBLISHED,
    (_S.APPROVED, _E.FAIL): _S.FAILED,
    (_S.APPROVED, _E.REJECT): _S.DRAFT,
    (_S.APPROVED, _E.CHANGE): _S.DRAFT,
    (_S.APPROVED, _E.HOLD): _S.HELD,
    (_S.APPROVED, _E.CANCEL): _S.CANCELLED,
    (_S.PREPARING, _E.CHILD_MADE): _S.PREPARING,
    (_S.PREPARING, _E.CHILDREN_READY): _S.PREPARING,
    (_S.PREPARING, _E.CONTAINER_MADE): _S.PREPARING,
    (_S.PREPARING, _E.CONTAINER_READY): _S.READY,
    (_S.PREPARING, _E.CONTAINER_GONE): _S.APPROVED,
    (_S.PREPARING, _E.POSTPONE): _S.PREPARING,
    (_S.PREPARING, _E.FOUND): _S.PUBLISHED,
    (_S.PREPARING, _E.FAIL): _S.FAILED,
    (_S.PREPARING, _E.REJECT): _S.DRAFT,
    (_S.PREPARING, _E.CHANGE): _S.DRAFT,
    (_S.PREPARING, _E.HOLD): _S.HELD,
    (_S.PREPARING, _E.CANCEL): _S.CANCELLED,
    (_S.READY, _E.INTEND): _S.PUBLISHING,
    (_S.READY, _E.FOUND): _S.PUBLISHED,
    (_S.READY, _E.CONTAINER_GONE): _S.APPROVED,
    (_S.READY, _E.POSTPONE): _S.READY,
    (_S.READY, _E.REJECT): _S.DRAFT,
    (_S.READY, _E.CHANGE): _S.DRAFT,
    (_S.READY, _E.HOLD): _S.HELD,
    (_S.READY, _E.CANCEL): _S.CANCELLED,
    (_S.PUBLISHING, _E.OUT): _S.PUBLISHED,
    (_S.PUBLISHING, _E.UNCLEAR): _S.PUBLISHING,
    (_S.PUBLISHING, _E.POSTPONE): _S.PUBLISHING,
    (_S.PUBLISHING, _E.NOT_OUT): _S.READY,
    (_S.PUBLISHING, _E.CONTAINER_GONE): _S.APPROVED,
    (_S.PUBLISHING, _E.FAIL): _S.FAILED,
    (_S.PUBLISHING, _E.GIVE_UP): _S.UNCONFIRMED,
    (_S.UNCONFIRMED, _E.OUT): _S.PUBLISHED,
    (_S.UNCONFIRMED, _E.NOT_OUT): _S.HELD,
    (_S.HELD, _E.APPROVE): _S.APPROVED,
    (_S.HELD, _E.REJECT): _S.DRAFT,
    (_S.HELD, _E.CHANGE): _S.DRAFT,
    (_S.HELD, _E.CANCEL): _S.CANCELLED,
    (_S.FAILED, _E.APPROVE): _S.APPROVED,
    (_S.FAILED, _E.CHANGE): _S.DRAFT,
    (_S.FAILED, _E.CANCEL): _S.CANCELLED,
    (_S.CANCELLED, _E.CHANGE): _S.DRAFT,
}

NOBODY_ANSWERS = "nobody answers"
"""Said of a look at which nothing could be read: it does not count as a question."""

ACTIVE = (Status.APPROVED, Status.PREPARING, Status.READY, Status.PUBLISHING)
"""The states in which the worker has something to do."""


TIME_IS_OVER = "waktunya sudah lewat saat pekerja tidak dapat menerbitkannya"
"""Why a late post is held."""

CLOCK_SET_BACK = timedelta(minutes=15)
"""An intent so far in the future was written by a clock that was wrong; no wait between two questions is longer."""


@dataclass(frozen=True)
class Rules:
    """The times that the configuration sets, and those that Meta's behaviour suggests."""

    prepare_ahead: timedelta = timedelta(hours=1)
    late_after: timedelta = timedelta(hours=2)
    late_spacing: timedelta = timedelta(minutes=5)
    """What is late goes out this long after the account's last post (:mod:`ig_worker.domain.pacing`)."""
    publish_timeout: timedelta = timedelta(seconds=180)
    settle: timedelta = timedelta(seconds=120)
    patience: timedelta = timedelta(minutes=30)
    """How long a container may be IN_PROGRESS before another is made."""
    container_life: timedelta = timedelta(hours=23)
    """A container lives 24 hours; one this old is not worth publishing."""
    most_containers: int = 4
    most_publish_calls: int = 3
    most_questions: int = 8
    silence: timedelta = timedelta(hours=12)
    """So long nobody answering at all is taken for an outage, which ends."""


@dataclass(frozen=True)
class Publication:
    """A post on its way. Times are aware; ids are Meta's; ``next_at`` says "not before"."""

    status: Status
    kind: Kind
    caption: str
    scheduled_at: datetime
    approved_at: datetime | None = None
    media_count: int = 1
    child_ids: tuple[str, ...] = ()
    children_ready: bool = False
    container_id: str = ""
    container_at: datetime | None = None
    containers_made: int = 0
    publish_calls: int = 0
    intent_at: datetime | None = None
    call_ended_at: datetime | None = None
    questions: int = 0
    empty_looks: int = 0
    next_at: datetime | None = None
    published_at: datetime | None = None
    media_id: str = ""
    last_error: str = ""


class Step(StrEnum):
    """What should be done next."""

    NOTHING = "nothing"
    WAIT = "wait"
    HOLD_AS_LATE = "hold as late"
    START = "start"
    MAKE_CHILD = "make child"
    LOOK_AT_CHILDREN = "look at children"
    MAKE_CONTAINER = "make container"
    LOOK_AT_CONTAINER = "look at container"
    REMAKE = "remake"
    FAIL = "fail"
    PUBLISH = "publish"
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
    container_id: str = ""
    media_id: str = ""
    reason: str = ""
    not_before: datetime | None = None
    never_sent: bool = False
    """Of NOT_OUT: the call was refused for certain, so it does not count as one."""


def wanted_at(post: Publication) -> datetime:
    """When the post should go out: at its time, or when it was approved if that came later."""
    return max(post.scheduled_at, post.approved_at or post.scheduled_at)


def late_from(post: Publication, rules: Rules) -> datetime:
    """After this moment the post waits for a person."""
    return wanted_at(post) + rules.late_after


def decide(post: Publication, now: datetime, rules: Rules) -> Decision:
    """What should be done with this post at `now`."""
    if post.status not in ACTIVE:
        return Decision(Step.NOTHING)
    if post.status is Status.PUBLISHING:
        return _decide_unclear(post, now, rules)
    if now > late_from(post, rules):
        return Decision(Step.HOLD_AS_LATE, reason=TIME_IS_OVER)
    if post.status is Status.APPROVED and post.containers_made >= rules.most_containers:
        return Decision(Step.FAIL, reason=post.last_error or "tidak ada kontainer yang menjadi siap")
    if post.next_at is not None and now < post.next_at:
        return Decision(Step.WAIT, post.next_at)
    if post.status is Status.APPROVED:
        begin = post.scheduled_at - rules.prepare_ahead
        if now < begin:
            return Decision(Step.WAIT, begin)
        return Decision(Step.START)
    if post.container_at is not None and now >= post.container_at + rules.container_life:
        return Decision(Step.REMAKE, reason="kontainernya hampir kedaluwarsa")
    if post.status is Status.PREPARING:
        return _decide_preparing(post, now, rules)
    if now < post.scheduled_at:
        return Decision(Step.WAIT, post.scheduled_at)
    return Decision(Step.PUBLISH)


def _decide_preparing(post: Publication, now: datetime, rules: Rules) -> Decision:
    if post.kind is Kind.CAROUSEL and not post.container_id:
        if len(post.child_ids) < post.media_count:
            return Decision(Step.MAKE_CHILD)
        if not post.children_ready:
            return _decide_waiting(post, Step.LOOK_AT_CHILDREN, now, rules)
    if not post.container_id:
        return Decision(Step.MAKE_CONTAINER)
    return _decide_waiting(post, Step.LOOK_AT_CONTAINER, now, rules)


def _decide_waiting(post: Publication, look: Step, now: datetime, rules: Rules) -> Decision:
    if post.container_at is not None and now >= post.container_at + rules.patience:
        return Decision(Step.REMAKE, reason="kontainernya tidak siap pada waktunya")
    return Decision(look)


def _decide_unclear(post: Publication, now: datetime, rules: Rules) -> Decision:
    assert post.intent_at is not None
    # A longer wait than any was reckoned by another clock. Asking does no harm; nothing is sent before the intent.
    soon = post.next_at if post.next_at is not None and post.next_at <= now + CLOCK_SET_BACK else None
    if now < post.intent_at - CLOCK_SET_BACK:
        return Decision(Step.WAIT, soon) if soon is not None and now < soon else Decision(Step.ASK)
    ended = post.call_ended_at or post.intent_at + rules.publish_timeout
    ask_from = max(ended + rules.settle, soon or ended)
    return Decision(Step.ASK) if now >= ask_from else Decision(Step.WAIT, ask_from)


def apply(post: Publication, happened: Happened, now: datetime) -> Publication:
    """The post after `happened`; raises ImpossibleMove when the table does not allow it."""
    after = replace(post, status=move(TRANSITIONS, post.status, happened.event))
    if happened.reason and happened.event is not Event.POSTPONE:
        after = replace(after, last_error=happened.reason)
    return _EFFECTS.get(happened.event, _only_the_state)(after, happened, now)


def believed(post: Publication, happened: Happened) -> Happened:
    """What a clear no to a publication proves: nothing of an earlier call of which nobody heard.

    After such a call there may be nothing left to publish because it is out, so a person looks before there is another
    container.
    """
    if happened.event in (Event.CONTAINER_GONE, Event.FAIL) and post.publish_calls > 1:
        reason = (
            f"permintaan terbit sebelumnya mungkin berhasil, dan pengulangannya ditolak: {happened.reason}"
        )
        return Happened(Event.GIVE_UP, reason=reason)
    return happened


def _only_the_state(post: Publication, _happened: Happened, _now: datetime) -> Publication:
    return replace(post, next_at=None)


def _fresh(post: Publication, _happened: Happened, _now: datetime) -> Publication:
    return replace(
        post, child_ids=(), children_ready=False, container_id="", container_at=None, containers_made=0,
        publish_calls=0, intent_at=None, call_ended_at=None, questions=0, empty_looks=0, next_at=None,
    )  # fmt: skip


def _approved(post: Publication, happened: Happened, now: datetime) -> Publication:
    return replace(_fresh(post, happened, now), approved_at=now, last_error="")


def _started(post: Publication, _happened: Happened, _now: datetime) -> Publication:
    return replace(post, containers_made=post.containers_made + 1, next_at=None)


def _child_made(post: Publication, happened: Happened, now: datetime) -> Publication:
    return replace(
        post,
        child_ids=(*post.child_ids, happened.container_id),
        container_at=now,
        next_at=happened.not_before,
        questions=0,
    )


def _children_ready(post: Publication, _happened: Happened, _now: datetime) -> Publication:
    return replace(post, children_ready=True, next_at=None)


def _container_made(post: Publication, happened: Happened, now: datetime) -> Publication:
    return replace(
        post, container_id=happened.container_id, container_at=now, next_at=happened.not_before, questions=0
    )


def _container_gone(post: Publication, happened: Happened, _now: datetime) -> Publication:
    return replace(
        post, child_ids=(), children_ready=False, container_id="", container_at=None, intent_at=None,
        call_ended_at=None, questions=0, empty_looks=0, next_at=happened.not_before,
    )  # fmt: skip


def _postponed(post: Publication, happened: Happened, _now: datetime) -> Publication:
    if post.status is not Status.PUBLISHING:
        setbacks = post.questions + 1 if happened.reason else post.questions
        error = happened.reason or post.last_error
        return replace(post, next_at=happened.not_before, last_error=error, questions=setbacks)
    looks = 0 if happened.reason else post.empty_looks + 1
    questions = post.questions + (happened.reason != NOBODY_ANSWERS)
    return replace(post, next_at=happened.not_before, questions=questions, empty_looks=looks)


def _intended(post: Publication, _happened: Happened, now: datetime) -> Publication:
    return replace(
        post, intent_at=now, call_ended_at=None, publish_calls=post.publish_calls + 1, questions=0,
        empty_looks=0, next_at=None,
    )  # fmt: skip


def _unclear(post: Publication, _happened: Happened, now: datetime) -> Publication:
    return replace(post, call_ended_at=now)


def _out(post: Publication, happened: Happened, now: datetime) -> Publication:
    return replace(post, media_id=happened.media_id, published_at=now, next_at=None, last_error="")


def _not_out(post: Publication, happened: Happened, _now: datetime) -> Publication:
    return replace(
        post, intent_at=None, call_ended_at=None, questions=0, empty_looks=0, next_at=happened.not_before,
        publish_calls=post.publish_calls - happened.never_sent,
    )  # fmt: skip


_EFFECTS = {
    Event.APPROVE: _approved,
    Event.REJECT: _fresh,
    Event.CHANGE: _fresh,
    Event.START: _started,
    Event.CHILD_MADE: _child_made,
    Event.CHILDREN_READY: _children_ready,
    Event.CONTAINER_MADE: _container_made,
    Event.CONTAINER_GONE: _container_gone,
    Event.POSTPONE: _postponed,
    Event.INTEND: _intended,
    Event.UNCLEAR: _unclear,
    Event.OUT: _out,
    Event.FOUND: _out,
    Event.NOT_OUT: _not_out,
}
