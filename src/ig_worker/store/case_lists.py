"""The list of cases, page by page: open ones by what is due next, closed ones the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, literal, or_, select

from ig_worker.domain.case import OPEN, Severity
from ig_worker.store.case_files import CaseFile, filed
from ig_worker.store.rows import one_of
from ig_worker.store.schema import cases, deadlines

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a case is due that has no deadline left: after all others."""

_IS_OPEN = one_of(cases.c.status, OPEN)
_IN_DANGER = and_(cases.c.severity == Severity.EMERGENCY.value, _IS_OPEN)
_DUE_TYPE = deadlines.c.due_at.type
_NEXT = func.coalesce(
    select(func.min(deadlines.c.due_at))
    .where(deadlines.c.case_id == cases.c.id, deadlines.c.met_at.is_(None))
    .correlate(cases)
    .scalar_subquery(),
    literal(NEVER, _DUE_TYPE),
    type_=_DUE_TYPE,
)

_CLOSED_AT = func.coalesce(cases.c.closed_at, cases.c.opened_at, type_=_DUE_TYPE)


class Shelf(StrEnum):
    """Which cases a list shows."""

    OPEN = "terbuka"
    LATE = "lewat"
    ALL = "semua"
    CLOSED = "selesai"


@dataclass(frozen=True)
class Wanted:
    """Which cases; empty words are all. ``only_unit`` is a programme holder's, None for everybody else."""

    shelf: Shelf = Shelf.OPEN
    unit: str = ""
    topic: str = ""
    account: str = ""
    assigned_to: str = ""
    only_unit: str | None = None


@dataclass(frozen=True)
class Listed:
    """A case with the moment by which its list is sorted: what is due next, when it was closed, or opened."""

    at: datetime
    file: CaseFile


def dangers(connection: Connection, wanted: Wanted, now: datetime, most: int) -> list[CaseFile]:
    """The open emergencies among what is wanted, what is due first in front; at most so many."""
    query = select(cases).where(*_among(wanted, now), _IN_DANGER)
    rows = connection.execute(query.order_by(_NEXT, cases.c.id).limit(most)).all()
    return list(filed(connection, rows))


def page(
    connection: Connection, wanted: Wanted, now: datetime, after: tuple[datetime, int] | None, most: int
) -> list[Listed]:
    """So many cases after that moment and row, in the order of their shelf.

    Open emergencies are left out where the list is sorted by what is due: they stand above it (:func:`dangers`).
    """
    by_due = wanted.shelf in (Shelf.OPEN, Shelf.LATE)
    at: ColumnElement[Any] = _NEXT
    if not by_due:
        at = _CLOSED_AT if wanted.shelf is Shelf.CLOSED else cases.c.opened_at
    query = select(cases, at.label("sorted_at")).where(*_among(wanted, now))
    if by_due:
        query = query.where(~_IN_DANGER)
    if after is not None:
        moment, number = after
        place = literal(moment, _DUE_TYPE)
        beyond = (at > place, cases.c.id > number) if by_due else (at < place, cases.c.id < number)
        query = query.where(or_(beyond[0], and_(at == place, beyond[1])))
    order = (at, cases.c.id) if by_due else (at.desc(), cases.c.id.desc())
    rows = connection.execute(query.order_by(*order).limit(most)).all()
    files = filed(connection, rows)
    return [Listed(row.sorted_at, file) for row, file in zip(rows, files, strict=True)]


def counts(connection: Connection, wanted: Wanted, now: datetime) -> dict[Shelf, int]:
    """How many cases each shelf has of what is wanted."""
    everything = _among(replace(wanted, shelf=Shelf.ALL), now)
    late = and_(_IS_OPEN, _is_late(now))
    sums = [func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in (_IS_OPEN, late, ~_IS_OPEN)]
    row = connection.execute(select(func.count(), *sums).select_from(cases).where(*everything)).one()
    return dict(zip((Shelf.ALL, Shelf.OPEN, Shelf.LATE, Shelf.CLOSED), map(int, row), strict=True))


def units(connection: Connection) -> Sequence[str]:
    """Every unit that a case was ever given to."""
    query = select(cases.c.unit).where(cases.c.unit != "").distinct().order_by(cases.c.unit)
    return connection.execute(query).scalars().all()


def is_of_unit(row: Row[Any], only_unit: str | None) -> bool:
    """Whether somebody who sees the cases of this unit alone (None: of all) sees this one; no unit is nobody's."""
    return only_unit is None or (only_unit != "" and row.unit == only_unit)


def _is_late(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        deadlines.c.case_id == cases.c.id, deadlines.c.met_at.is_(None), deadlines.c.due_at < now
    )


def _among(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, word in (
        (cases.c.unit, wanted.unit),
        (cases.c.topic, wanted.topic),
        (cases.c.account, wanted.account),
        (cases.c.assigned_to, wanted.assigned_to),
    ):
        if word:
            conditions.append(column == word)
    if wanted.only_unit is not None:
        conditions += [cases.c.unit == wanted.only_unit, cases.c.unit != ""]
    match wanted.shelf:
        case Shelf.OPEN:
            conditions.append(_IS_OPEN)
        case Shelf.LATE:
            conditions += [_IS_OPEN, _is_late(now)]
        case Shelf.CLOSED:
            conditions.append(~_IS_OPEN)
    return conditions
