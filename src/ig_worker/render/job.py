"""What the worker tells the process that sets a paper, and how that process ends."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

NOT_WRITTEN = 3
"""Exit status of the process when the paper was made and the disk would not take it."""

REFUSED = 4
"""Exit status of the process where a picture cannot be shown; what it says then is the reason in Indonesian."""


class Job(TypedDict):
    """What the process is told."""

    paper: Literal[
        "evidence_card",
        "plain_card",
        "small_picture",
        "day_report",
        "month_report",
        "register",
        "transparency",
    ]
    data: dict[str, Any]
    reason: str
    """Why a plain card is made; empty for the others."""
    out: str
