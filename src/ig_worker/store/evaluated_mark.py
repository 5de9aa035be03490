"""What a page of evaluations asks beside them: whether anything has happened since, which months there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from ig_worker.store.read_figures import first_day
from ig_worker.store.schema import accounts, journal, messages, nightly_runs, our_media, posts, stories

_PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where Meta's days begin."""


def newest(connection: Connection, account: str) -> tuple[object, ...]:
    """Another one after each message, decision, night of figures or reading of stories."""
    of_account = (
        select(func.max(nightly_runs.c.done_at)).where(nightly_runs.c.account == account),
        select(func.max(stories.c.read_at)).where(stories.c.account == account),
        select(func.count()).where(our_media.c.account == account),
        select(accounts.c.first_polled_at).where(accounts.c.name == account),
        select(accounts.c.username).where(accounts.c.name == account),
    )
    queries = (select(func.max(journal.c.id)), select(func.max(messages.c.id)), *of_account)
    return tuple(connection.execute(query).scalar() for query in queries)


def begins(connection: Connection, account: str) -> date | None:
    """The first day of which there is something to tell, None where there is nothing yet: of figures of the account,
    its inbox, or what the worker published."""
    read = select(accounts.c.first_polled_at).where(accounts.c.name == account)
    out = select(func.min(posts.c.published_at)).where(posts.c.account == account)
    moments: list[datetime | None] = [connection.execute(query).scalar() for query in (read, out)]
    days = [at.astimezone(_PACIFIC).date() for at in moments if at is not None]
    return min((day for day in (*days, first_day(connection, account)) if day is not None), default=None)


def numbers_of(connection: Connection, account: str, media_ids: Sequence[str]) -> dict[str, int]:
    """The numbers of the planned posts that these are on Instagram, by Meta's id."""
    query = select(posts.c.ig_media_id, posts.c.id).where(
        posts.c.account == account, posts.c.ig_media_id.in_(media_ids)
    )
    return dict(connection.execute(query).all())
