"""The shelf of those who may use the board, saved by compare-and-swap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ig_worker.store.schema import users


def add(
    connection: Connection,
    name: str,
    full_name: str,
    roles: Sequence[str],
    password: str,
    now: datetime,
    **more: Any,
) -> int:
    """A new user; `password` is its hash, `more` are other columns. Returns the row's number.

    AlreadyThere where the name is taken.
    """
    values = {"name": name, "full_name": full_name, "roles": list(roles), "password": password, **more}
    added = connection.execute(insert(users).values(made_at=now, password_at=now, **values))
    key = added.inserted_primary_key
    assert key is not None  # the database numbers its rows
    return int(key[0])


def listed(connection: Connection) -> Sequence[Row[Any]]:
    """Everybody, by name."""
    return connection.execute(select(users).order_by(users.c.name)).all()


def locked(connection: Connection) -> Sequence[Row[Any]]:
    """Everybody, and nobody else may change one of them before this transaction ends."""
    return connection.execute(select(users).order_by(users.c.id).with_for_update()).all()


def named(connection: Connection, name: str) -> Row[Any] | None:
    """Who logs in with this name."""
    return connection.execute(select(users).where(users.c.name == name)).one_or_none()


def numbered(connection: Connection, number: int) -> Row[Any] | None:
    """The user of this number."""
    return connection.execute(select(users).where(users.c.id == number)).one_or_none()


def save(connection: Connection, user: Row[Any], **columns: Any) -> bool:
    """Change these columns; False where somebody changed the user since `user` was read."""
    changed = connection.execute(
        update(users)
        .where(users.c.id == user.id, users.c.version == user.version)
        .values(version=user.version + 1, **columns)
    )
    return changed.rowcount == 1
