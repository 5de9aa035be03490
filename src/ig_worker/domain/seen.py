"""What a person had before their eyes when they decided: whether it is still so.

A page carries the mark of what it showed; the form brings it back. Work of the worker that changes nothing a person
decides on leaves the mark as it is, so nobody is sent back for a container that was made meanwhile.
"""

from __future__ import annotations

import hashlib
import json

from ig_worker.domain.errors import NeedsPerson


class ChangedMeanwhile(NeedsPerson):
    """Somebody changed it after it was looked at: nothing was done; look again."""


def mark_of(*values: object) -> str:
    """Sixteen signs for these values (texts, numbers, None, lists of them); others for any others."""
    written = json.dumps(values, ensure_ascii=True, default=str, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def require_unchanged(seen: str | None, now: str, what: str) -> None:
    """ChangedMeanwhile unless the mark that was seen is today's; None looked at nothing, as a command line does."""
    if seen is not None and seen != now:
        raise ChangedMeanwhile(f"{what} was changed by somebody else meanwhile", cure="look at it again")
