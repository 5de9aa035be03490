"""What follows from a move in a case and why one is not possible: a key with values, and the command line's words.

The board says the same keys in the reader's language (``case.follows_KEY``, ``case.cannot_KEY`` of its catalogue).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ig_worker.domain.errors import NeedsPerson

FOLLOWS: Mapping[str, str] = {
    "danger_known": "Nobody is reminded of the danger any more.",
    "acknowledged_by": "It was acknowledged by {who}.",
    "unit_told": "Unit {unit} is told.",
    "unit_unknown": "Nobody of unit {unit} is told: [units.{unit}] notify names nobody.",
    "duty_told": "Those on duty are told.",
    "duty_unknown": "Nobody is told: [notify] names nobody.",
    "no_answer_kept": (
        "The register has no answer for it yet: ig-worker cases resolve {number} --answer TEXT --by NAME"
    ),
    "never_answered": "The person was never answered: ig-worker inbox reply {message} TEXT --by NAME",
    "again_unanswered": (
        "What the person wrote when it was opened again has no answer: "
        "ig-worker inbox reply {message} TEXT --by NAME"
    ),
    "other_is": "Case {number} is {status}.",
}

CANNOT: Mapping[str, tuple[str, str]] = {
    "busy": ("the case is being changed by someone else all the time", "try again in a moment"),
    "rejected": (
        "case {number} is rejected: {verb} is not possible any more",
        "ig-worker cases show {number} tells what happened to it; "
        "it was a mistake? ig-worker cases reopen {number} --reason TEXT --by NAME",
    ),
    "resolved": (
        "case {number} is resolved: {verb} is not possible any more",
        "what follows: ig-worker cases note {number} TEXT --follow-up --by NAME; "
        "it was a mistake? ig-worker cases reopen {number} --reason TEXT --by NAME",
    ),
    "merged": (
        "case {number} is merged: {verb} is not possible any more",
        "it goes on in {into}; it was a mistake? ig-worker cases reopen {number} --reason TEXT --by NAME",
    ),
    "into_itself": ("case {number} cannot go on in itself", "name the other case with --into"),
    "other_account": (
        "case {other} belongs to account {others}, {number} to {account}",
        "a case goes on in one of its own account",
    ),
    "other_merged": ("case {other} goes on in {into}", "merge into {into}"),
    "other_rejected": (
        "case {other} is rejected",
        "merge into an open case, or reject this one as well",
    ),
}


@dataclass(frozen=True)
class Follow:
    """Something that follows from a move, or that still has to be done after it."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """For the command line."""
        return FOLLOWS[self.key].format(**self.values)


class NotPossible(NeedsPerson):
    """The case does not allow this; the cure says what it does. ``key`` and ``values`` as in :data:`CANNOT`."""

    def __init__(self, key: str, **values: str) -> None:
        said, cure = CANNOT[key]
        super().__init__(said.format(**values), cure=cure.format(**values))
        self.key = key
        self.values = values
