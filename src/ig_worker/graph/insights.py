"""Figures of the account and of its posts (section E).

One metric that Meta does not take fails the whole request. So each kind of post is asked for its own list, and
what is refused is left out and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from ig_worker.domain.errors import Refused, Unavailable
from ig_worker.domain.instagram import Media, Metric, MetricsRead
from ig_worker.graph.answers import kept_text
from ig_worker.graph.reading import mapping, moment, objects
from ig_worker.graph.session import GraphSession

FEED_METRICS: Final = (
    "views",
    "reach",
    "total_interactions",
    "likes",
    "comments",
    "saved",
    "shares",
    "reposts",
    "follows",
    "profile_visits",
)
MEDIA_METRICS: Final[dict[str, tuple[str, ...]]] = {
    "FEED": FEED_METRICS,
    "REELS": (
        *FEED_METRICS[:8],
        "ig_reels_avg_watch_time",
        "ig_reels_video_view_total_time",
        "reels_skip_rate",
    ),
    "STORY": (
        "views",
        "reach",
        "total_interactions",
        "shares",
        "reposts",
        "follows",
        "profile_visits",
        "replies",
        "navigation",
    ),
}
"""By ``media_product_type``. Left out: what throws unless the post is also on Facebook."""

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
    "profile_views",
    "website_clicks",
)
DAILY_BY_FOLLOW_TYPE: Final = ("follows_and_unfollows",)
"""``FOLLOWER`` is those won, ``NON_FOLLOWER`` those lost."""

BEFORE_PROFESSIONAL: Final = 2108006
POSTS_WITHOUT: Final = "posts without insights"
"""Where a session remembers posts made before the account became professional: they never get figures."""

NO_FIGURE: Final = 1e15
"""What a figure never reaches."""

META_ZONE: Final = ZoneInfo("America/Los_Angeles")
MOST_IDS = 50

_VALID_NAMES = re.compile(r"must be one of(?: the following values)?:?\s*(.+)")


def account_insights(graph: GraphSession, day: date) -> MetricsRead:
    """The account's figures of one of Meta's days, in three calls. A figure Meta has not is absent, not 0."""
    begin, end = day_of_meta(day)
    span = {"period": "day", "since": str(int(begin.timestamp())), "until": str(int(end.timestamp()))}
    totals = {**span, "metric_type": "total_value"}
    found: list[Metric] = []
    refused: dict[str, str] = {}
    for metrics, query in (
        (DAILY_SERIES, {**span, "metric_type": "time_series"}),
        (DAILY_TOTALS, totals),
        (DAILY_BY_FOLLOW_TYPE, {**totals, "breakdown": "follow_type"}),
    ):
        read = _account_group(graph, day, metrics, query)
        found += read.metrics
        refused |= read.refused
    return MetricsRead(tuple(found), refused)


def media_insights(graph: GraphSession, media: Sequence[Media]) -> dict[str, MetricsRead]:
    """Lifetime figures of each post; one call for up to 50 posts of one kind when nothing is refused."""
    without = graph.refusals.setdefault(POSTS_WITHOUT, {})
    read = {
        one.ig_id: MetricsRead((), dict.fromkeys(MEDIA_METRICS[_product(one)], without[one.ig_id]))
        for one in media
        if one.ig_id in without
    }

    for kind, group in groupby(sorted(media, key=_product), key=_product):
        ids = [one.ig_id for one in group if one.ig_id not in without]
        for start in range(0, len(ids), MOST_IDS):
            read |= _media_group(graph, kind, ids[start : start + MOST_IDS], MEDIA_METRICS[kind], {})
    return read


def _product(media: Media) -> str:
    return media.product_type if media.product_type in MEDIA_METRICS else "FEED"


def day_of_meta(day: date) -> tuple[datetime, datetime]:
    """Begin and end, in UTC, of a day as Meta counts it: midnight to midnight in California."""
    midnights = (datetime.combine(one, time(), META_ZONE) for one in (day, day + timedelta(days=1)))
    begin, end = (midnight.astimezone(UTC) for midnight in midnights)
    return begin, end


def _account_group(
    graph: GraphSession, day: date, metrics: Sequence[str], query: Mapping[str, str]
) -> MetricsRead:
    known = graph.refusals.setdefault(f"account metrics {query['metric_type']}", {})
    refused = {name: known[name] for name in metrics if name in known}
    metrics = [name for name in metrics if name not in known]
    if not metrics:
        return MetricsRead((), refused)
    try:
        path = f"{graph.account.ig_user_id}/insights"
        found = graph.read(path, {**query, "metric": ",".join(metrics)}, patient=False)
    except Refused as error:
        words = _words_to_go_on(error)
        known |= _gone_for_good(words, metrics)
        bad = _named(words, metrics) or dict.fromkeys(metrics if len(metrics) == 1 else [], words)
        refused |= bad
        left = [name for name in metrics if name not in bad]
        groups = [left] if bad else [[name] for name in left]
        reads = [_account_group(graph, day, group, query) for group in groups if group]
        figures = tuple(metric for read in reads for metric in read.metrics)
        return MetricsRead(figures, refused | {k: v for read in reads for k, v in read.refused.items()})
    return MetricsRead(tuple(_figures(found.get("data"), day)), refused)


def _media_group(
    graph: GraphSession, kind: str, ids: Sequence[str], metrics: Sequence[str], refused: dict[str, str]
) -> dict[str, MetricsRead]:
    known = graph.refusals.setdefault(f"media metrics {kind}", {})
    refused = refused | {name: known[name] for name in metrics if name in known}
    metrics = [name for name in metrics if name not in refused]
    if not metrics or not ids:
        return dict.fromkeys(ids, MetricsRead((), refused))
    try:
        found = _media_figures(graph, ids, metrics)
    except Unavailable as error:
        # It is about one of the posts: too few viewers, deleted, older than the professional account. Find which.
        words = _words_to_go_on(error)
        if len(ids) > 1:
            half = len(ids) // 2
            left = _media_group(graph, kind, ids[:half], metrics, refused)
            return left | _media_group(graph, kind, ids[half:], metrics, refused)
        if error.said is not None and error.said.subcode == BEFORE_PROFESSIONAL:
            graph.refusals.setdefault(POSTS_WITHOUT, {})[ids[0]] = words
        return {ids[0]: MetricsRead((), refused | dict.fromkeys(metrics, words))}
    except Refused as error:
        words = _words_to_go_on(error)
        known |= _gone_for_good(words, metrics)
        bad = _named(words, metrics) or _refused_alone(graph, ids[0], metrics)
        # Where no metric is at fault, asking each post would only repeat the same no.
        return _media_group(graph, kind, ids, metrics, refused | (bad or dict.fromkeys(metrics, words)))
    return {ig_id: MetricsRead(figures, refused) for ig_id, figures in found.items()}


def _media_figures(
    graph: GraphSession, ids: Sequence[str], metrics: Sequence[str]
) -> dict[str, tuple[Metric, ...]]:
    names = ",".join(metrics)
    if len(ids) == 1:
        # The plain form, so that figures still come should Meta stop taking many ids at once.
        listed: dict[str, Mapping[str, Any]] = {
            ids[0]: graph.read(f"{ids[0]}/insights", {"metric": names}, patient=False)
        }
    else:
        query = {"ids": ",".join(ids), "fields": f"insights.metric({names})"}
        found = graph.read("", query, patient=False)
        listed = {ig_id: mapping(mapping(found.get(ig_id)).get("insights")) for ig_id in ids}
    return {ig_id: tuple(_figures(insights.get("data"), None)) for ig_id, insights in listed.items()}


def _refused_alone(graph: GraphSession, ig_id: str, metrics: Sequence[str]) -> dict[str, str]:
    """Which metrics one post refuses when each is asked alone, where Meta did not say which it was."""
    refused = {}
    for name in metrics:
        try:
            _media_figures(graph, [ig_id], [name])
        except Refused as error:
            refused[name] = _words_to_go_on(error)
    return refused


def _words_to_go_on(error: Refused) -> str:
    """Meta's words, where the refusal is about what was asked. A lost token or permission is raised again."""
    said = error.said
    if said is None or not (isinstance(error, Unavailable) or (said.code == 100 and type(error) is Refused)):
        raise error
    return said.message


