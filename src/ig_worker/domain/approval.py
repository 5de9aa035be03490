"""Who has to agree before a post may go out, and what they agreed to.

The SOPs ask for a verifier before the upload (POST ME) and for the programme holder's look (Puspa's Page). An approval
is for exactly one content: whatever the public would see differently makes it void (INTERFACE.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ig_worker.domain.people import is_named, same_person
from ig_worker.domain.planning import PlannedPost, approval_gap
from ig_worker.domain.post_rules import Finding, Severity

VERIFIER = "verifikator"
HOLDER = "penanggung_jawab"
ROLES = (VERIFIER, HOLDER)
"""Who may approve, in the planning sheet's words."""

VOID = "berubah atau dibatalkan sesudah disetujui: ubah statusnya menjadi draf dahulu, lalu setujui lagi"
NOT_FETCHED = "medianya masih diambil; persetujuannya berlaku sesudah itu"

NEVER_OVERRULED = frozenset({"consent_missing"})
"""The findings that no reason of a verifier's overrules: a patient's written consent is the patient's."""


@dataclass(frozen=True)
class Approval:
    """One person's yes, in a role, to the content of that hash. ``override`` is why a finding was overruled."""

    role: str
    name: str
    content_hash: str
    override: str = ""


class Answer(StrEnum):
    """Whether a post may go out as it is."""

    GO = "go"
    WAIT = "wait"
    """For an approval, or for its media."""
    HOLD = "hold"
    """A person must decide about a finding first."""


@dataclass(frozen=True)
class Judgement:
    """An answer, with the reason in Indonesian where it is not GO, and the roles whose yes is still wanted."""

    answer: Answer
    reason: str = ""
    missing: tuple[str, ...] = ()


def judge(
    content_hash: str,
    made_by: str,
    approvals: Collection[Approval],
    required: Sequence[str],
    findings: Iterable[Finding] = (),
) -> Judgement:
    """Whether a post may go out: what was found in its texts, its media, and everybody's yes, in this order.

    A number that looks like a person's holds the post until a verifier overrules it for this very content; a consent
    that is missing is never overruled. Without a content hash (media not fetched yet) no approval counts.
    """
    missing = missing_roles(approvals, required, content_hash, made_by)
    if against := against_it(findings, overruled(approvals, content_hash)):
        return Judgement(Answer.HOLD, "; ".join(str(finding) for finding in against), missing)
    if not content_hash:
        return Judgement(Answer.WAIT, NOT_FETCHED, missing)
    if missing:
        return Judgement(Answer.WAIT, f"menunggu persetujuan {roles_in_words(missing)}", missing)
    return Judgement(Answer.GO)


def against_it(findings: Iterable[Finding], overruled: bool) -> list[Finding]:
    """The findings that a person must decide about and nobody has."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.HOLD and not (overruled and finding.code not in NEVER_OVERRULED)
    ]


def overruled(approvals: Collection[Approval], content_hash: str) -> bool:
    """Whether a verifier has overruled, with a reason, what was found in this very content."""
    return any(
        approval.role == VERIFIER and approval.override and approval.content_hash == content_hash != ""
        for approval in approvals
    )


def sheet_approvals(post: PlannedPost, content_hash: str, *, void: bool = False) -> tuple[Approval, ...]:
    """The approvals that a row of the sheet gives: the verifier's, and that of a programme holder who is named.

    None while the row is a draft, names no verifier but the maker, or has to be seen as a draft first (`void`); none
    before the content is known.
    """
    if void or not content_hash or approval_gap(post):
        return ()
    holder = (Approval(HOLDER, post.responsible, content_hash),) if is_named(post.responsible) else ()
    return (Approval(VERIFIER, post.verified_by, content_hash), *holder)


def approved_by(approvals: Collection[Approval], content_hash: str) -> str:
    """The names of those who approved this content, the verifier's first, as ``posts list --json`` shows them."""
    valid = {
        approval.role: approval.name
        for approval in approvals
        if content_hash and approval.content_hash == content_hash
    }
    return ", ".join(valid[role] for role in ROLES if role in valid)


def roles_in_words(roles: Iterable[str]) -> str:
    """Roles as people say them: ``verifikator dan penanggung jawab``."""
    return " dan ".join(role.replace("_", " ") for role in roles)


def missing_roles(
    approvals: Collection[Approval], required: Sequence[str], content_hash: str, made_by: str
) -> tuple[str, ...]:
    """The roles whose yes to this content is still wanted, in the order of `required`.

    The maker never verifies their own post; without a hash (its media are not known yet) nothing counts.
    """
    said = {
        approval.role
        for approval in approvals
        if content_hash
        and approval.content_hash == content_hash
        and not (approval.role == VERIFIER and same_person(approval.name, made_by))
    }
    return tuple(role for role in required if role not in said)
