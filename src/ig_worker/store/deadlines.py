"""The shelf of deadlines: what of a case is due when, and when it was met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.store.schema import deadlines


def of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's deadlines, the nearest first."""
    return connection.execute(
        select(deadlines).where(deadlines.c.case_id == case_id).order_by(deadlines.c.due_at)
    ).all()
