"""Cases as they are looked at: those that somebody wants to see, each with all that lies in its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Row, Select, select

from ig_worker.domain.case import OPEN
from ig_worker.store import chain
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import case_messages, cases, deadlines, evidence, messages, notices

IS_OPEN = one_of(cases.c.status, OPEN)

AT_ONCE = 400
"""Files of so many cases are looked up at a time: a statement can hold only so many numbers."""


@dataclass(frozen=True)
class Wanted:
    """Which cases: all of them, as far as nothing is said. Moments are aware."""

    status: str | None = None
    open: bool = False
    overdue_at: datetime | None = None
    """Only open cases of which a deadline had passed by then and is not met."""
    unit: str | None = None
    account: str | None = None
    topic: str | None = None
    since: datetime | None = None
    """Opened then or later."""
    until: datetime | None = None
    """Opened before then."""


@dataclass(frozen=True)
class CaseFile:
    """A case (the columns of ``cases``) with the rows that belong to it, each oldest or nearest first."""

    row: Row[Any]
    messages: Sequence[Row[Any]]
    deadlines: Sequence[Row[Any]]
    evidence: Sequence[Row[Any]]
    deliveries: Sequence[Row[Any]]

    def overdue(self, now: datetime) -> bool:
        """Whether something that the case still needs should have been done by now."""
        still_open = self.row.status in {status.value for status in OPEN}
        return still_open and any(line.met_at is None and line.due_at < now for line in self.deadlines)


def listed(connection: Connection, wanted: Wanted, limit: int | None = None) -> list[CaseFile]:
    """The cases in the order of their numbers."""
    query = select(cases)
    for column, value in (
        (cases.c.status, wanted.status),
        (cases.c.unit, wanted.unit),
        (cases.c.account, wanted.account),
        (cases.c.topic, wanted.topic),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.open or wanted.overdue_at is not None:
        query = query.where(IS_OPEN)
    if wanted.overdue_at is not None:
        query = query.where(cases.c.id.in_(_with_a_missed_deadline(wanted.overdue_at)))
    if wanted.since is not None:
        query = query.where(cases.c.opened_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(cases.c.opened_at < wanted.until)
    return list(filed(connection, connection.execute(query.order_by(cases.c.id).limit(limit)).all()))


def of(connection: Connection, number: str) -> CaseFile | None:
    """The file of the case with this number."""
    found = connection.execute(select(cases).where(cases.c.number == number)).all()
    return next(filed(connection, found), None)


def merged_into(connection: Connection, number: str) -> Sequence[str]:
    """The numbers of the cases that go on in this one."""
    query = select(cases.c.number).where(cases.c.merged_into == number).order_by(cases.c.id)
    return connection.execute(query).scalars().all()


def overdue_count(connection: Connection, now: datetime) -> int:
    """How many open cases have a deadline that passed before it was met."""
    return len(connection.execute(_overdue_query(), {"now": now}).all())


@cache
def _overdue_query() -> Select[Any]:
    return select(cases.c.id).where(IS_OPEN, cases.c.id.in_(_with_a_missed_deadline(asked("now"))))


def _with_a_missed_deadline(now: datetime | BindParameter[Any]) -> Select[int]:
    return select(deadlines.c.case_id).where(deadlines.c.met_at.is_(None), deadlines.c.due_at < now)


def filed(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[CaseFile]:
    """The files of these rows of ``cases``, in their order."""
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        ids = [row.id for row in some]
        written = (
            select(messages, case_messages.c.case_id)
            .join(case_messages, case_messages.c.message_id == messages.c.id)
            .order_by(messages.c.sent_at, messages.c.id)
        )
        said = _by_case(connection, written, case_messages.c.case_id, ids)
        due = _by_case(
            connection,
            select(deadlines).order_by(deadlines.c.due_at, deadlines.c.name),
            deadlines.c.case_id,
            ids,
        )
        there = select(evidence).where(evidence.c.path != "", ~chain.erased()).order_by(evidence.c.id)
        pieces = _by_case(connection, there, evidence.c.case_id, ids)
        told = _by_case(connection, select(notices).order_by(notices.c.id), notices.c.case_id, ids)
        for row in some:
            yield CaseFile(row, said[row.id], due[row.id], pieces[row.id], told[row.id])


def _by_case(
    connection: Connection, query: Select[Any], case_id: Column[Any], ids: Sequence[int]
) -> Mapping[int, Sequence[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query.where(case_id.in_(ids))):
        found[row.case_id].append(row)
    return found
