"""The shelf of recipients: how well each can be reached, and which worker is sending to it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update

from ig_worker.domain.reaching import Reach
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import recipients


@dataclass(frozen=True)
class Claim:
    """The right to be the only one who sends to a recipient, until its time is up."""

    target: str
    until: datetime


def claim(connection: Connection, target: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the recipient for oneself; None while another worker has it."""
    insert_new(connection, recipients, {"target": target})
    free = or_(recipients.c.claimed_until.is_(None), recipients.c.claimed_until <= now)
    changed = connection.execute(
        update(recipients).where(recipients.c.target == target, free).values(claimed_until=now + lease)
    )
    return Claim(target, now + lease) if changed.rowcount == 1 else None


def keep(connection: Connection, held: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """Go on for another lease; None where the time was up and another worker has taken it."""
    changed = connection.execute(_of(held).values(claimed_until=now + lease))
    return Claim(held.target, now + lease) if changed.rowcount == 1 else None


def release(connection: Connection, held: Claim) -> None:
    """Let the others have it."""
    connection.execute(_of(held).values(claimed_until=None))


def free_all(connection: Connection) -> None:
    """Nobody sends anything now: what a killed worker left claimed is free at once."""
    connection.execute(
        update(recipients).where(recipients.c.claimed_until.is_not(None)).values(claimed_until=None)
    )


def reach(connection: Connection, target: str) -> Reach:
    """How well the recipient could be reached lately."""
    row = connection.execute(select(recipients).where(recipients.c.target == target)).one_or_none()
    return Reach(row.failing_since, row.failures, row.told_at) if row is not None else Reach()


def save(connection: Connection, target: str, seen: Reach) -> None:
    """Write down how well it can be reached; only who holds the claim does."""
    connection.execute(
        update(recipients)
        .where(recipients.c.target == target)
        .values(failing_since=seen.failing_since, failures=seen.failures, told_at=seen.told_at)
    )


def _of(held: Claim) -> Any:
    return update(recipients).where(
        recipients.c.target == held.target, recipients.c.claimed_until == held.until
    )
