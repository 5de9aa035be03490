"""Who may do what on the board: the roles of the centre's people, and what each of them is for.

The roles are those of the planning sheet (POST ME: maker, caption editor, verifier; Puspa's Page: programme holder),
of the complaint team (SOP 17.238), the head, and whoever looks after the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the centre; one person may be several."""

    MAKER = "pembuat"
    EDITOR = "redaksi"
    VERIFIER = "verifikator"
    HOLDER = "penanggung_jawab"
    COMPLAINTS = "keluhan"
    HEAD = "kepala"
    ADMIN = "admin"


class Right(StrEnum):
    """What somebody may do; a page or a form of the board asks for one of them."""

    BE_HERE = "be here"
    """Every user's: the first page, their own account."""
    SEE_PLAN = "see the plan"
    MAKE = "make posts"
    """Import a sheet, make a post, change one's own draft."""
    DECIDE = "say yes or no to posts"
    """In the role in which they may: as verifier, as programme holder."""
    VERIFY = "verify posts"
    """Say yes or no as verifier, never to one's own."""
    AGREE = "agree to posts"
    """Say yes as the programme holder."""
    MOVE = "move posts"
    """Give a post another time."""
    HOLD = "hold posts"
    """Stop a post, or take it out of the queue."""
    SETTLE = "settle posts"
    """Try a failed one again; say whether an unconfirmed one is out."""
    READ_INBOX = "read the inbox"
    RELABEL = "judge messages"
    ANSWER = "answer people"
    HIDE = "hide comments"
    READ_CASES = "read cases"
    WORK_CASES = "work on cases"
    EXPORT_REGISTER = "export the register"
    LIFT_CRISIS = "lift a crisis"
    SEE_FIGURES = "see figures"
    SEE_SETTINGS = "see settings"
    TEST_CHANNELS = "test channels"
    MANAGE_USERS = "manage users"


_R = Right
_CONTENT = {_R.BE_HERE, _R.SEE_PLAN, _R.SEE_FIGURES}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.MAKER: frozenset(_CONTENT | {_R.MAKE}),
    Role.EDITOR: frozenset(_CONTENT | {_R.MAKE, _R.MOVE, _R.READ_INBOX}),
    Role.VERIFIER: frozenset(
        _CONTENT | {_R.MAKE, _R.DECIDE, _R.VERIFY, _R.MOVE, _R.HOLD, _R.SETTLE, _R.READ_INBOX}
    ),
    Role.HOLDER: frozenset(
        _CONTENT | {_R.DECIDE, _R.AGREE, _R.READ_INBOX, _R.ANSWER, _R.READ_CASES, _R.WORK_CASES}
    ),
    Role.COMPLAINTS: frozenset(
        _CONTENT
        | {_R.READ_INBOX, _R.RELABEL, _R.ANSWER, _R.HIDE, _R.READ_CASES, _R.WORK_CASES, _R.EXPORT_REGISTER}
    ),
    Role.HEAD: frozenset(
        _CONTENT
        | {_R.HOLD, _R.READ_INBOX, _R.READ_CASES, _R.EXPORT_REGISTER, _R.LIFT_CRISIS, _R.SEE_SETTINGS}
    ),
    Role.ADMIN: frozenset(_CONTENT | {_R.SETTLE, _R.SEE_SETTINGS, _R.TEST_CHANNELS, _R.MANAGE_USERS}),
}

EVERYWHERE = frozenset({Role.COMPLAINTS, Role.HEAD})
"""Who sees the cases and messages of every unit; a programme holder sees those of their own."""

READS_FULL_TEXTS = frozenset({Role.COMPLAINTS})
"""Who reads names, numbers and addresses in cases and messages unless it is said otherwise for a user."""


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """All that somebody with these roles may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def sees_every_unit(roles: Iterable[Role]) -> bool:
    """Whether cases and messages of all units are theirs to see."""
    return not EVERYWHERE.isdisjoint(roles)


def only_own_unit(roles: Iterable[Role]) -> bool:
    """Whether somebody is in the inbox and in the cases as a programme holder alone."""
    held = set(roles)
    return Role.HOLDER in held and EVERYWHERE.isdisjoint(held)
