"""How well a recipient can be reached, and what follows for everything that waits for it.

A mail server that is down fails for every notice alike, so the recipient has the pauses; a notice that its server
refuses while others arrive is tried again by itself and keeps nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ig_worker.domain.notice import Rules, pause_after


@dataclass(frozen=True)
class Reach:
    """What the last tries say of a recipient; times are aware."""

    failing_since: datetime | None = None
    failures: int = 0
    told_at: datetime | None = None
    """When the operators were told that it cannot be reached."""


def missed(reach: Reach, now: datetime) -> Reach:
    """Nothing arrives."""
    since = reach.failing_since if reach.failing_since is not None else now
    return replace(reach, failing_since=since, failures=reach.failures + 1)


def pause(reach: Reach, rules: Rules) -> timedelta:
    """How long everything for this recipient waits after its last failed try."""
    return pause_after(max(reach.failures - 1, 0), rules)


def to_be_told(reach: Reach, now: datetime, rules: Rules) -> bool:
    """Whether the operators should hear now that it cannot be reached: once in each outage."""
    if reach.failing_since is None or reach.told_at is not None:
        return False
    return now >= reach.failing_since + rules.report_after


def in_order(tried: Sequence[int], reach: Reach) -> list[int]:
    """The places of messages, by how often each was tried, in the order in which they are tried now.

    As they lie. Where the last try of all failed, one that was not tried yet goes first: the trouble may be with the
    one that was.
    """
    places = list(range(len(tried)))
    fresh = next((place for place in places if tried[place] == 0), None)
    if reach.failures and fresh is not None:
        places.insert(0, places.pop(fresh))
    return places


MOST_MISSES = 2
"""So many in a row fail of a recipient that was reached a moment ago, and it counts as not reached any more."""


def gives_out(misses: int, *, proven: bool) -> bool:
    """Whether the recipient cannot be reached: a pass's first message failed, or several in a row of later ones."""
    return not proven or misses >= MOST_MISSES