def _valid_names(words: str) -> set[str]:
    listed = _VALID_NAMES.search(words)
    return set(re.findall(r"\w+", listed[1])) if listed else set()


def _gone_for_good(words: str, asked: Sequence[str]) -> dict[str, str]:
    """Metrics that no day and no post will give: Meta has listed all the names it takes, and these are not there."""
    valid = _valid_names(words)
    return {name: words for name in asked if valid and name not in valid}


def _named(words: str, asked: Sequence[str]) -> dict[str, str]:
    """The metrics that Meta's words find fault with; none where they do not say."""
    if valid := _valid_names(words):
        return {name: words for name in asked if name not in valid}
    mentioned = set(re.findall(r"\w+", words))
    return {name: words for name in asked if name in mentioned}


def _figures(data: object, day: date | None) -> Iterator[Metric]:
    """The figures in an answer; an entry has a total (perhaps broken down) or a series."""
    for entry in objects(data):
        total = mapping(entry.get("total_value"))
        for value, breakdown in _total(total) if total else _values(entry, day):
            # So no NaN, and nothing that a database has no room for.
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < NO_FIGURE:
                yield Metric(kept_text(entry.get("name")), float(value), day, breakdown)


def _values(entry: Mapping[str, Any], day: date | None) -> Iterator[tuple[object, str]]:
    """The value of the series that ends with the day; a post's series has one value and no end."""
    for item in objects(entry.get("values")):
        if day is None or item.get("end_time") is None or _ends(moment(item["end_time"]), day):
            yield item.get("value"), ""
            return


def _ends(end: datetime | None, day: date) -> bool:
    begin, last = day_of_meta(day)
    return end is not None and begin < end <= last


def _total(total: Mapping[str, Any]) -> Iterator[tuple[object, str]]:
    yield total.get("value"), ""
    for breakdown in objects(total.get("breakdowns")):
        for result in objects(breakdown.get("results")):
            pairs = zip(
                _each(breakdown.get("dimension_keys")), _each(result.get("dimension_values")), strict=False
            )
            yield result.get("value"), ",".join(f"{key}={value}" for key, value in pairs)


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
