"""How pressing a case is: a danger at once, what is grave or exposes somebody before the rest."""

from __future__ import annotations

from ig_worker.domain.case import Severity
from ig_worker.domain.classifier import grave
from ig_worker.domain.classifier.normalise import normalise
from ig_worker.domain.classifier.vetoes import find_cues

PATIENCE = 3
"""So many messages of one person in one case, and it is not heard quickly enough."""

_GRAVE = (grave.GRIEF, grave.THREAT, grave.MENTIONED)


def severity_of(text: str, *, danger: bool, exposes: bool, written: int) -> Severity:
    """What a message makes of its case, at least.

    `danger` is what the classifier found or found before an edit; `exposes` that it shows somebody's health or person
    in public; `written` how many messages its author has in the case, this one among them. A death, a threat to go to
    the authorities or the press, and a grave condition that was told of make it urgent.
    """
    if danger:
        return Severity.EMERGENCY
    if exposes or written >= PATIENCE:
        return Severity.URGENT
    cues = find_cues(text, normalise(text))
    return Severity.URGENT if any(finding in cues for finding in _GRAVE) else Severity.USUAL
