"""Who is told of what about a case, and which marks its letters carry."""

from __future__ import annotations

from dataclasses import dataclass

COMPLAINT_TEAM, ON_DUTY, OPERATORS = "complaint_team", "on_duty", "operators"
"""Teams by their keys in ``[notify]``; a unit's own channels are the team ``unit:NAME``."""


@dataclass(frozen=True)
class Manner:
    """How a case of one severity is told of."""

    mark: str
    """Before the title, so that it is seen in a list of chats."""
    on_duty: bool
    alone: bool
    """Never gathered with other notices into one message."""


MANNERS = {
    "biasa": Manner(mark="", on_duty=False, alone=False),
    "mendesak": Manner(mark="MENDESAK · ", on_duty=False, alone=True),
    "darurat": Manner(mark="DARURAT · ", on_duty=True, alone=True),
}
"""By ``severity`` of a case. Those on duty are woken for danger to life only, or they would soon stop reading."""

CRISIS = "KRISIS"
"""The first word of what tells of a storm of complaints."""

ALONE = (CRISIS, *(manner.mark.rstrip(" ·") for manner in MANNERS.values() if manner.alone))
"""What the title of a notice begins with that never waits for others."""


def manner_of(severity: str) -> Manner:
    """How a case of this severity is told of; one that nobody knows is told of like any other."""
    return MANNERS.get(severity, MANNERS["biasa"])


def teams_of(unit: str, severity: str) -> tuple[str, ...]:
    """The teams that are told of a case: the complaint team, the unit, and for danger those on duty.

    Whoever is in several of them is told once. Where none of them has anybody, the operators are told
    (:data:`OPERATORS`): a complaint never reaches nobody.
    """
    units = (f"unit:{unit}",) if unit else ()
    return (COMPLAINT_TEAM, *units, *((ON_DUTY,) if manner_of(severity).on_duty else ()))
