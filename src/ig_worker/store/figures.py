"""The shelf of insights: one figure per account or media, metric, breakdown and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.domain.instagram import Kind, Metric
from ig_worker.store.rows import put, put_all
from ig_worker.store.schema import metrics, nightly_runs, our_media, posts


def store(connection: Connection, account: str, media_id: str, day: date, figures: Iterable[Metric]) -> int:
    """Keep these figures for that day, replacing earlier readings; returns how many."""
    rows = [
        {
            "account": account,
            "media_id": media_id,
            "day": figure.day or day,
            "name": figure.name,
            "breakdown": figure.breakdown,
            "value": figure.value,
        }
        for figure in figures
    ]
    put_all(connection, metrics, rows)
    return len(rows)


def account_figures(connection: Connection, account: str, since: date) -> Sequence[Row[Any]]:
    """The account's own figures, by day."""
    query = select(metrics).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day >= since
    )
    return connection.execute(query.order_by(metrics.c.day, metrics.c.name, metrics.c.breakdown)).all()


def media_figures(connection: Connection, account: str) -> dict[str, dict[str, float]]:
    """The latest figures of each of our posts, by Meta's id."""
    query = (
        select(metrics).where(metrics.c.account == account, metrics.c.media_id != "").order_by(metrics.c.day)
    )
    found: dict[str, dict[str, float]] = {}
    for row in connection.execute(query):
        name = f"{row.name}:{row.breakdown}" if row.breakdown else row.name
        found.setdefault(row.media_id, {})[name] = row.value
    return found


def our_posts(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Our posts on Instagram since then, oldest first."""
    query = select(our_media).where(our_media.c.account == account, our_media.c.posted_at >= since)
    return connection.execute(query.order_by(our_media.c.posted_at)).all()


def our_stories(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """The stories that the worker has published since then, oldest first."""
    query = select(posts).where(
        posts.c.account == account,
        posts.c.kind == Kind.STORY.value,
        posts.c.ig_media_id.is_not(None),
        posts.c.published_at >= since,
    )
    return connection.execute(query.order_by(posts.c.published_at)).all()


def nights_done(connection: Connection, job: str, account: str) -> set[date]:
    """The dates for which this nightly job has run."""
    query = select(nightly_runs.c.logical_date).where(
        nightly_runs.c.job == job, nightly_runs.c.account == account
    )
    return set(connection.execute(query).scalars())


def mark_night(connection: Connection, job: str, account: str, day: date, now: datetime) -> None:
    """This nightly job has run for that date."""
    put(connection, nightly_runs, {"job": job, "account": account, "logical_date": day, "done_at": now})
