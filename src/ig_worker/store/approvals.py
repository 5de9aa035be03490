"""The shelf of approvals: one for each role of a post, the newest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from ig_worker.domain.approval import Approval
from ig_worker.store.schema import approvals


def of(connection: Connection, post_id: int) -> list[Approval]:
    """Who has approved this post, and what of it."""
    query = select(approvals).where(approvals.c.post_id == post_id).order_by(approvals.c.id)
    return [Approval(row.role, row.name, row.content_hash, row.override) for row in connection.execute(query)]


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
