"""Is it alive: when each job last began and last succeeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.store.rows import put
from ig_worker.store.schema import jobs


def started(connection: Connection, name: str, now: datetime) -> None:
    """The job begins."""
    put(connection, jobs, {"name": name, "last_started_at": now})


def succeeded(connection: Connection, name: str, now: datetime) -> None:
    """The job ended well."""
    put(connection, jobs, {"name": name, "last_success_at": now, "last_error": ""})


def failed(connection: Connection, name: str, now: datetime, error: str) -> None:
    """The job ended in an error, said in one line."""
    put(connection, jobs, {"name": name, "last_failed_at": now, "last_error": error})


def listed(connection: Connection) -> Sequence[Row[Any]]:
    """Every job that ever ran."""
    return connection.execute(select(jobs).order_by(jobs.c.name)).all()
