"""The outbox: what the team is to be told, one row for each recipient."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update

from ig_worker.domain.notice import NEVER_SO_LONG, Notice, Status
from ig_worker.store import taken_back
from ig_worker.store.rows import asked, insert_new
from ig_worker.store.schema import cases, notices, recipients


@dataclass(frozen=True)
class StoredNotice:
    """A notice as it lies in the outbox; ``row`` has the columns of ``notices``."""

    id: int
    version: int
    notice: Notice
    row: Row[Any]


def write(connection: Connection, values: Mapping[str, Any], now: datetime) -> bool:
    """Put a notice into the outbox; False when this recipient has this one already.

    A picture that shows words which their sender took back stays behind.
    """
    attachments = list(values.get("attachments", ()))
    if attachments:
        withheld = taken_back.not_to_show(connection, attachments)
        attachments = [path for path in attachments if path not in withheld]
    row = {
        **values,
        "attachments": attachments,
        "status": Status.PENDING.value,
        "written_at": now,
        "next_at": now,
    }
    return insert_new(connection, notices, row) is not None


def due(connection: Connection, now: datetime, target: str | None = None) -> list[StoredNotice]:
    """The notices to be sent now, oldest first; of one recipient where one is named."""
    of_one = {} if target is None else {"target": target}
    rows = connection.execute(_due_query(of_one=target is not None), {**_by(now), **of_one})
    return [_stored(row) for row in rows]


@cache
def _due_query(*, of_one: bool) -> Select[Any]:
    query = select(notices).where(_due())
    if of_one:
        query = query.where(notices.c.target == asked("target"))
    return query.order_by(notices.c.id)


def due_targets(connection: Connection, now: datetime) -> list[str]:
    """The recipients for whom something lies here now: those who can be reached first, then by what waits longest."""
    return list(connection.execute(_due_targets_query(), _by(now)).scalars())


@cache
def _due_targets_query() -> Select[Any]:
    failing = func.max(func.coalesce(recipients.c.failures, 0))
    return (
        select(notices.c.target)
        .outerjoin(recipients, recipients.c.target == notices.c.target)
        .where(_due())
        .group_by(notices.c.target)
        .order_by(failing, func.min(notices.c.id))
    )


def targets_waiting(connection: Connection) -> list[str]:
    """The recipients for whom anything waits, due or not."""
    return sorted(connection.execute(_targets_waiting_query()).scalars())


@cache
def _targets_waiting_query() -> Select[Any]:
    return select(notices.c.target).where(notices.c.status == Status.PENDING.value).distinct()


def waiting_for(connection: Connection, target: str) -> list[StoredNotice]:
    """All that waits for this recipient, due or not, oldest first."""
    query = select(notices).where(notices.c.target == target, notices.c.status == Status.PENDING.value)
    return [_stored(row) for row in connection.execute(query.order_by(notices.c.id))]


def postpone(
    connection: Connection, stored: StoredNotice, next_at: datetime, reason: str, tried_since: datetime
) -> None:
    """It waits with the one that could not be sent to the same recipient; nothing of its own was tried."""
    connection.execute(
        update(notices)
        .where(notices.c.id == stored.id, notices.c.version == stored.version)
        .values(written_at=tried_since, next_at=next_at, last_error=reason, version=stored.version + 1)
    )


def hurry(connection: Connection, target: str, now: datetime) -> bool:
    """The recipient can be reached again: all that waits goes out now; says whether there was anything."""
    changed = connection.execute(
        update(notices)
        .where(notices.c.target == target, notices.c.status == Status.PENDING.value, notices.c.next_at > now)
        .values(next_at=now, version=notices.c.version + 1)
    )
    return changed.rowcount > 0


def undelivered(connection: Connection, case_number: str | None = None) -> list[StoredNotice]:
    """What was given up, oldest first; of one case where one is named."""
    query = select(notices).where(notices.c.status == Status.FAILED.value)
    if case_number is not None:
        query = query.join(cases, cases.c.id == notices.c.case_id).where(cases.c.number == case_number)
    return [_stored(row) for row in connection.execute(query.order_by(notices.c.id))]


def teams_told(connection: Connection, case_id: int, key: str) -> list[str]:
    """The teams to which this letter about the case was written."""
    query = select(notices.c.team).where(notices.c.case_id == case_id, notices.c.key == key)
    return sorted(set(connection.execute(query).scalars()))


def save(connection: Connection, stored: StoredNotice, notice: Notice) -> bool:
    """Save the new state if nobody was faster; says whether it was saved."""
    changed = connection.execute(
        update(notices)
        .where(notices.c.id == stored.id, notices.c.version == stored.version)
        .values(
            status=notice.status.value,
            written_at=notice.written_at,
            next_at=notice.next_at,
            attempts=notice.attempts,
            sent_at=notice.sent_at,
            last_error=notice.last_error,
            version=stored.version + 1,
        )
    )
    return changed.rowcount == 1


def given_up(connection: Connection, target: str, since: datetime) -> list[StoredNotice]:
    """What was written for this recipient since then, and is given up; oldest first."""
    query = select(notices).where(
        notices.c.target == target, notices.c.status == Status.FAILED.value, notices.c.written_at >= since
    )
    return [_stored(row) for row in connection.execute(query.order_by(notices.c.id))]


def is_written(connection: Connection, keys: Collection[str]) -> bool:
    """Whether there is a notice with one of these keys, sent or not."""
    query = select(notices.c.id).where(notices.c.key.in_(keys)).limit(1)
    return connection.execute(query).first() is not None


def sent_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many notices have reached each recipient since then."""
    query = select(notices.c.target, func.count()).where(notices.c.sent_at >= since)
    return dict(connection.execute(query.group_by(notices.c.target)).all())


def counts(connection: Connection) -> dict[str, int]:
    """How many notices are in each status."""
    query = select(notices.c.status, func.count()).group_by(notices.c.status)
    return dict(connection.execute(query).all())


def _due() -> ColumnElement[bool]:
    """What is to be sent; asked with :func:`_by`."""
    come = or_(notices.c.next_at <= asked("now"), notices.c.next_at > asked("never"))
    return and_(notices.c.status == Status.PENDING.value, come)


def _by(now: datetime) -> dict[str, datetime]:
    return {"now": now, "never": now + NEVER_SO_LONG}


def _stored(row: Row[Any]) -> StoredNotice:
    notice = Notice(
        status=Status(row.status),
        written_at=row.written_at,
        next_at=row.next_at,
        attempts=row.attempts,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )
    return StoredNotice(row.id, row.version, notice, row)
