"""What the worker has found out about itself and its machine, the newest of each: a key, a text, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from ig_worker.store.rows import put
from ig_worker.store.schema import facts

# Asked many times in every pass: put together once, since that costs more than the answer.
_BY_NAME = select(facts).where(facts.c.name == bindparam("name"))


def write(connection: Connection, name: str, value: str, now: datetime) -> None:
    """Keep it, in the place of what was known before."""
    put(connection, facts, {"name": name, "value": value, "at": now})


def read(connection: Connection, name: str) -> Row[Any] | None:
    """``name``, ``value`` and ``at`` of the newest; None where nothing is known."""
    return connection.execute(_BY_NAME, {"name": name}).one_or_none()


def forget(connection: Connection, name: str) -> None:
    """It is not so any more."""
    connection.execute(delete(facts).where(facts.c.name == name))
