"""The shelf of approvals: one for each role of a post, the newest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ig_worker.domain.approval import Approval
from ig_worker.store.schema import approvals


def of(connection: Connection, post_id: int) -> list[Approval]:
    """Who has approved this post, and what of it."""
    query = select(approvals).where(approvals.c.post_id == post_id).order_by(approvals.c.id)
    return [_approval(row) for row in connection.execute(query)]


def of_each(connection: Connection, post_ids: Sequence[int]) -> dict[int, list[Approval]]:
    """The same for some hundred posts at once; those that nobody approved are left out."""
    found: dict[int, list[Approval]] = {}
    query = select(approvals).where(approvals.c.post_id.in_(post_ids)).order_by(approvals.c.id)
    for row in connection.execute(query):
        found.setdefault(row.post_id, []).append(_approval(row))
    return found


def _approval(row: Row[Any]) -> Approval:
    return Approval(row.role, row.name, row.content_hash, row.override)


def put(connection: Connection, post_id: int, approval: Approval, now: datetime) -> None:
    """Write down an approval, in place of the one that this role gave before."""
    connection.execute(
        delete(approvals).where(approvals.c.post_id == post_id, approvals.c.role == approval.role)
    )
    connection.execute(
        insert(approvals).values(
            post_id=post_id,
            role=approval.role,
            name=approval.name,
            content_hash=approval.content_hash,
            override=approval.override,
            at=now,
        )
    )


def void(connection: Connection, post_id: int) -> bool:
    """Take every approval of a post back; says whether there was one."""
    return connection.execute(delete(approvals).where(approvals.c.post_id == post_id)).rowcount > 0
