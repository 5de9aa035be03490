"""Insights of an account: days, windows and audiences (section E)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from ig_worker.sandbox.call import Call, Json, moment_of, text_of
from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.entities import DAY, Account
from ig_worker.sandbox.errors import graph_error, invalid
from ig_worker.sandbox.figures import (
    account_figure,
    day_end,
    day_of,
    draw,
    followers_now,
    gained_and_lost,
    split,
)
from ig_worker.sandbox.insights import asked_breakdown, asked_metrics, breakdown_of, metrics, period_of

LONGEST_WINDOW = timedelta(days=30)
METRIC_TYPES = ("default", "time_series", "total_value")
TIMEFRAMES = ("last_14_days", "last_30_days", "last_90_days", "prev_month", "this_month", "this_week")
DAYS_OF = {"day": 1, "week": 7, "days_28": 28}


def account_insights(call: Call, account: Account, params: Json) -> Json:
    """`GET /{ig}/insights?metric=..&period=..`: a series of Meta's (Californian) days, or one total of the window."""
    call.token.check_scope("insights")
    known = metrics()["account"]
    names = asked_metrics(call, params, list(known))
    period = period_of(params)
    breakdown = asked_breakdown(params, metrics()["account_breakdowns"])
    kind = _metric_type(params, names)
    for name in names:
        if period not in known[name]["periods"]:
            raise invalid(f"Incompatible period ({period}) for the metric ({name})")
        _check_timeframe(params, name)
    since, until = _window(call, params)
    if kind == "total_value" and breakdown:
        if any(breakdown not in known[name].get("breakdowns", ()) for name in names):
            raise graph_error(1)
    elif kind == "time_series":
        breakdown = ""  # "metric_type=time_series drops breakdowns."
    _check_recent(call, names, since)
    shown = [_shown(call, account, name, period, kind, breakdown, since, until) for name in names]
    return {"data": [one for one in shown if one]}


def _metric_type(params: Json, names: list[str]) -> str:
    """``time_series`` or ``total_value``; metrics that have only the other one refuse."""
    asked = text_of(params, "metric_type") or "default"
    if asked not in METRIC_TYPES:
        raise invalid(f"metric_type must be one of the following values: {', '.join(METRIC_TYPES)}")
    kind = "total_value" if asked == "total_value" else "time_series"
    wrong = [name for name in names if kind not in metrics()["account"][name]["types"]]
    if wrong:
        other = "total_value" if kind == "time_series" else "time_series"
        raise invalid(
            f"The following metrics ({', '.join(wrong)}) should be specified with parameter metric_type={other}"
        )
    return kind


def _check_timeframe(params: Json, name: str) -> None:
    timeframe = text_of(params, "timeframe")
    allowed = metrics()["account"][name].get("timeframes")
    if timeframe and timeframe not in TIMEFRAMES:
        raise invalid(f"timeframe must be one of the following values: {', '.join(TIMEFRAMES)}")
    if allowed and timeframe not in allowed:
        raise invalid(f"The metric {name} needs the parameter timeframe, one of: {', '.join(allowed)}")


def _window(call: Call, params: Json) -> tuple[datetime, datetime]:
    """since..until, at most 30 days; by default the last 24 hours."""
    until = moment_of(params, "until") or call.now
    since = moment_of(params, "since") or until - DAY
    if since > until:
        raise invalid("since param is not before until param")
    if until - since > LONGEST_WINDOW:
        raise invalid("There cannot be more than 30 days (2592000 s) between since and until")
    return since, until


def _check_recent(call: Call, names: list[str], since: datetime) -> None:
    if "follower_count" in names and since < call.now - LONGEST_WINDOW - DAY:
        raise invalid(
            "(follower_count) metric only supports querying data for the last 30 days excluding the current day"
        )


def _days(call: Call, since: datetime, until: datetime) -> list[date]:
    """Meta's days that ended within the window, whose figures have come and are still kept."""
    settings = call.world.settings
    known_until = call.now - timedelta(seconds=settings.insights_lag_seconds)
    oldest = day_of(call.now) - timedelta(days=settings.insights_days)
    day, found = max(day_of(since), oldest), []
    while day_end(day) <= min(until, known_until):
        found.append(day)
        day += timedelta(days=1)
    return found


def _shown(
    call: Call,
    account: Account,
    name: str,
    period: str,
    kind: str,
    breakdown: str,
    since: datetime,
    until: datetime,
) -> Json | None:
    """One metric; None where there is no data, which is an empty data set and not a zero."""
    metric = metrics()["account"][name]
    if followers_now(call.world, account) < metric.get("min_followers", 0):
        return None
    shown: Json = {
        "name": name,
        "period": period,
        "title": metric["title"],
        "description": metric["description"],
        "id": f"{account.id}/insights/{name}/{period}",
    }
    if name == "online_followers":
        hours = {str(hour): draw(call.world, 5, 90, name, account.id, hour) for hour in range(24)}
        return {
            **shown,
            "values": [{"value": hours, "end_time": graph_time(day_end(day_of(call.now) - DAY))}],
        }
    days = _days(call, since, until)
    if kind == "time_series":
        values = [
            {"value": _over(call, account, name, day, DAYS_OF[period]), "end_time": graph_time(day_end(day))}
            for day in days
        ]
        return {**shown, "values": values} if values else None
    total = _total(call, account, name, period, breakdown, days)
    return {**shown, "total_value": total} if total is not None else None


def _over(call: Call, account: Account, name: str, last: date, length: int) -> int:
    return sum(
        account_figure(call.world, account, name, last - timedelta(days=back)) for back in range(length)
    )


def _total(
    call: Call, account: Account, name: str, period: str, breakdown: str, days: list[date]
) -> Json | None:
    world, values = call.world, metrics()["breakdown_values"]
    if period == "lifetime":
        if not breakdown:
            return {}
        audience = followers_now(world, account) * 4 // 5
        return {
            "breakdowns": breakdown_of(breakdown, split(world, audience, values[breakdown], name, account.id))
        }
    if not days:
        return None
    if name == "follows_and_unfollows":
        # Without the breakdown the value is missing; FOLLOWER is gained, NON_FOLLOWER lost (section E).
        if not breakdown:
            return {}
        both = [gained_and_lost(world, account, day) for day in days]
        results = [
            ("FOLLOWER", sum(gained for gained, _ in both)),
            ("NON_FOLLOWER", sum(lost for _, lost in both)),
        ]
        return {"breakdowns": breakdown_of(breakdown, results)}
    value = sum(account_figure(world, account, name, day) for day in days)
    total: dict[str, Any] = {"value": value}
    if breakdown:
        dealt = split(world, value, values[breakdown], name, account.id, days[0])
        total["breakdowns"] = breakdown_of(breakdown, dealt)
    return total
