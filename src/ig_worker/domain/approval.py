"""Who has to agree before a post may go out, and what they agreed to.

The SOPs ask for a verifier before the upload (POST ME) and for the programme holder's look (Puspa's Page). An approval
is for exactly one content: whatever the public would see differently makes it void (INTERFACE.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

VERIFIER = "verifikator"
HOLDER = "penanggung_jawab"
ROLES = (VERIFIER, HOLDER)
"""Who may approve, in the planning sheet's words."""


@dataclass(frozen=True)
class Approval:
    """One person's yes, in a role, to the content of that hash. ``override`` is why a finding was overruled."""

    role: str
    name: str
    content_hash: str
    override: str = ""


def same_person(one: str, other: str) -> bool:
    """Whether two names mean one person: blanks and capital letters make no difference."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


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
