"""What is known of each account: its name on Instagram, since when it is read, its publishing limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from ig_worker.domain.instagram import PublishingLimit
from ig_worker.store import facts
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import accounts

# Asked many times in every pass: put together once, since that costs more than the answer.
_BY_NAME = select(accounts).where(accounts.c.name == bindparam("name"))


def get(connection: Connection, name: str) -> Row[Any] | None:
    """The account's row, None before anything is known of it."""
    return connection.execute(_BY_NAME, {"name": name}).one_or_none()


def listed(connection: Connection, names: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """Every account, by name; of these `names` only where they are given. Rows outlive the configuration."""
    rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
    return rows if names is None else [row for row in rows if row.name in names]


def known(connection: Connection, name: str, ig_user_id: str, username: str = "") -> None:
    """See to it that the account has a row, with its name on Instagram once that is known."""
    insert_new(connection, accounts, {"name": name, "ig_user_id": ig_user_id, "username": username})
    if username:
        connection.execute(
            update(accounts).where(accounts.c.name == name).values(username=username, ig_user_id=ig_user_id)
        )


def first_polled(connection: Connection, name: str, now: datetime) -> datetime:
    """When the account's inbox was read first: now, if it never was.

    A moment ahead of now was noted by a wrong clock, and is now as well: until then all that people write would count
    as backlog.
    """
    row = get(connection, name)
    if row is not None and row.first_polled_at is not None:
        found: datetime = row.first_polled_at
        return min(found, now)
    connection.execute(
        update(accounts)
        .where(accounts.c.name == name, accounts.c.first_polled_at.is_(None))
        .values(first_polled_at=now)
    )
    first: datetime = connection.execute(
        select(accounts.c.first_polled_at).where(accounts.c.name == name)
    ).scalar_one()
    return first


def first_poll_whole(connection: Connection, name: str, now: datetime) -> None:
    """Everything that stood there at the first contact has been read: now, if it was not before."""
    connection.execute(
        update(accounts)
        .where(accounts.c.name == name, accounts.c.first_poll_whole_at.is_(None))
        .values(first_poll_whole_at=now)
    )


def wholly_read(connection: Connection, name: str, begun: datetime) -> None:
    """A poll of the account's inbox that began then has read all, and left nothing for later.

    It was answered, so the clock was not in 1970, where no certificate is valid: what an earlier one has noted as the
    first poll, by a clock that was ahead, is put right by it, and by no other.
    """
    facts.write(connection, f"inbox_read:{name}", "", begun)
    connection.execute(
        update(accounts)
        .where(accounts.c.name == name, accounts.c.first_polled_at > begun)
        .values(first_polled_at=begun)
    )


def wholly_read_at(connection: Connection, names: Collection[str] | None = None) -> datetime | None:
    """Up to when the inboxes of all these accounts (of all that are known) are read; None where none was ever polled.

    One that was never wholly read counts from its first poll: what was there before is backlog.
    """
    polled = [row for row in listed(connection, names) if row.first_polled_at is not None]
    read = [facts.read(connection, f"inbox_read:{row.name}") for row in polled]
    times = [fact.at if fact else row.first_polled_at for row, fact in zip(polled, read, strict=True)]
    return min(times, default=None)


def backlog_told(connection: Connection, name: str, now: datetime) -> bool:
    """The team is told of what stood there at the first contact; False where it has been told already."""
    changed = connection.execute(
        update(accounts)
        .where(accounts.c.name == name, accounts.c.backlog_told_at.is_(None))
        .values(backlog_told_at=now)
    )
    return changed.rowcount == 1


def conversations_walked(connection: Connection, name: str, at: datetime | None) -> None:
    """The list of conversations was read to its end then; None where the next reading must go to its end."""
    connection.execute(update(accounts).where(accounts.c.name == name).values(conversations_walked_at=at))


def purged_upto(connection: Connection, name: str) -> datetime | None:
    """What was sent up to then and is not stored was stored once, and purged; None where nothing ever was."""
    row = get(connection, name)
    return row.purged_upto if row is not None else None


def purge_upto(connection: Connection, name: str, sent_at: datetime) -> None:
    """A message that was sent then is purged: polled again, it is nothing new."""
    earlier = accounts.c.purged_upto.is_(None) | (accounts.c.purged_upto < sent_at)
    connection.execute(update(accounts).where(accounts.c.name == name, earlier).values(purged_upto=sent_at))


def set_limit(connection: Connection, name: str, limit: PublishingLimit, now: datetime) -> None:
    """Remember what was read of the publishing limit, and when."""
    read = {"publishing_used": limit.used, "publishing_total": limit.total}
    connection.execute(update(accounts).where(accounts.c.name == name).values(**read, limit_read_at=now))


def forget_limit(connection: Connection, name: str, now: datetime) -> None:
    """The limit could not be read, and what was known of it is worth nothing any more; the attempt is noted."""
    nothing = {"publishing_used": None, "publishing_total": None}
    connection.execute(update(accounts).where(accounts.c.name == name).values(**nothing, limit_read_at=now))
