"""What this user may decide about this post now: the rights of their roles, and what the post's state allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ig_worker.board.visit import Visit
from ig_worker.domain.approval import HOLDER, ROLES, VERIFIER, Answer, Approval, Judgement
from ig_worker.domain.post_rules import Finding
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right
from ig_worker.flows.planning.approving import Approving, is_maker, names_another, was_refused
from ig_worker.flows.planning.deciding import RETRIABLE, NotDecided, possible
from ig_worker.flows.planning.verdicts import obstacle, to_overrule
from ig_worker.store.posts import StoredPost

RIGHTS = {VERIFIER: Right.VERIFY, HOLDER: Right.AGREE}
"""What each role of an approval asks for."""


@dataclass(frozen=True)
class Choices:
    """Which forms the page shows. ``roles`` are those in which this user's yes is wanted and would count.

    ``obstacles`` are the reasons why a yes that is wanted could not count now; ``overrule`` what a verifier has to
    give a reason for.
    """

    roles: tuple[str, ...]
    obstacles: tuple[NotDecided, ...]
    overrule: tuple[Finding, ...]
    may: frozenset[str]
    first: str
    """The one that is offered before all others: approve, confirm, retry, or none."""


def choices_of(
    visit: Visit, approving: Approving, post: StoredPost, given: Sequence[Approval], judged: Judgement
) -> Choices:
    """The forms for this user, and what stands in the way of a yes."""
    can = possible(post.publication.status)
    roles: list[str] = []
    obstacles: list[NotDecided] = []
    overrule = tuple(to_overrule(approving, post, given))
    for role in ROLES:
        if "approve" in can and visit.may(RIGHTS[role]) and _is_wanted(role, post, given, judged, overrule):
            reason = obstacle(approving, post, given, visit.user.full_name, role)
            if reason is None:
                roles.append(role)
            elif all(reason.why is not other.why for other in obstacles):
                obstacles.append(reason)
    mine = {"move": Right.MOVE, "hold": Right.HOLD, "cancel": Right.HOLD, "retry": Right.SETTLE}
    may = {name for name, right in mine.items() if name in can and visit.may(right)}
    if "confirm" in can and visit.may(Right.SETTLE):
        may.add("confirm")
    if "retry" in may and not (was_refused(post) or _is_approved(post)):
        may.discard("retry")  # It wants somebody's yes, not another try.
    if roles:
        may.add("approve")
    if "reject" in can and reject_role(visit, post):
        may.add("reject")
    first = next((name for name in ("confirm", "approve", "retry") if name in may), "")
    return Choices(
        tuple(roles), tuple(obstacles), overrule if VERIFIER in roles else (), frozenset(may), first
    )


def reject_role(visit: Visit, post: StoredPost) -> str:
    """In which role this user may send the post back; empty where in none."""
    if visit.may(Right.VERIFY) and not is_maker(post, visit.user.full_name):
        return VERIFIER
    if visit.may(Right.AGREE) and not names_another(post, visit.user.full_name):
        return HOLDER
    return VERIFIER if visit.may(Right.VERIFY) else ""


def _is_wanted(
    role: str, post: StoredPost, given: Sequence[Approval], judged: Judgement, overrule: Sequence[Finding]
) -> bool:
    if role in judged.missing:
        return True
    status = post.publication.status
    if role == VERIFIER:
        unsettled = status in RETRIABLE and not _is_approved(post)
        return bool(overrule) or unsettled or (status is Status.DRAFT and judged.answer is Answer.GO)
    said = any(each.role == role and each.content_hash == post.row.content_hash for each in given)
    return status is Status.DRAFT and not said


def _is_approved(post: StoredPost) -> bool:
    row = post.row
    return bool(row.approved_by) and not row.approval_void and row.approved_hash == row.content_hash
