"""Finds posts for a list: by state, segment, account and words, the ones planned last first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from ig_worker.store.calendar import FIRST_PICTURE
from ig_worker.store.posts import LONGEST_NUMBER
from ig_worker.store.schema import posts

_COLUMNS = (
    "id", "account", "key", "status", "kind", "segment", "scheduled_at", "caption", "last_error", "made_by",
)  # fmt: skip
_LINE = [*(posts.c[name] for name in _COLUMNS), FIRST_PICTURE]


@dataclass(frozen=True)
class Wanted:
    """Which posts; empty means any. `words` stand in the caption, or are its key or its number."""

    states: Collection[str] = ()
    segment: str = ""
    account: str = ""
    words: str = ""


def found(
    connection: Connection, wanted: Wanted, *, after: tuple[datetime, int] | None, limit: int
) -> Sequence[Row[Any]]:
    """At most `limit` lines, those planned last first; only those `after` a line's time and number."""
    query = select(*_LINE).order_by(posts.c.scheduled_at.desc(), posts.c.id.desc()).limit(limit)
    if wanted.states:
        query = query.where(posts.c.status.in_(sorted(wanted.states)))
    if wanted.segment:
        query = query.where(posts.c.segment == wanted.segment)
    if wanted.account:
        query = query.where(posts.c.account == wanted.account)
    if wanted.words:
        ways = [
            posts.c.caption.icontains(wanted.words, autoescape=True),
            posts.c.key.icontains(wanted.words, autoescape=True),
        ]
        if wanted.words.isascii() and wanted.words.isdigit() and len(wanted.words) <= LONGEST_NUMBER:
            ways.append(posts.c.id == int(wanted.words))
        query = query.where(or_(*ways))
    if after is not None:
        at, number = after
        earlier = and_(posts.c.scheduled_at == at, posts.c.id < number)
        query = query.where(posts.c.scheduled_at <= at, or_(posts.c.scheduled_at < at, earlier))
    return connection.execute(query).all()


def segments(connection: Connection) -> list[str]:
    """Every segment that a post has, by name."""
    query = select(posts.c.segment).where(posts.c.segment != "").distinct().order_by(posts.c.segment)
    return list(connection.execute(query).scalars())


def count(connection: Connection, states: Collection[str]) -> int:
    """How many posts are in one of these states."""
    query = select(func.count()).select_from(posts).where(posts.c.status.in_(sorted(states)))
    return int(connection.execute(query).scalar_one())
