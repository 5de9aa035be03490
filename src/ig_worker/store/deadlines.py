"""The shelf of deadlines: what of a case is due when, when it was met, and how often people were reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ig_worker.domain.case import OPEN
from ig_worker.store.rows import one_of
from ig_worker.store.schema import cases, deadlines

_OPEN = one_of(cases.c.status, OPEN)


def of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's deadlines, the nearest first."""
    return connection.execute(
        select(deadlines).where(deadlines.c.case_id == case_id).order_by(deadlines.c.due_at)
    ).all()


def meet(connection: Connection, case_id: int, name: str, at: datetime | None) -> bool:
    """What this deadline asks for happened at ``at``; says whether that is news.

    Nothing happens where it was met before (the first time counts), where the case has no such deadline, and where
    ``at`` is None. ``name`` is ``acknowledge`` (read or answered), ``follow_up`` (work has begun) or ``resolve``.
    """
    if at is None:
        return False
    changed = connection.execute(
        update(deadlines)
        .where(deadlines.c.case_id == case_id, deadlines.c.name == name, deadlines.c.met_at.is_(None))
        .values(met_at=at)
    )
    return changed.rowcount == 1


def reopen(connection: Connection, case_id: int, due_at: datetime, name: str = "resolve") -> None:
    """The deadline begins anew with another due time: the person wrote again after the case was resolved."""
    fresh = {"due_at": due_at, "met_at": None, "rung": 0, "rung_at": None}
    changed = connection.execute(
        update(deadlines).where(deadlines.c.case_id == case_id, deadlines.c.name == name).values(**fresh)
    )
    if changed.rowcount == 0:
        connection.execute(insert(deadlines).values(case_id=case_id, name=name, **fresh))


def unmet(
    connection: Connection, accounts: Sequence[str], due_before: datetime | None = None
) -> Sequence[Row[Any]]:
    """The deadlines of these accounts' open cases that nobody has met yet, the nearest first.

    Each with the columns of ``deadlines`` and of its case (``id`` is the case's). With ``due_before`` only those that
    fall due before then.
    """
    query = (
        select(
            cases,
            deadlines.c.name,
            deadlines.c.due_at,
            deadlines.c.met_at,
            deadlines.c.rung,
            deadlines.c.rung_at,
        )
        .join(deadlines, deadlines.c.case_id == cases.c.id)
        .where(cases.c.account.in_(accounts), _OPEN, deadlines.c.met_at.is_(None))
    )
    if due_before is not None:
        query = query.where(deadlines.c.due_at < due_before)
    return connection.execute(query.order_by(deadlines.c.due_at, cases.c.id)).all()


def missed(connection: Connection, accounts: Sequence[str], now: datetime) -> Sequence[Row[Any]]:
    """The deadlines of these accounts' open cases that have passed and nobody has met, the longest ago first."""
    return unmet(connection, accounts, due_before=now)
