"""The shelf of sessions on the board: who is there, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ig_worker.store.schema import sessions, users


def begin(
    connection: Connection, token: str, user_id: int, now: datetime, ends_at: datetime, browser: str
) -> None:
    """A session; `token` is the hash of what the browser holds. Those that are over are forgotten."""
    connection.execute(delete(sessions).where(sessions.c.ends_at < now))
    connection.execute(
        insert(sessions).values(token=token, user_id=user_id, begun_at=now, ends_at=ends_at, browser=browser)
    )


def user_of(connection: Connection, token: str, now: datetime) -> Row[Any] | None:
    """Whose session this is, with the columns of ``users``; None where it has ended or its user is disabled."""
    return connection.execute(
        select(users)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.token == token,
            sessions.c.ended_at.is_(None),
            sessions.c.ends_at > now,
            users.c.disabled_at.is_(None),
        )
    ).one_or_none()


def open_of(connection: Connection, user_id: int, now: datetime) -> Sequence[Row[Any]]:
    """A user's sessions that still run, newest first."""
    return connection.execute(
        select(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None), sessions.c.ends_at > now)
        .order_by(sessions.c.begun_at.desc())
    ).all()


def counted(connection: Connection, now: datetime) -> dict[int, int]:
    """How many sessions of each user still run; nothing for who has none."""
    rows = connection.execute(
        select(sessions.c.user_id, func.count().label("many"))
        .where(sessions.c.ended_at.is_(None), sessions.c.ends_at > now)
        .group_by(sessions.c.user_id)
    )
    return {row.user_id: row.many for row in rows}


def end(connection: Connection, now: datetime, *, token: str) -> None:
    """End one session."""
    connection.execute(
        update(sessions).where(sessions.c.token == token, sessions.c.ended_at.is_(None)).values(ended_at=now)
    )


def end_all(connection: Connection, now: datetime, user_id: int, *, but: str = "") -> int:
    """End a user's sessions, except the one of the token `but`; returns how many."""
    ended = connection.execute(
        update(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None), sessions.c.token != but)
        .values(ended_at=now)
    )
    return int(ended.rowcount)
