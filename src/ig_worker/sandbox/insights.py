"""Insights of a post: which metrics it has, and their figures (section E)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from ig_worker.sandbox.call import Call, Json, text_of, words_of
from ig_worker.sandbox.entities import DAY, Media
from ig_worker.sandbox.errors import GraphError, graph_error, invalid, missing, not_there
from ig_worker.sandbox.figures import media_figure, reach, split

PERIODS = ("day", "days_28", "lifetime", "month", "total_over_range", "week")
FEWEST_VIEWERS = 5


@cache
def metrics() -> dict[str, Any]:
    """The content of metrics.json."""
    data: dict[str, Any] = json.loads(
        resources.files(__package__).joinpath("metrics.json").read_text("utf-8")
    )
    return data


def asked_metrics(call: Call, params: Json, known: Sequence[str]) -> list[str]:
    """The metrics asked for; one that is no metric, or no longer, refuses all, with the list of those that are."""
    retired = words_of({"retired": call.world.settings.retired_metrics}, "retired")
    valid = [name for name in known if name not in retired]
    names = words_of(params, "metric")
    if not names:
        raise missing("metric")
    for place, name in enumerate(names):
        if name not in valid:
            raise invalid(f"metric[{place}] must be one of the following values: {', '.join(valid)}")
    return names


def asked_breakdown(params: Json, valid: Sequence[str]) -> str:
    """The one breakdown asked for, or nothing."""
    names = words_of(params, "breakdown")
    for place, name in enumerate(names):
        if name not in valid:
            raise invalid(f"breakdown[{place}] must be one of the following values: {', '.join(valid)}")
    if len(names) > 1:
        raise invalid("Only one breakdown can be requested")
    return names[0] if names else ""


def breakdown_of(key: str, results: Sequence[tuple[str, int]]) -> list[Json]:
    """A breakdown as insights show it."""
    return [
        {
            "dimension_keys": [key],
            "results": [{"dimension_values": [value], "value": count} for value, count in results],
        }
    ]


def media_insights(call: Call, media: Media, params: Json) -> Json:
    """`GET /{media}/insights`: lifetime figures. One metric the post does not have refuses the whole request."""
    call.token.check_scope("insights")
    known = metrics()["media"]
    login = media.account.login
    valid = [name for name, metric in known.items() if metric.get("login") in (None, login)]
    names = asked_metrics(call, params, valid)
    breakdown = asked_breakdown(params, metrics()["media_breakdowns"])
    for place, period in enumerate(words_of(params, "period")):
        if period not in PERIODS:
            raise invalid(f"period[{place}] must be one of the following values: {', '.join(PERIODS)}")
    if media.parent is not None:
        # "No insights on carousel children."
        raise not_there(media.id)
    for name in names:
        _check_metric(media, name, known[name])
    if breakdown and any(breakdown not in known[name].get("breakdowns", ()) for name in names):
        raise graph_error(1)
    _check_story(call, media)
    if call.now - media.at < timedelta(seconds=call.world.settings.insights_lag_seconds):
        return {"data": []}
    return {"data": [_shown(call, media, name, breakdown) for name in names]}


def _check_metric(media: Media, name: str, metric: Json) -> None:
    if metric.get("crossposted"):
        raise invalid(f"The {name} metric is only available for media that was shared to Facebook.")
    before = metric.get("only_before")
    if before:
        if media.at >= datetime.fromisoformat(before).replace(tzinfo=UTC):
            raise invalid(
                f"Starting from version v22.0 and above, the {name} metric is no longer supported "
                "for the queried media."
            )
    elif media.product_type not in metric["products"]:
        raise _not_for_this(name)


def _not_for_this(name: str) -> GraphError:
    return invalid(f"The Media Insights API does not support the {name} metric for this media product type.")


def _check_story(call: Call, media: Media) -> None:
    """A story's figures last 24 hours, and need five viewers. How Meta refuses an old one is not documented."""
    if media.post_kind != "story":
        return
    if call.now - media.at >= DAY:
        raise not_there(media.id)
    if reach(call.world, media) < FEWEST_VIEWERS:
        raise graph_error(10, message="(#10) Not enough viewers for the media to show insights")


def _shown(call: Call, media: Media, name: str, breakdown: str) -> Json:
    metric = metrics()["media"][name]
    value = media_figure(call.world, media, name)
    shown: Json = {
        "name": name,
        "period": "lifetime",
        "values": [{"value": value}],
        "title": metric["title"],
        "description": metric["description"],
        "id": f"{media.id}/insights/{name}/lifetime",
    }
    if breakdown:
        dealt = split(call.world, value, metrics()["breakdown_values"][breakdown], name, media.id)
        shown["total_value"] = {"value": value, "breakdowns": breakdown_of(breakdown, dealt)}
    return shown


def period_of(params: Json) -> str:
    """The period an account's insights are asked for."""
    period = text_of(params, "period")
    if period not in PERIODS:
        raise invalid(f"period[0] must be one of the following values: {', '.join(PERIODS)}")
    return period
