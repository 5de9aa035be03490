"""What can go wrong at a call, and when: the plans by which the fakes fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ig_worker.domain.api_errors import judge
from ig_worker.domain.errors import ApiError

DIE_BEFORE = "die_before"
DIE_AFTER = "die_after"
LOST_BEFORE = "lost_before"
LOST_AFTER = "lost_after"
REFUSED = "refused"
THROTTLED = "throttled"
FAULTS = (DIE_BEFORE, DIE_AFTER, LOST_BEFORE, LOST_AFTER, REFUSED, THROTTLED)


class Killed(BaseException):
    """The process died here. No ``except Exception`` may hold it up."""


@dataclass(frozen=True)
class FaultPlan:
    """What goes wrong at which call: all calls of all methods are counted together, the first is number 1.

    A fault is one of ``FAULTS``, or an exception to raise before the effect.
    """

    faults: Mapping[int, str | BaseException] = field(default_factory=dict)


def said(code: int, subcode: int | None, message: str) -> ApiError:
    """An error envelope as the client would have read it."""
    found = judge(code, subcode, message, 400)
    return ApiError(code, subcode, message, found.action, found.proves_not_done)
