"""The counts that what was purged leaves behind: by kind, account, month of the centre, and a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select, update

from ig_worker.store.rows import insert_new
from ig_worker.store.schema import purged

MESSAGE, BACKLOG, OWN, THANKED, CASE = "message", "backlog message", "own message", "thanked praise", "case"
"""Kinds. The label of a message is ``label/topic/channel``, that of a case its label."""

Counts = Counter[tuple[str, str, date, str]]
"""How many, by kind, account, month's first day and label."""


def add(connection: Connection, counts: Mapping[tuple[str, str, date, str], int]) -> None:
    """More of them are gone."""
    for (kind, account, month, label), more in counts.items():
        key = {"kind": kind, "account": account, "month": month, "label": label}
        insert_new(connection, purged, {**key, "count": 0})
        where = [purged.c[name] == value for name, value in key.items()]
        connection.execute(update(purged).where(*where).values(count=purged.c.count + more))


def by_kind(connection: Connection) -> dict[str, int]:
    """How many of each kind were ever purged."""
    query = select(purged.c.kind, func.sum(purged.c.count)).group_by(purged.c.kind)
    return {kind: int(total) for kind, total in connection.execute(query.order_by(purged.c.kind))}


def in_month(connection: Connection, account: str, month: date) -> dict[tuple[str, str], int]:
    """What was purged of an account's month (its first day): how many by kind and label."""
    query = select(purged.c.kind, purged.c.label, purged.c.count).where(
        purged.c.account == account, purged.c.month == month
    )
    return {(row.kind, row.label): row[2] for row in connection.execute(query)}
