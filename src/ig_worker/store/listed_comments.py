"""The comments under a post as Instagram's list showed them last: which are there, missing, or gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from ig_worker.store import messages as shelf
from ig_worker.store.rows import asked
from ig_worker.store.schema import messages


@dataclass(frozen=True)
class KnownComment:
    """As much of a stored comment as a reading of its post needs. ``listed_at`` is when a list showed it last."""

    id: int
    ig_id: str
    parent_id: str
    deleted: bool
    listed_at: datetime | None
    missing_since: datetime | None

    def listed_since(self, begun: datetime) -> bool:
        """Whether the reading that began then has come by it."""
        return self.listed_at is not None and self.listed_at >= begun


_KNOWN = (
    messages.c.id,
    messages.c.ig_id,
    messages.c.parent_id,
    messages.c.deleted,
    messages.c.listed_at,
    messages.c.missing_since,
)


def under(connection: Connection, account: str, media_id: str) -> list[KnownComment]:
    """All stored comments of a post, ours and those that are gone among them."""
    return [
        KnownComment(*row)
        for row in connection.execute(_under_query(), {"account": account, "media_id": media_id})
    ]


@cache
def _under_query() -> Select[Any]:
    account = asked("account")
    media_id = asked("media_id")
    query = select(*_KNOWN).where(messages.c.account == account, messages.c.media_id == media_id)
    return query.order_by(messages.c.id)


def count(connection: Connection, account: str, media_id: str) -> int:
    """How many comments of a post are known and not gone."""
    return connection.execute(_count_query(), {"account": account, "media_id": media_id}).scalar_one()


@cache
def _count_query() -> Select[int]:
    account = asked("account")
    media_id = asked("media_id")
    return select(func.count()).where(
        messages.c.account == account, messages.c.media_id == media_id, ~messages.c.deleted
    )


def count_listed(connection: Connection, account: str, media_id: str, begun: datetime) -> int:
    """How many comments of a post the reading that began then has come by."""
    return connection.execute(
        _count_listed_query(), {"account": account, "media_id": media_id, "begun": begun}
    ).scalar_one()


@cache
def _count_listed_query() -> Select[int]:
    account = asked("account")
    media_id = asked("media_id")
    begun = asked("begun")
    return select(func.count()).where(
        messages.c.account == account, messages.c.media_id == media_id, messages.c.listed_at >= begun
    )


def listed_since(connection: Connection, account: str, ig_ids: Collection[str], begun: datetime) -> set[str]:
    """Those of these comments that the reading that began then has come by."""
    query = select(messages.c.ig_id).where(
        messages.c.account == account, messages.c.ig_id.in_(ig_ids), messages.c.listed_at >= begun
    )
    return set(connection.execute(query).scalars())


def stored(connection: Connection, account: str, ig_ids: Collection[str]) -> Mapping[str, Row[Any]]:
    """Those of these comments that are stored already, by Meta's id."""
    rows = connection.execute(_stored_query(), {"account": account, "ig_ids": list(ig_ids)})
    return {row.ig_id: row for row in rows}


@cache
def _stored_query() -> Select[Any]:
    return select(messages).where(
        messages.c.account == asked("account"), messages.c.ig_id.in_(asked("ig_ids", many=True))
    )


def mark_listed(connection: Connection, account: str, ig_ids: Collection[str], now: datetime) -> None:
    """Instagram's list shows these comments now."""
    which = (messages.c.account == account) & messages.c.ig_id.in_(ig_ids)
    connection.execute(update(messages).where(which).values(listed_at=now, missing_since=None))


def mark_missing(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """These were not found in a whole reading; since when, is kept where they were missing before."""
    which = messages.c.id.in_(ids) & messages.c.missing_since.is_(None)
    connection.execute(update(messages).where(which).values(missing_since=now))


def mark_there(connection: Connection, message_id: int) -> None:
    """It was asked for by its id, and stands."""
    connection.execute(update(messages).where(messages.c.id == message_id).values(missing_since=None))


def mark_deleted(connection: Connection, message_id: int, now: datetime) -> None:
    """It is gone from Instagram; the journal keeps when that was seen."""
    gone: dict[str, Any] = {"deleted": True, "deleted_at": now, "missing_since": None}
    shelf.change(connection, message_id, now, "it is gone from Instagram", **gone)
