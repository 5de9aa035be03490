"""The shelf of evidence: one chain for each account, every piece carrying the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ig_worker.store.rows import insert_new
from ig_worker.store.schema import case_messages, evidence

START = "0" * 64
"""What stands before the first piece of evidence of an account."""


def of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's evidence, oldest first."""
    return connection.execute(
        select(evidence).where(evidence.c.case_id == case_id).order_by(evidence.c.id)
    ).all()


def head(connection: Connection, account: str) -> str:
    """The hash of the account's newest piece of evidence."""
    query = (
        select(evidence.c.chain).where(evidence.c.account == account).order_by(evidence.c.id.desc()).limit(1)
    )
    return connection.execute(query).scalar() or START


def add(connection: Connection, values: Mapping[str, Any]) -> bool:
    """Hang a piece of evidence onto the account's chain; False when this message has its piece already."""
    return insert_new(connection, evidence, values) is not None


def card_failed(connection: Connection, message_id: int, error: str) -> None:
    """Count a card that could not be made."""
    connection.execute(
        update(case_messages)
        .where(case_messages.c.message_id == message_id)
        .values(card_attempts=case_messages.c.card_attempts + 1, card_error=error)
    )
