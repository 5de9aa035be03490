"""Since when anything is known of an account, and when a day's figures were read: what months can be told of."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from ig_worker.store.schema import accounts, metrics, missing_figures, posts

_PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Meta's days begin."""


def known_since(connection: Connection, account: str) -> datetime | None:
    """When it was first measured, read, or published to by the worker; None where it never was."""
    measured = select(func.min(metrics.c.day)).where(metrics.c.account == account)
    day = connection.execute(measured).scalar()
    read = select(accounts.c.first_polled_at).where(accounts.c.name == account)
    published = select(func.min(posts.c.published_at)).where(posts.c.account == account)
    times = [connection.execute(query).scalar() for query in (read, published)]
    begun = [datetime.combine(day, time(), _PACIFIC)] if day is not None else []
    return min((*begun, *(at for at in times if at is not None)), default=None)


def day_read_at(connection: Connection, account: str, day: date, ended: datetime) -> datetime | None:
    """When one of Meta's days was first read after it had `ended`; None where it was not. What is read again later
    counts from then."""
    times = [
        connection.execute(
            select(func.min(table.c.read_at)).where(
                table.c.account == account,
                table.c.media_id == "",
                table.c.day == day,
                table.c.read_at >= ended,
            )
        ).scalar()
        for table in (metrics, missing_figures)
    ]
    return min((at for at in times if at is not None), default=None)
