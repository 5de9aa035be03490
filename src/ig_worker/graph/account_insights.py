"""Figures of the account: by day, by hour, and of those who follow it (section E)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from ig_worker.domain.errors import Refused
from ig_worker.domain.instagram import Metric, MetricsRead, Why
from ig_worker.domain.nights import LONGEST_WINDOW, day_of_meta
from ig_worker.graph import figures
from ig_worker.graph.reading import list_in
from ig_worker.graph.refused_metrics import named, read_metrics, words_to_go_on
from ig_worker.graph.session import GraphSession

DAILY_SERIES: Final = ("reach", "follower_count")
"""``follower_count`` is the day's new followers, only of the last 30 days and from 100 followers on."""

DAILY_TOTALS: Final = (
    "views",
    "accounts_engaged",
    "total_interactions",
    "likes",
    "comments",
    "saves",
    "shares",
    "replies",
    "reposts",
    "profile_links_taps",
)
"""Not ``profile_views`` and ``website_clicks``: they still answered in July 2026 (section E), but stand on no page of
Meta's any more, and one unknown name refuses all the others."""
DAILY_BY_FOLLOW_TYPE: Final = ("follows_and_unfollows",)
"""``FOLLOWER`` is those won, ``NON_FOLLOWER`` those lost. Without the breakdown there is no figure."""

ONLINE: Final = ("online_followers",)
AUDIENCE: Final = ("follower_demographics",)
AUDIENCE_BY: Final = ("age", "gender", "city")
TIMEFRAMES: Final = ("this_month", "this_week", "")
"""Tried in turn, the last without any. Meta's pages disagree: since v20 these two are said to be left of its table."""

SCOPE: Final = "account metrics"
TIMEFRAMES_SCOPE: Final = "timeframes of the audience"


def daily_series(graph: GraphSession, begin: date, end: date, *, new_followers: bool = True) -> MetricsRead:
    """The series of Meta's days from begin to end. Raises ValueError for none, or for more than 30.

    Thirty days of which one has 25 hours are longer than Meta takes; then the window begins within the first day.
    Should Meta leave that day out, it is asked for by itself.
    """
    if not 1 <= (end - begin).days + 1 <= LONGEST_WINDOW.days:
        raise ValueError(f"{begin} to {end} is not 1 to 30 days")
    since, until = day_of_meta(begin)[0], day_of_meta(end)[1]
    begun_late = until - since > LONGEST_WINDOW
    names = DAILY_SERIES if new_followers else DAILY_SERIES[:1]
    late = max(since, until - LONGEST_WINDOW)
    read = _series(graph, names, begin, end, late.timestamp(), until.timestamp())
    if begun_late and read.metrics and all(metric.day != begin for metric in read.metrics):
        first = _series(graph, names, begin, begin, *(moment.timestamp() for moment in day_of_meta(begin)))
        return MetricsRead((*first.metrics, *read.metrics), read.refused, read.missing)
    return read


def _series(
    graph: GraphSession, names: Sequence[str], begin: date, end: date, since: float, until: float
) -> MetricsRead:
    span = _span(since, until)

    def ask(metrics: Sequence[str]) -> tuple[Metric, ...]:
        found = _ask(graph, metrics, {**span, "metric_type": "time_series"})
        return figures.series_figures(found, begin, end)

    return read_metrics(graph.refusals, SCOPE, names, ask)


def account_insights(graph: GraphSession, day: date) -> MetricsRead:
    """The totals of one of Meta's days, in two calls."""
    span = _span(*(moment.timestamp() for moment in day_of_meta(day)))
    totals = {**span, "metric_type": "total_value"}

    def ask(metrics: Sequence[str]) -> tuple[Metric, ...]:
        return figures.total_figures(_ask(graph, metrics, totals), day)

    def ask_by_follow_type(metrics: Sequence[str]) -> tuple[Metric, ...]:
        return _parts(
            figures.total_figures(_ask(graph, metrics, {**totals, "breakdown": "follow_type"}), day)
        )

    return _together(
        [
            read_metrics(graph.refusals, SCOPE, DAILY_TOTALS, ask),
            read_metrics(graph.refusals, SCOPE, DAILY_BY_FOLLOW_TYPE, ask_by_follow_type),
        ]
    )


def online_followers(graph: GraphSession) -> MetricsRead:
    """How many followers were online in each hour."""

    def ask(metrics: Sequence[str]) -> tuple[Metric, ...]:
        return figures.hourly_figures(_ask(graph, metrics, {"period": "lifetime"}))

    return read_metrics(graph.refusals, SCOPE, ONLINE, ask)


def audience(graph: GraphSession) -> MetricsRead:
    """Who follows the account, by age, gender and city. Missing is only what none of the three gave."""
    read = _together([_audience_by(graph, breakdown) for breakdown in AUDIENCE_BY])
    had = {metric.name for metric in read.metrics}
    return MetricsRead(
        read.metrics, read.refused, {name: why for name, why in read.missing.items() if name not in had}
    )


def _audience_by(graph: GraphSession, breakdown: str) -> MetricsRead:
    def ask(metrics: Sequence[str]) -> tuple[Metric, ...]:
        query = {"period": "lifetime", "metric_type": "total_value", "breakdown": breakdown}
        known = graph.refusals.of(TIMEFRAMES_SCOPE)
        no: dict[str, str] = {}
        for timeframe in [one for one in TIMEFRAMES if one not in known]:
            try:
                found = _ask(graph, metrics, {**query, "timeframe": timeframe} if timeframe else query)
            except Refused as error:
                words = words_to_go_on(error)
                if not timeframe or ("timeframe" not in words and named(words, metrics)):
                    raise
                no[timeframe] = words
            else:
                for refused, words in no.items():
                    graph.refusals.add(TIMEFRAMES_SCOPE, refused, words)
                return _parts(figures.total_figures(found, None))
        return ()

    return read_metrics(graph.refusals, f"{SCOPE} by {breakdown}", AUDIENCE, ask)


def _ask(graph: GraphSession, metrics: Sequence[str], query: Mapping[str, str]) -> object:
    path = f"{graph.account.ig_user_id}/insights"
    return list_in(graph.read(path, {"period": "day", **query, "metric": ",".join(metrics)}, patient=False))


def _parts(found: Sequence[Metric]) -> tuple[Metric, ...]:
    """Only what is broken down: the whole of those won and those lost means nothing."""
    return tuple(metric for metric in found if metric.breakdown)


def _span(since: float, until: float) -> dict[str, str]:
    return {"since": str(int(since)), "until": str(int(until))}


def _together(reads: Sequence[MetricsRead]) -> MetricsRead:
    refused: dict[str, str] = {}
    missing: dict[str, Why] = {}
    for read in reads:
        refused |= read.refused
        missing |= read.missing
    return MetricsRead(figures.once(metric for read in reads for metric in read.metrics), refused, missing)
