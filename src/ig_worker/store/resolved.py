"""Resolved cases without their people: topics and times, and nothing that anybody wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ig_worker.domain.case import Status
from ig_worker.store.schema import cases, deadlines


@dataclass(frozen=True)
class ResolvedCase:
    """``responded_at`` is when the centre first reacted; ``due`` has each deadline and when it was met."""

    topic: str
    opened_at: datetime
    responded_at: datetime | None
    resolved_at: datetime
    due: Mapping[str, tuple[datetime, datetime | None]]


def resolved_cases(
    connection: Connection, account: str, begin: datetime, end: datetime
) -> list[ResolvedCase]:
    """The account's cases that were resolved from `begin` until before `end`, and are so still."""
    which = (
        (cases.c.account == account)
        & (cases.c.status == Status.RESOLVED.value)
        & (cases.c.resolved_at >= begin)
        & (cases.c.resolved_at < end)
    )
    due: dict[int, dict[str, tuple[datetime, datetime | None]]] = defaultdict(dict)
    beside = select(deadlines).join(cases, cases.c.id == deadlines.c.case_id).where(which)
    for line in connection.execute(beside):
        due[line.case_id][line.name] = (line.due_at, line.met_at)
    columns = (
        cases.c.id,
        cases.c.topic,
        cases.c.opened_at,
        cases.c.first_response_at,
        cases.c.acknowledged_at,
        cases.c.resolved_at,
    )
    return [
        ResolvedCase(
            row.topic,
            row.opened_at,
            min((at for at in (row.first_response_at, row.acknowledged_at) if at), default=None),
            row.resolved_at,
            due[row.id],
        )
        for row in connection.execute(select(*columns).where(which).order_by(cases.c.id))
    ]
