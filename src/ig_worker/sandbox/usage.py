"""How much of the call budget an account has used, and the headers that say so (section F)."""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime

from ig_worker.sandbox.entities import DAY
from ig_worker.sandbox.errors import GraphError, graph_error
from ig_worker.sandbox.world import World

REGAIN_MINUTES = 19


def spend(world: World, account_id: str, calls: int) -> None:
    """Count so many calls; in `?ids=` each id is one."""
    spent = world.spent.setdefault(account_id, deque())
    now = world.now()
    spent.extend([now] * calls)
    _forget(spent, now)


def _forget(spent: deque[datetime], now: datetime) -> None:
    while spent and spent[0] <= now - DAY:
        spent.popleft()


def percent(world: World, account_id: str) -> int:
    """Percent of the budget used in the last 24 hours, or what the settings say."""
    if world.settings.usage_percent is not None:
        return world.settings.usage_percent
    return len(world.spent.get(account_id, ())) * 100 // world.settings.call_budget


def _app_percent(world: World, account_id: str) -> int:
    given = world.settings.app_usage_percent
    return percent(world, account_id) if given is None else given


def check(world: World, account_id: str, messaging: bool) -> None:
    """Raise what Meta says when a budget is used up: the account's, or the app's (code 4)."""
    if percent(world, account_id) >= 100:
        raise too_many(messaging)
    if _app_percent(world, account_id) >= 100:
        raise graph_error(4)


def too_many(messaging: bool) -> GraphError:
    """80002 for Instagram's endpoints, 80006 for messages; both come as HTTP 400."""
    return graph_error(80006 if messaging else 80002)


def headers(world: World, account_id: str, messaging: bool, *, throttled: bool = False) -> dict[str, str]:
    """X-App-Usage and X-Business-Use-Case-Usage: percents as integers, values of the second as lists."""
    settings = world.settings
    if settings.usage_headers == "never":
        return {}
    used = 100 if throttled else percent(world, account_id)
    whole = 100 if throttled else _app_percent(world, account_id)
    regain = settings.regain_minutes
    if regain is None:
        regain = REGAIN_MINUTES if used >= 100 else 0
    app = {"call_count": whole, "total_time": whole // 2, "total_cputime": whole // 2}
    account = {
        "type": "messenger" if messaging else "instagram",
        "call_count": used,
        "total_cputime": used // 2,
        "total_time": used // 2,
        "estimated_time_to_regain_access": regain,
    }
    return {"X-App-Usage": json.dumps(app), "X-Business-Use-Case-Usage": json.dumps({account_id: [account]})}
