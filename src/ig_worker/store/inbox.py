"""The shelf of what was read under our posts, with what is known of the sweeps of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, update

from ig_worker.domain.instagram import Media
from ig_worker.domain.sweeping import Sweep
from ig_worker.store.rows import asked, put
from ig_worker.store.schema import our_media


def remember_media(connection: Connection, account: str, media: Media) -> None:
    """Keep what the list says of one of our posts, except its count: that follows a reading."""
    put(
        connection,
        our_media,
        {
            "account": account,
            "ig_id": media.ig_id,
            "caption": media.caption,
            "media_type": media.media_type,
            "product_type": media.product_type,
            "permalink": media.permalink,
            "posted_at": media.timestamp,
        },
    )


_SWEEP: Mapping[str, ColumnElement[Any]] = {
    "announced": our_media.c.comments_count,
    "seen": our_media.c.comments_seen,
    "counted_at": our_media.c.counted_at,
    "at": our_media.c.swept_at,
    "after": our_media.c.sweep_after,
    "begun_at": our_media.c.sweep_begun_at,
    "noted_at": our_media.c.sweep_noted_at,
    "unseen_since": our_media.c.unseen_since,
    "unseen_told_at": our_media.c.unseen_told_at,
}
"""Where each part of a Sweep lies."""


def last_sweeps(connection: Connection, account: str, media_ids: Collection[str]) -> dict[str, Sweep]:
    """What is remembered of the readings of each of these posts' comments."""
    return {
        ig_id: replace(Sweep(**dict(zip(_SWEEP, values, strict=True))), seen=values[1] or 0)
        for ig_id, *values in connection.execute(
            _last_sweeps(), {"account": account, "media_ids": list(media_ids)}
        )
    }


@cache
def _last_sweeps() -> Select[Any]:
    return select(our_media.c.ig_id, *_SWEEP.values()).where(
        our_media.c.account == asked("account"), our_media.c.ig_id.in_(asked("media_ids", many=True))
    )


def keep_sweep(connection: Connection, account: str, media_id: str, sweep: Sweep) -> None:
    """Remember this of the readings of one post's comments, in place of all that was."""
    values = {column.name: getattr(sweep, name) for name, column in _SWEEP.items()}
    _change_media(connection, account, media_id, values)


def note_place(
    connection: Connection, account: str, media_id: str, begun_at: datetime, after: str, now: datetime
) -> None:
    """All before this cursor is stored: should the reading be broken off, it goes on from there."""
    values = {"sweep_after": after, "sweep_begun_at": begun_at, "sweep_noted_at": now}
    _change_media(connection, account, media_id, values)


def note_failure(connection: Connection, account: str, media_id: str, now: datetime) -> None:
    """The reading failed before there was a place to note: it counts as broken off, and comes after what is new."""
    of_the_post = (our_media.c.account == account) & (our_media.c.ig_id == media_id)
    connection.execute(
        update(our_media)
        .where(of_the_post, our_media.c.sweep_begun_at.is_(None))
        .values(sweep_begun_at=now, sweep_noted_at=now)
    )


def named(connection: Connection, account: str, ig_ids: Collection[str]) -> list[tuple[str, str]]:
    """Caption and link of these posts (the id where there is no link), newest first."""
    query = select(our_media.c.caption, our_media.c.permalink, our_media.c.ig_id)
    query = query.where(our_media.c.account == account, our_media.c.ig_id.in_(ig_ids))
    rows = connection.execute(query.order_by(our_media.c.posted_at.desc(), our_media.c.ig_id))
    return [(row.caption, row.permalink or row.ig_id) for row in rows]


def ask_for_a_reading(connection: Connection, account: str, media_id: str) -> None:
    """Let the comments of this post be read again at the next look, whatever its count says."""
    _change_media(connection, account, media_id, {"swept_at": None})


def _change_media(connection: Connection, account: str, media_id: str, values: Mapping[str, Any]) -> None:
    of_the_post = (our_media.c.account == account) & (our_media.c.ig_id == media_id)
    connection.execute(update(our_media).where(of_the_post).values(**values))


@dataclass(frozen=True)
class Unseen:
    """A post whose comments are announced and cannot be seen."""

    ig_id: str
    caption: str
    permalink: str
    posted_at: datetime
    since: datetime
    told_at: datetime | None


def unseen(connection: Connection, account: str) -> list[Unseen]:
    """The posts whose comments cannot be seen, oldest trouble first."""
    rows = connection.execute(_unseen_query(), {"account": account})
    return [Unseen(*row) for row in rows]


@cache
def _unseen_query() -> Select[Any]:
    account = asked("account")
    query = select(
        our_media.c.ig_id,
        our_media.c.caption,
        our_media.c.permalink,
        our_media.c.posted_at,
        our_media.c.unseen_since,
        our_media.c.unseen_told_at,
    ).where(our_media.c.account == account, our_media.c.unseen_since.is_not(None))
    return query.order_by(our_media.c.unseen_since, our_media.c.ig_id)


def mark_unseen_told(connection: Connection, account: str, ig_ids: Collection[str], now: datetime) -> None:
    """People were told that the comments of these posts cannot be seen."""
    which = (our_media.c.account == account) & our_media.c.ig_id.in_(ig_ids)
    connection.execute(update(our_media).where(which).values(unseen_told_at=now))


def forget_unseen(connection: Connection, account: str, ig_ids: Collection[str]) -> None:
    """These posts are gone or no longer watched: nobody looks for their comments any more."""
    which = (our_media.c.account == account) & our_media.c.ig_id.in_(ig_ids)
    connection.execute(update(our_media).where(which).values(unseen_since=None, unseen_told_at=None))


def count_unseen(connection: Connection) -> int:
    """How many posts there are, of all accounts, whose comments cannot be seen."""
    return int(connection.execute(_count_unseen_query()).scalar_one())


@cache
def _count_unseen_query() -> Select[Any]:
    return select(func.count()).where(our_media.c.unseen_since.is_not(None))


def media(connection: Connection, account: str, media_id: str) -> Row[Any] | None:
    """What is known of one of our posts on Instagram."""
    query = select(our_media).where(our_media.c.account == account, our_media.c.ig_id == media_id)
    return connection.execute(query).one_or_none()
