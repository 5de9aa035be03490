"""The shelf of crises: what they are about, which complaints belong to them, and whether posts wait for their end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from ig_worker.store import journal
from ig_worker.store.rows import asked, insert_new
from ig_worker.store.schema import case_messages, cases, crises, messages

OPEN = crises.c.lifted_at.is_(None)

_SHOWN = [
    messages.c[name]
    for name in ("id", "sent_at", "topic", "media_id", "author", "author_id", "text", "backlog")
]
"""What is asked of a complaint: weeks of them are looked at in every pass."""


# Asked in every pass: put together once, since that costs more than the answer.
_OF_ACCOUNT = select(crises).where(crises.c.account == bindparam("account")).order_by(crises.c.id)
_PAUSING = select(crises.c.account, crises.c.id).where(OPEN, crises.c.pauses).order_by(crises.c.id.desc())


def complaints(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """The account's complaints that were written then or later, with the numbers of their cases, oldest first.

    Without what its authors took back; ``backlog`` marks what was there before the account was first read.
    """
    return connection.execute(_complaints_query(), {"account": account, "since": since}).all()


@cache
def _complaints_query() -> Select[Any]:
    account = asked("account")
    since = asked("since")
    query: Select[Any] = (
        select(*_SHOWN, cases.c.number)
        .outerjoin(case_messages, case_messages.c.message_id == messages.c.id)
        .outerjoin(cases, cases.c.id == case_messages.c.case_id)
        .where(
            messages.c.account == account,
            messages.c.label == "keluhan",
            # What the classifier is not sure of waits for a person and proves nothing.
            messages.c.opens_case,
            ~messages.c.own,
            ~messages.c.deleted,
            messages.c.sent_at >= since,
        )
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return query


def of_account(connection: Connection, account: str) -> Sequence[Row[Any]]:
    """Every crisis of an account, oldest first."""
    return connection.execute(_OF_ACCOUNT, {"account": account}).all()


def listed(connection: Connection, *, open_only: bool = False) -> Sequence[Row[Any]]:
    """Every crisis, oldest first."""
    query = select(crises).order_by(crises.c.id)
    return connection.execute(query.where(OPEN) if open_only else query).all()


def get(connection: Connection, crisis_id: int) -> Row[Any] | None:
    """The crisis with this number."""
    return connection.execute(select(crises).where(crises.c.id == crisis_id)).one_or_none()


def begin(
    connection: Connection,
    account: str,
    kind: str,
    about: str,
    message_ids: Sequence[int],
    now: datetime,
    *,
    pauses: bool,
) -> int | None:
    """A crisis begins; returns its number, None where the same one is open already."""
    values = {
        "account": account,
        "kind": kind,
        "about": about,
        "message_ids": list(message_ids),
        "begun_at": now,
        "told": len(message_ids),
        "told_at": now,
        "pauses": pauses,
    }
    crisis_id = insert_new(connection, crises, values)
    if crisis_id is None:
        return None
    said = f"{kind} {about}".strip()
    journal.note(
        connection, now, f"crisis:{crisis_id}", f"begins ({said}) with {len(message_ids)} complaints"
    )
    return crisis_id


def grow(connection: Connection, crisis: Row[Any], more: Collection[int]) -> list[int]:
    """These complaints belong to the crisis, too; returns all that do."""
    whole = [*crisis.message_ids, *(each for each in more if each not in set(crisis.message_ids))]
    if len(whole) > len(crisis.message_ids):
        connection.execute(update(crises).where(crises.c.id == crisis.id).values(message_ids=whole))
    return whole


def mark_told(connection: Connection, crisis: Row[Any], count: int, now: datetime) -> bool:
    """People know that the crisis has so many complaints now; False where another worker has told them."""
    changed = connection.execute(
        update(crises)
        .where(crises.c.id == crisis.id, crises.c.told == crisis.told, OPEN)
        .values(told=count, told_at=now)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"crisis:{crisis.id}", f"has grown to {count} complaints")
    return True


def lift(connection: Connection, crisis: Row[Any], now: datetime, *, by: str, reason: str = "") -> bool:
    """A person says that it is over, and perhaps why; False where somebody was faster."""
    changed = connection.execute(
        update(crises)
        .where(crises.c.id == crisis.id, OPEN)
        .values(lifted_at=now, lifted_by=by, version=crises.c.version + 1)
    )
    if changed.rowcount != 1:
        return False
    what = f"lifted: {reason}" if reason else "lifted"
    journal.note(connection, now, f"crisis:{crisis.id}", what, who=by)
    return True


def numbers_of(connection: Connection, crisis: Row[Any], most: int) -> Sequence[Row[Any]]:
    """The cases of the newest of its complaints, at most so many: ``number`` and ``unit``."""
    query: Select[Any] = (
        select(cases.c.number, cases.c.unit)
        .join(case_messages, case_messages.c.case_id == cases.c.id)
        .where(case_messages.c.message_id.in_(crisis.message_ids[-most:]))
        .distinct()
    )
    return connection.execute(query.order_by(cases.c.number)).all()


def pausing(connection: Connection) -> dict[str, int]:
    """The accounts whose posts wait, with the crisis for whose end they wait."""
    return dict(connection.execute(_PAUSING).all())


def open_count(connection: Connection) -> int:
    """How many crises nobody has lifted yet."""
    return len(connection.execute(select(crises.c.id).where(OPEN)).all())
