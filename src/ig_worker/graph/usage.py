"""How much of its calls Meta says this account has used."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_MINUTES = 24 * 60
"""The longest wait that is believed: no window of Meta's limits is longer than a day."""

BELIEVED_SECONDS = 3600.0
"""So long what Meta said of a budget is believed where no answer says anything newer of it."""

SHARES = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True)
class Usage:
    """The fullest of Meta's budgets: ``percent`` used, and minutes to stay away where Meta names them.

    Zero where an answer says nothing: the headers come only after enough calls (``instagram_api.md``, section F).
    """

    percent: int = 0
    wait_minutes: int = 0
    budgets: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Percent used of each budget that the answer speaks of: the app's, and each type of business use."""


class Budgets:
    """What Meta's answers have said of its budgets by and by: not every answer speaks of every one.

    Threads share it; ``stopwatch`` gives seconds since some fixed moment.
    """

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._last: dict[str, tuple[int, float]] = {}

    def note(self, usage: Usage) -> None:
        """Keep what an answer says."""
        with self._lock:
            now = self._stopwatch()
            self._last.update({name: (percent, now) for name, percent in usage.budgets.items()})

    def percent(self) -> int:
        """Percent used of the fullest budget; 0 where nothing was said of any for an hour."""
        with self._lock:
            old = self._stopwatch() - BELIEVED_SECONDS
            return max((percent for percent, at in self._last.values() if at > old), default=0)


def read_usage(headers: Mapping[str, str]) -> Usage:
    """Usage from the headers of an answer. ``headers`` finds names in any case, as ``requests`` gives them.

    ``X-Business-Use-Case-Usage`` maps any number of ids to lists; all of them count, because its keys are not
    always the account's id. Whatever is not as Meta describes it is passed over.
    """
    budgets = [("app", _parse(headers.get("X-App-Usage")))]
    for lists in _parse(headers.get("X-Business-Use-Case-Usage")).values():
        given = [budget for budget in lists if isinstance(budget, dict)] if isinstance(lists, list) else []
        # What is used up of Messenger's budget says nothing of posts and comments.
        budgets += [(f"{one.get('type')}", one) for one in given if one.get("type") != "messenger"]
    shares: dict[str, int] = {}
    for name, budget in budgets:
        if said := list(_numbers(budget, SHARES)):
            shares[name] = max(*said, shares.get(name, 0))
    wait = max(
        (m for _, budget in budgets for m in _numbers(budget, ("estimated_time_to_regain_access",))),
        default=0,
    )
    return Usage(max(shares.values(), default=0), min(wait, MOST_MINUTES), shares)


def _parse(header: str | None) -> dict[str, Any]:
    try:
        found = json.loads(header or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(budget: dict[str, Any], names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        value = budget.get(name)
        if isinstance(value, int | float) and 0 <= value < float("inf"):
            yield int(value)
