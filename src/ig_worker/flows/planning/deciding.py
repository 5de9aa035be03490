"""What a person decides about a post, at whichever door: later, never, not now, once more.

Yes and no are in :mod:`.verdicts`, whether it is out in :mod:`.confirming`; all of them go through ``decide``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from ig_worker.domain.approval import VERIFIER, Answer, Approval
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.machine import ImpossibleMove
from ig_worker.domain.publication import (
    TIME_IS_OVER,
    TRANSITIONS,
    Event,
    Happened,
    Publication,
    Status,
    apply,
)
from ig_worker.domain.seen import ChangedMeanwhile, mark_of, require_unchanged
from ig_worker.flows.planning.approving import GOING, HELD_BY, Approving, was_refused
from ig_worker.flows.planning.gathering import Gatherer
from ig_worker.store import approvals, posts
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.posts import StoredPost

MOVABLE = (Status.DRAFT, *GOING, Status.HELD, Status.FAILED)
"""The states in which a post can still be given another time."""

RETRIABLE = (Status.HELD, Status.FAILED)
"""The states in which a post can be let go on."""

_TOLD = (Status.DRAFT, Status.HELD, Status.FAILED, Status.UNCONFIRMED)
"""The states whose reason a person reads and decides on; on its way, it is the worker's own note."""


class Why(StrEnum):
    """Why a decision was not carried out; the board has a sentence for each."""

    GONE = "gone"
    IMPOSSIBLE = "impossible"
    """Its state does not allow it, or not any more."""
    PAST = "past"
    MAKER = "maker"
    OTHER_HOLDER = "other_holder"
    REFUSED = "refused"
    """Instagram would not take it as it is."""
    CONSENT = "consent"
    FILE = "file"
    NOT_FETCHED = "not_fetched"
    OVERRIDE = "override"
    """A verifier has to say why it may go out in spite of what was found."""
    UNAPPROVED = "unapproved"
    AGAINST = "against"
    STILL_HELD = "still_held"
    NO_REASON = "no_reason"
    NO_ADDRESS = "no_address"
    CLAIMED = "claimed"
    NOT_LISTED = "not_listed"


class NotDecided(NeedsPerson):
    """Nothing was changed. ``why`` says it for other languages, with ``detail`` (Indonesian where it is a finding)."""

    def __init__(self, why: Why, message: str, *, cure: str = "", detail: str = "") -> None:
        super().__init__(message, cure=cure)
        self.why = why
        self.detail = detail


@dataclasses.dataclass(frozen=True)
class Move:
    """A decision: the post's new state, what the journal says of it, other columns, and whose yes is still wanted."""

    after: Publication
    what: str
    columns: dict[str, Any] = dataclasses.field(default_factory=dict)
    missing: tuple[str, ...] = ()


_EVENTS = {
    "approve": Event.APPROVE,
    "reject": Event.REJECT,
    "hold": Event.HOLD,
    "cancel": Event.CANCEL,
}


def possible(status: Status) -> frozenset[str]:
    """What a person may decide about a post in this state: approve, reject, hold, cancel, move, retry, confirm."""
    found = {name for name, event in _EVENTS.items() if (status, event) in TRANSITIONS}
    if status in MOVABLE:
        found.add("move")
    if status in RETRIABLE:
        found.add("retry")
    if status is Status.UNCONFIRMED:
        found.add("confirm")
    return frozenset(found)


To = Callable[[Connection, StoredPost, datetime], Move]


def seen_of(post: StoredPost, given: Collection[Approval]) -> str:
    """The mark of all that a person decides on: content, time, state, why it waits, and who has said yes.

    What the worker does on the way to its time (approved, preparing, ready) changes nothing of it.
    """
    return seen_of_row(post.row, given)


def seen_of_row(row: Row[Any], given: Collection[Approval]) -> str:
    """The same of a row that has no more of a post than the mark needs."""
    status = Status(row.status)
    return mark_of(
        row.content_hash,
        row.scheduled_at.timestamp(),
        "on its way" if status in GOING else status.value,
        row.last_error if status in _TOLD else "",
        [[each.role, each.name, each.content_hash, each.override] for each in given],
    )


def decide(
    database: Database, now: datetime, post_id: int, to: To, *, by: str, seen: str | None = None
) -> tuple[StoredPost, Move]:
    """Make the move in one transaction. Returns the post as it was before, and the move.

    Raises NotDecided where its state does not allow it, ChangedMeanwhile where the post is not the one that was `seen`
    any more or somebody was faster.
    """
    with database.writing() as connection:
        post = posts.get(connection, post_id)
        if post is None:
            raise NotDecided(Why.GONE, f"there is no post {post_id}", cure="ig-worker posts list shows them")
        require_unchanged(seen, seen_of(post, approvals.of(connection, post.id)), f"post {post.id}")
        try:
            move = to(connection, post, now)
        except ImpossibleMove as error:
            raise NotDecided(
                Why.IMPOSSIBLE,
                f"post {post.id} is {error.state.value}: {error.event.value} is not possible any more, or not yet",
                cure=_see(post),
            ) from None
        if not posts.save(connection, post, move.after, now, move.what, who=by, extra=move.columns):
            raise ChangedMeanwhile(
                f"post {post.id} was changed by someone else meanwhile", cure="look at it again, then decide"
            )
    return post, move


