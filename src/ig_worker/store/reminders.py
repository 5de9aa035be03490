"""The shelf of reminders: which deadlines and which dangers people may have to be reminded of, and who was first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from ig_worker.domain.case import OPEN
from ig_worker.store import centre_words, journal
from ig_worker.store.cases import messages_of
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import case_messages, cases, deadlines, messages, notices
from ig_worker.store.schema import journal as journal_lines

_OPEN = one_of(cases.c.status, OPEN)
_WRITTEN_TO = (
    select(func.min(notices.c.written_at))
    .where(notices.c.case_id == cases.c.id)
    .scalar_subquery()
    .label("written_to_at")
)
_SEEN_AT = case((messages.c.edited_at.is_not(None), messages.c.edited_at), else_=messages.c.first_seen_at)


def _danger(which: Callable[[ColumnElement[Any]], ColumnElement[Any]]) -> ScalarSelect[Any]:
    """When the first or the last of a case's dangers was seen."""
    return (
        select(which(_SEEN_AT))
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .where(case_messages.c.case_id == cases.c.id, messages.c.danger)
        .correlate(cases)
        .scalar_subquery()
    )


_UNACKNOWLEDGED_DANGER = (
    _OPEN
    & (cases.c.severity == "darurat")
    & or_(cases.c.acknowledged_at.is_(None), _danger(func.max) > cases.c.acknowledged_at)
)
"""Whoever has acknowledged a complaint has not heard of the danger that came after it."""


def pending(connection: Connection, accounts: Sequence[str], rungs: int) -> Sequence[Row[Any]]:
    """The unmet deadlines of these accounts' open cases of which the team was told and fewer than ``rungs`` reminders
    were written, case by case.

    Each with the columns of its case (``id`` is the case's), ``name``, ``due_at`` and ``rung`` of the deadline, and
    ``written_to_at``, when the first notice about the case was written.
    """
    return connection.execute(_pending_query(), {"accounts": list(accounts), "rungs": rungs}).all()


@cache
def _pending_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    rungs = asked("rungs")
    query = (
        select(cases, deadlines.c.name, deadlines.c.due_at, deadlines.c.rung, _WRITTEN_TO)
        .join(deadlines, deadlines.c.case_id == cases.c.id)
        .where(
            cases.c.account.in_(accounts),
            _OPEN,
            cases.c.notices_written,
            deadlines.c.met_at.is_(None),
            deadlines.c.rung < rungs,
        )
    )
    return query.order_by(cases.c.id, deadlines.c.due_at)


def climb(connection: Connection, row: Row[Any], rung: int, now: datetime) -> bool:
    """So many reminders of the deadline of ``row`` (as :func:`pending` gives it) are written; False where it was met,
    its case closed, or somebody else was faster.
    """
    still_open = exists().where(cases.c.id == deadlines.c.case_id, _OPEN)
    changed = connection.execute(
        update(deadlines)
        .where(
            deadlines.c.case_id == row.id,
            deadlines.c.name == row.name,
            deadlines.c.rung == row.rung,
            deadlines.c.due_at == row.due_at,
            deadlines.c.met_at.is_(None),
            still_open,
        )
        .values(rung=rung, rung_at=now)
    )
    return changed.rowcount == 1


def unacknowledged_dangers(connection: Connection, accounts: Sequence[str], most: int) -> Sequence[Row[Any]]:
    """The open cases about a danger that nobody has acknowledged since it was seen, and of which fewer than ``most``
    reminders were written: the columns of ``cases``, ``written_to_at`` as above, and ``danger_at``, when it was seen.

    In an acknowledged case that is the last danger, which came after that; else the first.
    """
    return connection.execute(
        _unacknowledged_dangers_query(), {"accounts": list(accounts), "most": most}
    ).all()


@cache
def _unacknowledged_dangers_query() -> Select[Any]:
    accounts = asked("accounts", many=True)
    most = asked("most")
    danger_at = case((cases.c.acknowledged_at.is_(None), _danger(func.min)), else_=_danger(func.max))
    query = select(cases, _WRITTEN_TO, danger_at.label("danger_at")).where(
        cases.c.account.in_(accounts),
        _UNACKNOWLEDGED_DANGER,
        cases.c.notices_written,
        cases.c.urgent_rung < most,
    )
    return query.order_by(cases.c.id)


def danger_since(connection: Connection, row: Row[Any], acknowledged_at: datetime) -> bool:
    """Whether a danger was seen in this case after somebody acknowledged it, and nobody has done anything since.

    ``row`` has the columns of ``cases``.
    """
    seen_at = connection.execute(select(_danger(func.max)).where(cases.c.id == row.id)).scalar_one()
    return seen_at is not None and seen_at > acknowledged_at and not attended_since(connection, row, seen_at)


def attended_since(connection: Connection, row: Row[Any], since: datetime) -> bool:
    """Whether anybody of the centre has moved or noted something in the case, or has answered, since then."""
    moved = select(journal_lines.c.id).where(
        journal_lines.c.subject == f"case:{row.number}",
        journal_lines.c.at >= since,
        journal_lines.c.who != journal.WORKER,
    )
    if connection.execute(moved.limit(1)).first() is not None:
        return True
    said = centre_words.to_case(connection, messages_of(connection, row.id))
    return any(each.at >= since for each in said)


def climb_danger(connection: Connection, row: Row[Any], rung: int) -> bool:
    """So many reminders of the danger are written; False where somebody has acknowledged it or was faster."""
    changed = connection.execute(
        update(cases)
        .where(cases.c.id == row.id, cases.c.urgent_rung == row.urgent_rung, _UNACKNOWLEDGED_DANGER)
        .values(urgent_rung=rung)
    )
    return changed.rowcount == 1
