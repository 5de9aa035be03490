"""Yes or no to a post: who may say it in which role, to exactly what, and what is still wanted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from ig_worker.domain.approval import (
    HOLDER,
    NEVER_OVERRULED,
    VERIFIER,
    Answer,
    Approval,
    against_it,
    approved_by,
    overruled,
)
from ig_worker.domain.post_rules import Finding, Severity
from ig_worker.domain.publication import Event, Happened, apply
from ig_worker.flows.planning.approving import (
    UNAPPROVED,
    Approving,
    is_held_by_person,
    is_maker,
    names_another,
    was_refused,
)
from ig_worker.flows.planning.deciding import Move, NotDecided, Why, decide
from ig_worker.store import approvals
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import StoredPost


def approve(
    database: Database,
    now: datetime,
    post_id: int,
    approving: Approving,
    role: str,
    *,
    by: str,
    override: str = "",
    seen: str | None = None,
    only_who_is_named: bool = False,
) -> tuple[StoredPost, Move]:
    """Say yes to a post as it is now; it goes out when every role has.

    `override` is a verifier's reason why it may go out in spite of a number in its text. With `only_who_is_named`, a
    programme holder agrees to no post that names another one. Returns the post as it was, and the move with the roles
    that are ``missing``; raises NotDecided, ChangedMeanwhile.
    """
    override = override if role == VERIFIER else ""

    def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
        given = approvals.of(connection, post.id)
        if only_who_is_named:
            _require_named(post, by, role)
        _refuse(post, approving.findings(post), given, by, role, override)
        content = post.row.content_hash
        approvals.put(connection, post.id, Approval(role, by, content, override), now)
        given = approvals.of(connection, post.id)
        judged = approving.judgement(post, given)
        after = apply(post.publication, Happened(Event.APPROVE), now)
        columns: dict[str, Any] = {"approval_void": False} if role == VERIFIER else {}
        what = f"approved as {role.replace('_', ' ')}" + (f", overruling: {override}" if override else "")
        if judged.answer is Answer.GO:
            columns |= {"approved_by": approved_by(given, content), "approved_hash": content}
            if role == HOLDER and is_held_by_person(post):
                return Move(post.publication, what, columns)  # who stopped it, or a verifier, lets it go on
            return Move(after, what, columns)
        return Move(post.publication, what, columns, judged.missing)

    return decide(database, now, post_id, to, by=by, seen=seen)


def reject(
    database: Database,
    now: datetime,
    post_id: int,
    approving: Approving,
    reason: str,
    *,
    by: str,
    role: str | None = None,
    seen: str | None = None,
    only_who_is_named: bool = False,
) -> tuple[StoredPost, str]:
    """Send a post back as a draft and tell the content team why. Returns the post as it was, and the reason.

    With `only_who_is_named`, as in ``approve``.
    """
    # Whoever reads it next has at least somebody to ask.
    reason = reason or f"ditolak oleh {by}; tanyakan apa yang perlu diubah"
    as_what = f" as {role.replace('_', ' ')}" if role else ""

    def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
        if only_who_is_named:
            _require_named(post, by, role)
        after = apply(post.publication, Happened(Event.REJECT, reason=reason), now)
        approvals.void(connection, post.id)
        approving.tell_rejected(connection, post, by, reason, now)
        # A sheet that still says "disetujui" must not undo this at its next import (INTERFACE.md).
        void = post.row.sheet_status == "disetujui"
        return Move(after, f"rejected{as_what}: {reason}", {**UNAPPROVED, "approval_void": void})

    return decide(database, now, post_id, to, by=by, seen=seen)[0], reason


def obstacle(
    approving: Approving, post: StoredPost, given: Collection[Approval], by: str, role: str
) -> NotDecided | None:
    """Why this person's yes in this role could not count now, whatever reason they give; None where it can."""
    try:
        _require_named(post, by, role)
        _refuse(post, approving.findings(post), given, by, role, "whatever")
    except NotDecided as error:
        return error
    return None


def to_overrule(approving: Approving, post: StoredPost, given: Collection[Approval]) -> list[Finding]:
    """What a verifier has to give a reason for when they say yes."""
    against = against_it(approving.findings(post), overruled(given, post.row.content_hash))
    return [finding for finding in against if finding.code not in NEVER_OVERRULED]


def _require_named(post: StoredPost, by: str, role: str | None) -> None:
    if role == HOLDER and names_another(post, by):
        raise NotDecided(
            Why.OTHER_HOLDER,
            f"post {post.id} names {post.row.responsible} as its {HOLDER}",
            cure="they have to agree to it",
            detail=post.row.responsible,
        )


def _refuse(
    post: StoredPost,
    findings: Collection[Finding],
    given: Collection[Approval],
    by: str,
    role: str,
    override: str,
) -> None:
    """NotDecided where this person's yes cannot count now."""
    row = post.row
    if role == VERIFIER and is_maker(post, by):
        raise NotDecided(Why.MAKER, f"{by} made post {post.id}", cure="someone else has to approve it")
    if refused := [finding for finding in findings if finding.severity is Severity.REFUSE]:
        raise NotDecided(
            Why.REFUSED,
            f"Instagram would not take post {post.id}: {_joined(refused)}",
            cure="change the row in the sheet and import it again",
            detail=_joined(refused),
        )
    against = against_it(findings, overruled(given, row.content_hash))
    if any(finding.code in NEVER_OVERRULED for finding in against):
        raise NotDecided(
            Why.CONSENT,
            f"post {post.id} shows a patient and names no written consent",
            cure="write its reference into persetujuan_pasien of the sheet and import it again",
        )
    if was_refused(post):
        raise NotDecided(
            Why.FILE,
            f"post {post.id} cannot go out: {row.last_error}",
            cure=f"mend the file and import the sheet again, or: ig-worker posts retry {post.id}",
            detail=row.last_error,
        )
    if not row.content_hash:
        raise NotDecided(
            Why.NOT_FETCHED,
            f"nobody can have seen post {post.id} yet: its media are still to be fetched",
            cure="wait a minute, or run: ig-worker run-once media",
        )
    if against and role == VERIFIER and not override:
        raise NotDecided(
            Why.OVERRIDE,
            f"post {post.id}: {_joined(against)}",
            cure='change the text, or approve with --override "why it may be public"',
            detail=_joined(against),
        )


def _joined(findings: Collection[Finding]) -> str:
    return "; ".join(str(finding) for finding in findings)
