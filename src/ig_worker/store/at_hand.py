"""What the first page asks of the shelves: few rows of each, found by what is indexed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from ig_worker.domain.approval import Approval
from ig_worker.domain.case import OPEN, Status
from ig_worker.domain.notice import Status as NoticeStatus
from ig_worker.store.rows import one_of
from ig_worker.store.schema import (
    approvals,
    cases,
    deadlines,
    notices,
    posts,
    recipients,
    users,
)

_POST = [
    posts.c[name]
    for name in (
        "id", "status", "kind", "segment", "caption", "scheduled_at", "made_by", "verified_by", "responsible",
        "content_hash", "last_error",
    )
]  # fmt: skip
_OPEN = one_of(cases.c.status, OPEN)
_FRESH = cases.c.status.in_([Status.NEW.value, Status.TOLD.value])


def posts_in(connection: Connection, statuses: Collection[str]) -> Sequence[Row[Any]]:
    """The posts in these states by their time; with what a list shows of them."""
    query: Select[Any] = select(*_POST).where(posts.c.status.in_(statuses))
    return connection.execute(query.order_by(posts.c.scheduled_at, posts.c.id)).all()


def approvals_of_drafts(connection: Connection) -> Mapping[int, Sequence[Approval]]:
    """Who has approved what of each draft."""
    query = (
        select(approvals)
        .join(posts, posts.c.id == approvals.c.post_id)
        .where(posts.c.status == "draft")
        .order_by(approvals.c.id)
    )
    found: dict[int, list[Approval]] = {}
    for row in connection.execute(query):
        found.setdefault(row.post_id, []).append(Approval(row.role, row.name, row.content_hash, row.override))
    return found


def unread_cases(connection: Connection, unit: str | None) -> Sequence[Row[Any]]:
    """``number, topic, at`` of the cases that nobody has acknowledged, oldest first; of one unit where one is named."""
    query: Select[Any] = select(cases.c.number, cases.c.topic, cases.c.opened_at.label("at")).where(
        _FRESH, *_of(unit)
    )
    return connection.execute(query.order_by(cases.c.opened_at, cases.c.id)).all()


def open_cases(connection: Connection, unit: str | None) -> Sequence[Row[Any]]:
    """``number, topic, unit, severity, status, assigned_to, at, name`` of the open cases: each with its nearest
    deadline that is not met (``at`` and its ``name`` None where it has none), the most urgent first."""
    nearest = (
        select(
            deadlines.c.case_id,
            deadlines.c.name,
            deadlines.c.due_at,
            func.row_number()
            .over(partition_by=deadlines.c.case_id, order_by=(deadlines.c.due_at, deadlines.c.name))
            .label("place"),
        )
        .join(cases, cases.c.id == deadlines.c.case_id)
        .where(_OPEN, *_of(unit), deadlines.c.met_at.is_(None))
        .subquery()
    )
    wanted = ("number", "topic", "unit", "severity", "status", "assigned_to")
    query: Select[Any] = (
        select(*(cases.c[name] for name in wanted), nearest.c.due_at.label("at"), nearest.c.name)
        .outerjoin(nearest, (nearest.c.case_id == cases.c.id) & (nearest.c.place == 1))
        .where(_OPEN, *_of(unit))
        .order_by(nearest.c.due_at.is_(None), nearest.c.due_at, cases.c.id)
    )
    return connection.execute(query).all()


def silent_channels(connection: Connection) -> Sequence[Row[Any]]:
    """``channel, at`` of the recipients that cannot be reached, the longest silent first; never their addresses."""
    newest = (
        select(notices.c.target, func.max(notices.c.id).label("id")).group_by(notices.c.target).subquery()
    )
    query: Select[Any] = (
        select(notices.c.channel, recipients.c.failing_since.label("at"))
        .join(newest, newest.c.target == recipients.c.target)
        .join(notices, notices.c.id == newest.c.id)
        .where(recipients.c.failing_since.is_not(None))
        .order_by(recipients.c.failing_since)
    )
    return connection.execute(query).all()


def given_up(connection: Connection) -> int:
    """How many notices never arrived."""
    query = select(func.count()).where(notices.c.status == NoticeStatus.FAILED.value)
    return connection.execute(query).scalar_one()


def names_in_role(connection: Connection, role: str) -> list[str]:
    """The full names of those who may come in and have this role."""
    query = select(users.c.full_name, users.c.roles).where(users.c.disabled_at.is_(None)).order_by(users.c.id)
    return [row.full_name for row in connection.execute(query) if role in row.roles]


def _of(unit: str | None) -> list[ColumnElement[bool]]:
    return [] if unit is None else [cases.c.unit == unit, cases.c.unit != ""]
