"""The outbox: what the team is to be told, one row for each recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from ig_worker.domain.notice import Notice, Status
from ig_worker.store import taken_back
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import notices


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


def due(connection: Connection, now: datetime) -> list[StoredNotice]:
    """The notices to be sent now, oldest first."""
    query = select(notices).where(notices.c.status == Status.PENDING.value, notices.c.next_at <= now)
    return [_stored(row) for row in connection.execute(query.order_by(notices.c.id))]


def save(connection: Connection, stored: StoredNotice, notice: Notice) -> bool:
    """Save the new state if nobody was faster; says whether it was saved."""
    changed = connection.execute(
        update(notices)
        .where(notices.c.id == stored.id, notices.c.version == stored.version)
        .values(
            status=notice.status.value,
            next_at=notice.next_at,
            attempts=notice.attempts,
            sent_at=notice.sent_at,
            last_error=notice.last_error,
            version=stored.version + 1,
        )
    )
    return changed.rowcount == 1


def sent_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many notices have reached each recipient since then."""
    query = select(notices.c.target, func.count()).where(notices.c.sent_at >= since)
    return dict(connection.execute(query.group_by(notices.c.target)).all())


def counts(connection: Connection) -> dict[str, int]:
    """How many notices are in each status."""
    query = select(notices.c.status, func.count()).group_by(notices.c.status)
    return dict(connection.execute(query).all())


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