def cancel(
    database: Database, now: datetime, post_id: int, *, by: str, seen: str | None = None
) -> StoredPost:
    """Take a post out of the queue."""

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        return Move(apply(post.publication, Happened(Event.CANCEL), now), "cancelled")

    return decide(database, now, post_id, to, by=by, seen=seen)[0]


def hold(
    database: Database, now: datetime, post_id: int, reason: str, *, by: str, seen: str | None = None
) -> StoredPost:
    """Stop a post until somebody lets it go on; its approvals stay, and so does its row in the sheet.

    NotDecided without a reason: whoever finds it held must know why.
    """
    if not reason:
        raise NotDecided(
            Why.NO_REASON, f"why is post {post_id} to be held?", cure='say it with --reason "why"'
        )
    held = Happened(Event.HOLD, reason=f"{HELD_BY} {by}: {reason}")

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        return Move(apply(post.publication, held, now), f"held: {reason}")

    return decide(database, now, post_id, to, by=by, seen=seen)[0]


def reschedule(
    database: Database, now: datetime, post_id: int, at: datetime, *, by: str, seen: str | None = None
) -> StoredPost:
    """Give a post another time (aware, in the centre's zone); its approval stays. One held as too late goes out then.

    Returns it as it was before, with its state of now. NotDecided where that time is over, or the post cannot be moved
    any more.
    """
    written = f"{at:%d/%m/%Y %H.%M}"
    if at <= now:
        raise NotDecided(Why.PAST, f"{written} is over", cure="name a time to come", detail=written)

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        if post.publication.status not in MOVABLE:
            raise NotDecided(
                Why.IMPOSSIBLE,
                f"post {post.id} is {post.publication.status.value}: it cannot be given another time",
                cure=_see(post),
            )
        # What was prepared for the old time is no failed try: a post that moves often must not run out of them.
        after = dataclasses.replace(post.publication, scheduled_at=at, containers_made=0)
        if _waits_only_for_a_time(post):
            after = apply(after, Happened(Event.APPROVE), now)
        return Move(after, f"moved to {written}")

    post, move = decide(database, now, post_id, to, by=by, seen=seen)
    return dataclasses.replace(post, publication=move.after)


def retry(
    database: Database,
    now: datetime,
    post_id: int,
    approving: Approving,
    gatherer: Gatherer,
    *,
    by: str,
    seen: str | None = None,
) -> StoredPost:
    """Let a failed or held post try again; its approval must still be for what it says now.

    One that is held because of a picture has its media fetched and tried once more. NotDecided where it is still held
    after that, where nobody has approved it as it is, or where something was found against it.
    """

    def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
        row = post.row
        if post.publication.status not in RETRIABLE:
            raise NotDecided(
                Why.IMPOSSIBLE,
                f"post {post.id} is {row.status}: only a failed or held post can be tried again",
                cure=_see(post),
            )
        if was_refused(post):
            again = apply(post.publication, Happened(Event.CHANGE), now)
            columns = {"gather_next_at": now, "gather_tries": 0}
            again = dataclasses.replace(again, last_error="")
            return Move(again, "its media are to be tried again", columns)
        if not row.approved_by or row.approval_void or row.approved_hash != row.content_hash:
            raise NotDecided(
                Why.UNAPPROVED,
                f"nobody has approved post {post.id} as it is now",
                cure=f"ig-worker posts approve {post.id} --by NAME --as {VERIFIER}",
            )
        judged = approving.judgement(post, approvals.of(connection, post.id))
        if judged.answer is Answer.HOLD:
            raise NotDecided(
                Why.AGAINST,
                f"post {post.id} must not go out as it is: {judged.reason}",
                cure=f"change its row, or see ig-worker posts check {post.id}",
                detail=judged.reason,
            )
        return Move(apply(post.publication, Happened(Event.APPROVE), now), "to be tried again")

    post, _ = decide(database, now, post_id, to, by=by, seen=seen)
    if was_refused(post):
        gatherer.look_after(post.id)
        _require_free(database, post.id)
    return post


def _require_free(database: Database, post_id: int) -> None:
    with database.reading() as connection:
        post = posts.get(connection, post_id)
    if post is not None and post.publication.status is Status.HELD:
        reason = post.row.last_error
        raise NotDecided(Why.STILL_HELD, f"post {post_id} is still held: {reason}", detail=reason)


def _waits_only_for_a_time(post: StoredPost) -> bool:
    """Whether it was held as late and nothing else: who names a new time has said yes (late policy)."""
    late = post.publication.status is Status.HELD and post.publication.last_error == TIME_IS_OVER
    return late and bool(post.row.approved_hash) and post.row.approved_hash == post.row.content_hash


def _see(post: StoredPost) -> str:
    return f"ig-worker posts show {post.id} tells what happened to it"
