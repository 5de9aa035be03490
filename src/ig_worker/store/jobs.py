"""Is it alive: when each job last began and last succeeded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.store.rows import put, put_all
from ig_worker.store.schema import jobs


def started(connection: Connection, name: str, now: datetime) -> None:
    """The job begins."""
    put(connection, jobs, {"name": name, "last_started_at": now})


def succeeded(connection: Connection, name: str, began: datetime) -> None:
    """The job, which began then, ended well."""
    all_succeeded(connection, {name: began})


def all_succeeded(connection: Connection, began: Mapping[str, datetime]) -> None:
    """These jobs, which began then, ended well; always in the same order, so that two workers never wait in a ring."""
    rows = [
        {"name": name, "last_started_at": at, "last_success_at": at, "last_error": ""}
        for name, at in sorted(began.items())
    ]
    put_all(connection, jobs, rows)


def failed(connection: Connection, name: str, now: datetime, error: str) -> None:
    """The job ended in an error, said in one line."""
    put(connection, jobs, {"name": name, "last_failed_at": now, "last_error": error})


def listed(connection: Connection) -> Sequence[Row[Any]]:
    """Every job that ever ran."""
    return connection.execute(select(jobs).order_by(jobs.c.name)).all()
