"""How much of its calls Meta says this account has used."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_MINUTES = 24 * 60
"""The longest wait that is believed: no window of Meta's limits is longer than a day."""

SHARES = ("call_count", "total_time", "total_cputime")


@dataclass(frozen=True)
class Usage:
    """The fullest of Meta's budgets: ``percent`` used, and minutes to stay away where Meta names them.

    Zero where an answer says nothing: the headers come only after enough calls (``instagram_api.md``, section F).
    """

    percent: int = 0
    wait_minutes: int = 0


def read_usage(headers: Mapping[str, str]) -> Usage:
    """Usage from the headers of an answer. ``headers`` finds names in any case, as ``requests`` gives them.

    ``X-Business-Use-Case-Usage`` maps any number of ids to lists; all of them count, because its keys are not
    always the account's id. Whatever is not as Meta describes it is passed over.
    """
    budgets = [_parse(headers.get("X-App-Usage"))]
    for lists in _parse(headers.get("X-Business-Use-Case-Usage")).values():
        given = [budget for budget in lists if isinstance(budget, dict)] if isinstance(lists, list) else []
        # What is used up of Messenger's budget says nothing of posts and comments.
        budgets += [budget for budget in given if budget.get("type") != "messenger"]
    percent = max((share for budget in budgets for share in _numbers(budget, SHARES)), default=0)
    wait = max(
        (m for budget in budgets for m in _numbers(budget, ("estimated_time_to_regain_access",))), default=0
    )
    return Usage(percent, min(wait, MOST_MINUTES))


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
