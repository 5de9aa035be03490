"""Since when anything is known of an account, and when a day's figures were read: what months can be told of."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from ig_worker.store.schema import accounts, metrics, missing_figures, posts

_PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Meta's days begin."""


def known_since(connection: Connection, account: str) -> datetime | None:
    """Since when there is anything to tell of it: figures, messages, posts of the worker's; None where there is not.

    The first reading of an account may reach back a month.
    """
    return min(
        (at for at in (_measured(connection, account), *_at_work(connection, account)) if at), default=None
    )


def watched_since(connection: Connection, account: str) -> datetime | None:
    """Since when the worker has read it or published to it, whatever it was told then of the time before."""
    read = select(func.min(metrics.c.read_at)).where(metrics.c.account == account)
    # Before schema 0005 nobody wrote down when a figure was read: on its day or the next.
    unsaid = _measured(connection, account, metrics.c.read_at.is_(None))
    found = [connection.execute(read).scalar(), unsaid, *_at_work(connection, account)]
    return min((at for at in found if at is not None), default=None)


def _measured(connection: Connection, account: str, *which: ColumnElement[bool]) -> datetime | None:
    query = select(func.min(metrics.c.day)).where(metrics.c.account == account, *which)
    day = connection.execute(query).scalar()
    return None if day is None else datetime.combine(day, time(), _PACIFIC)


def _at_work(connection: Connection, account: str) -> list[datetime | None]:
    read = select(accounts.c.first_polled_at).where(accounts.c.name == account)
    published = select(func.min(posts.c.published_at)).where(posts.c.account == account)
    return [connection.execute(query).scalar() for query in (read, published)]


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
