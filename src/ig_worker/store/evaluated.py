"""What a month's evaluation is computed from, as few rows as it takes: figures, the plan, what posts reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, and_, func, select

from ig_worker.domain.evaluation.followers import Figures
from ig_worker.domain.evaluation.posts import Planned
from ig_worker.domain.figure_lists import SNAPSHOTS
from ig_worker.domain.nights import META_ZONE
from ig_worker.store.schema import metrics, missing_figures, post_media, posts

DAILY = (
    "accounts_engaged",
    "followers_count",
    "profile_links_taps",
    "reach",
    "total_interactions",
    "views",
)
"""What the evaluation says of the account; other figures of a day only tell that it was measured."""

FOLLOWS = "follows_and_unfollows"
WON, LOST = "follow_type=FOLLOWER", "follow_type=NON_FOLLOWER"

DEMOGRAPHICS = "follower_demographics"
ONLINE = "online_followers"

ASKED_AT_ONCE = 500
"""So many ids any database takes in one question."""


def figures(connection: Connection, account: str, begin: date, end: date, closed: date) -> Figures:
    """The account's figures of Meta's days from `begin` to `end`; `closed` is the last day that is over."""
    of_the_days = and_(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day.between(begin, end)
    )
    by_name: dict[str, dict[date, float]] = {}
    won: dict[date, float] = {}
    lost: dict[date, float] = {}
    query = select(metrics.c.day, metrics.c.name, metrics.c.breakdown, metrics.c.value).where(
        of_the_days, metrics.c.name.in_((*DAILY, FOLLOWS)), metrics.c.breakdown.in_(("", WON, LOST))
    )
    for day, name, breakdown, value in connection.execute(query):
        if name != FOLLOWS:
            if not breakdown:
                by_name.setdefault(name, {})[day] = value
        elif breakdown:
            (won if breakdown == WON else lost)[day] = value
    not_there = select(missing_figures.c.day, missing_figures.c.name, missing_figures.c.why).where(
        missing_figures.c.account == account,
        missing_figures.c.media_id == "",
        missing_figures.c.day.between(begin, end),
        missing_figures.c.name.in_(("", *DAILY, FOLLOWS)),
    )
    whys = {(day, name): why for day, name, why in connection.execute(not_there)}
    measured = select(metrics.c.day).where(of_the_days, metrics.c.name.not_in(sorted(SNAPSHOTS))).distinct()
    others = frozenset(connection.execute(measured).scalars())
    return Figures(by_name, won, lost, whys, closed, others)


def plan(connection: Connection, account: str, begin: datetime, end: datetime) -> list[Planned]:
    """The posts planned from `begin` until before `end`, the cancelled ones too."""
    query = select(
        posts.c.segment, posts.c.status, posts.c.scheduled_at, posts.c.published_at, posts.c.approved_at
    ).where(posts.c.account == account, posts.c.scheduled_at >= begin, posts.c.scheduled_at < end)
    return [
        Planned(row.segment, row.status, row.scheduled_at, row.published_at, row.approved_at is not None)
        for row in connection.execute(query.order_by(posts.c.scheduled_at, posts.c.id))
    ]


@dataclass(frozen=True)
class Reading:
    """The newest figures of a post, by name, and when they were read."""

    figures: dict[str, float]
    read_at: datetime


def readings(connection: Connection, account: str, media_ids: Sequence[str]) -> dict[str, Reading]:
    """Reach, views and interactions of these posts as they were read last; posts without any are not in it."""
    found: dict[str, Reading] = {}
    for first in range(0, len(media_ids), ASKED_AT_ONCE):
        some = media_ids[first : first + ASKED_AT_ONCE]
        of_them = (
            metrics.c.account == account,
            metrics.c.media_id.in_(some),
            metrics.c.name.in_(("reach", "views", "total_interactions")),
            metrics.c.breakdown == "",
        )
        newest = (
            select(metrics.c.media_id, metrics.c.name, func.max(metrics.c.day).label("day"))
            .where(*of_them)
            .group_by(metrics.c.media_id, metrics.c.name)
            .subquery()
        )
        query = select(
            metrics.c.media_id, metrics.c.name, metrics.c.day, metrics.c.value, metrics.c.read_at
        ).join_from(
            newest,
            metrics,
            and_(
                metrics.c.account == account,
                metrics.c.media_id == newest.c.media_id,
                metrics.c.day == newest.c.day,
                metrics.c.name == newest.c.name,
                metrics.c.breakdown == "",
            ),
        )
        for media_id, name, day, value, read_at in connection.execute(query):
            # Before schema 0005 only the day of a reading was kept: it may have been its first moment.
            at = read_at or datetime.combine(day, time(), META_ZONE)
            known = found.get(media_id)
            found[media_id] = Reading(
                {**(known.figures if known else {}), name: value}, min(at, known.read_at) if known else at
            )
    return found


def originals(connection: Connection, account: str, media_ids: Sequence[str]) -> dict[str, str]:
    """Our own copy of the first picture of each of these posts that has one, by Meta's id."""
    query = (
        select(posts.c.ig_media_id, post_media.c.original)
        .join(post_media, post_media.c.post_id == posts.c.id)
        .where(
            posts.c.account == account,
            posts.c.ig_media_id.in_(media_ids),
            post_media.c.role == "media",
            post_media.c.original != "",
        )
        .order_by(post_media.c.position.desc())
    )
    return {row.ig_media_id: row.original for row in connection.execute(query)}


def online(connection: Connection, account: str, begin: date, end: date) -> list[tuple[date, int, float]]:
    """Followers online by Meta's day and hour (Pacific)."""
    query = select(metrics.c.day, metrics.c.breakdown, metrics.c.value).where(
        metrics.c.account == account,
        metrics.c.media_id == "",
        metrics.c.day.between(begin, end),
        metrics.c.name == ONLINE,
    )
    return [
        (day, int(hour), value)
        for day, breakdown, value in connection.execute(query)
        if (hour := breakdown.rpartition("=")[2]).isdecimal()
    ]


@dataclass(frozen=True)
class Demographics:
    """The followers by age, gender or city, as Meta names them, and the day of the reading."""

    day: date
    counts: dict[str, list[tuple[str, float]]]


def demographics(connection: Connection, account: str, begin: date, end: date) -> Demographics | None:
    """The newest reading of those days; None where there is none."""
    of_the_account = (
        metrics.c.account == account,
        metrics.c.media_id == "",
        metrics.c.name == DEMOGRAPHICS,
    )
    query = select(func.max(metrics.c.day)).where(*of_the_account, metrics.c.day.between(begin, end))
    day = connection.execute(query).scalar()
    if day is None:
        return None
    counts: dict[str, list[tuple[str, float]]] = {}
    parts = select(metrics.c.breakdown, metrics.c.value).where(*of_the_account, metrics.c.day == day)
    for breakdown, value in connection.execute(parts.order_by(metrics.c.breakdown)):
        part, _, name = breakdown.partition("=")
        counts.setdefault(part, []).append((name, value))
    return Demographics(day, counts)


def why_no_demographics(connection: Connection, account: str, begin: date, end: date) -> str:
    """Why Instagram said last that there are none (``Why``); empty where it was not asked."""
    query = (
        select(missing_figures.c.why)
        .where(
            missing_figures.c.account == account,
            missing_figures.c.media_id == "",
            missing_figures.c.name == DEMOGRAPHICS,
            missing_figures.c.day.between(begin, end + timedelta(days=1)),
        )
        .order_by(missing_figures.c.day.desc())
    )
    return connection.execute(query.limit(1)).scalar() or ""
