"""Looking figures up: the account's by day, the newest of each post, and why some are not there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, exists, func, or_, select, union

from ig_worker.store.schema import metrics, missing_figures, our_media, posts, stories

ANY = ""
"""The name that stands for all figures in ``missing_figures``, and for the account in ``media_id``."""

Figures = dict[str, float]
"""By name; a part of a figure as ``name:key=value``."""


def account_days(connection: Connection, account: str, begin: date, end: date) -> dict[date, Figures]:
    """The account's own figures by Meta's day, `begin` and `end` included; a day without any is not in it."""
    query = select(metrics.c.day, metrics.c.name, metrics.c.breakdown, metrics.c.value).where(
        metrics.c.account == account, metrics.c.media_id == ANY, metrics.c.day.between(begin, end)
    )
    found: dict[date, Figures] = {}
    for day, name, breakdown, value in connection.execute(
        query.order_by(metrics.c.day, metrics.c.name, metrics.c.breakdown)
    ):
        found.setdefault(day, {})[_key(name, breakdown)] = value
    return found


def first_day(connection: Connection, account: str) -> date | None:
    """The first of Meta's days of which the account has figures."""
    query = select(func.min(metrics.c.day)).where(metrics.c.account == account, metrics.c.media_id == ANY)
    return connection.execute(query).scalar()


def read_at(connection: Connection, account: str, since: date) -> dict[date, datetime | None]:
    """When each of Meta's days of the account was read last; None where that was before schema 0005."""
    found: dict[date, datetime | None] = {}
    for table in (metrics, missing_figures):
        query = (
            select(table.c.day, func.max(table.c.read_at))
            .where(table.c.account == account, table.c.media_id == ANY, table.c.day >= since)
            .group_by(table.c.day)
        )
        for day, at in connection.execute(query):
            known = found.get(day)
            found[day] = at if known is None or (at is not None and at > known) else known
    return found


def latest_of_media(
    connection: Connection,
    account: str,
    media_ids: Collection[str] | None = None,
    *,
    since: datetime | None = None,
) -> dict[str, Figures]:
    """The newest reading of each figure by Meta's id of the post or story; posts without any are not in it.

    Of those named in `media_ids`, else of all that went out `since` then, else of all.
    """
    ours = and_(
        metrics.c.account == account,
        metrics.c.media_id != ANY,
        _among(metrics.c.media_id, account, media_ids, since),
    )
    keys = (metrics.c.media_id, metrics.c.name, metrics.c.breakdown)
    newest = select(*keys, func.max(metrics.c.day).label("day")).where(ours).group_by(*keys).subquery()
    found: dict[str, Figures] = {}
    for media_id, name, breakdown, value in connection.execute(_values_of(newest, account)):
        found.setdefault(media_id, {})[_key(name, breakdown)] = value
    return found


def missing(connection: Connection, account: str, begin: date, end: date) -> dict[date, dict[str, str]]:
    """Why figures of the account are not there, by Meta's day and name (empty: all of them), as ``Why`` says it."""
    query = select(missing_figures.c.day, missing_figures.c.name, missing_figures.c.why).where(
        missing_figures.c.account == account,
        missing_figures.c.media_id == ANY,
        missing_figures.c.day.between(begin, end),
        ~_is_there(missing_figures.c.day == metrics.c.day),
    )
    found: dict[date, dict[str, str]] = {}
    for day, name, why in connection.execute(query.order_by(missing_figures.c.day, missing_figures.c.name)):
        found.setdefault(day, {})[name] = why
    return found


def missing_of_media(
    connection: Connection,
    account: str,
    media_ids: Collection[str] | None = None,
    *,
    since: datetime | None = None,
) -> dict[str, dict[str, str]]:
    """Why figures of posts and stories are not there, by Meta's id and name (empty: all of them).

    What was read since then is no longer missing. Which posts: as :func:`latest_of_media`.
    """
    query = select(missing_figures.c.media_id, missing_figures.c.name, missing_figures.c.why).where(
        missing_figures.c.account == account,
        missing_figures.c.media_id != ANY,
        _among(missing_figures.c.media_id, account, media_ids, since),
        ~_is_there(metrics.c.day >= missing_figures.c.day),
    )
    found: dict[str, dict[str, str]] = {}
    for media_id, name, why in connection.execute(query.order_by(missing_figures.c.day)):
        found.setdefault(media_id, {})[name] = why  # the newest reason stands
    return found


def _key(name: str, breakdown: str) -> str:
    return f"{name}:{breakdown}" if breakdown else name


def _is_there(when: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        metrics.c.account == missing_figures.c.account,
        metrics.c.media_id == missing_figures.c.media_id,
        or_(missing_figures.c.name == ANY, metrics.c.name == missing_figures.c.name),
        when,
    )


def _values_of(newest: Subquery, account: str) -> Select[Any]:
    return (
        select(metrics.c.media_id, metrics.c.name, metrics.c.breakdown, metrics.c.value)
        .join_from(
            newest,
            metrics,
            and_(
                metrics.c.account == account,
                *(metrics.c[name] == newest.c[name] for name in ("media_id", "day", "name", "breakdown")),
            ),
        )
        .order_by(metrics.c.media_id, metrics.c.name, metrics.c.breakdown)
    )


def _among(
    column: ColumnElement[str], account: str, media_ids: Collection[str] | None, since: datetime | None
) -> ColumnElement[bool]:
    if media_ids is not None:
        return column.in_(list(media_ids))
    if since is None:
        return column != ANY
    return column.in_(
        union(
            select(our_media.c.ig_id).where(our_media.c.account == account, our_media.c.posted_at >= since),
            select(stories.c.ig_id).where(stories.c.account == account, stories.c.posted_at >= since),
            select(posts.c.ig_media_id).where(
                posts.c.account == account, posts.c.published_at >= since, posts.c.ig_media_id.is_not(None)
            ),
        )
    )
