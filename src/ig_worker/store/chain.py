"""The shelf of evidence: one chain for each account, every piece carrying the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, select, update

from ig_worker.domain.evidence_chain import FORM, START, link
from ig_worker.store import journal
from ig_worker.store.schema import evidence

__all__ = ["START", "erase", "erased", "hang", "has", "head", "of_case", "of_message", "wait_for_turn"]


def of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's evidence, oldest first."""
    return connection.execute(
        select(evidence).where(evidence.c.case_id == case_id).order_by(evidence.c.id)
    ).all()


def of_message(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """The evidence of one message, oldest first."""
    return connection.execute(
        select(evidence).where(evidence.c.message_id == message_id).order_by(evidence.c.id)
    ).all()


def erased() -> ColumnElement[bool]:
    """Whether a later row vouches that this piece's files were erased by rule."""
    later = evidence.alias("later")
    return exists().where(later.c.erases == evidence.c.id)


def head(connection: Connection, account: str) -> str:
    """The hash of the account's newest piece of evidence."""
    query = (
        select(evidence.c.chain).where(evidence.c.account == account).order_by(evidence.c.id.desc()).limit(1)
    )
    return connection.execute(query).scalar() or START


def hang(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Hang a piece at the end of its account's chain; returns its id, None where the message has this piece already.

    `values` are ``case_id, message_id, account, path, sha256, json_path, json_sha256, made_at`` and, where it is not
    the message as it was written, ``occasion, happened_at, erases``. What is tied to what is computed here, under a
    lock that holds until the transaction ends, so that no two pieces ever follow the same one.
    """
    row = {"occasion": "written", "happened_at": None, "erases": None, "form": FORM, **values}
    wait_for_turn(connection, row["account"])
    if has(connection, row["message_id"], row["occasion"]):
        return None
    row["previous"] = head(connection, row["account"])
    # The row's own number is tied in as well, and only the database gives it.
    provisional = insert(evidence).values(**row, chain=link({**row, "id": 0})).returning(evidence.c.id)
    number = int(connection.execute(provisional).scalar_one())
    chain = link({**row, "id": number})
    connection.execute(update(evidence).where(evidence.c.id == number).values(chain=chain))
    # A witness on another shelf: a piece that is taken from the chain's end is still missed.
    subject = f"evidence:{row['account']}"[:80]
    what = f"piece {number}, message {row['message_id']} {row['occasion']}: {chain}"
    journal.note(connection, row["made_at"], subject, what)
    return number


def erase(connection: Connection, piece: Row[Any], now: datetime, **files: str) -> int | None:
    """Hang the row that vouches for the erasing of a piece's files by rule; the files go after the commit.

    The hashes of what was erased stay. `files` (``path, sha256, json_path, json_sha256``) are those of a redacted
    rendering, where there is one that takes its place. Returns the row's id, None where it hangs there already.
    """
    said = {"path": "", "sha256": piece.sha256, "json_path": "", "json_sha256": piece.json_sha256, **files}
    values = {
        "case_id": piece.case_id,
        "message_id": piece.message_id,
        "account": piece.account,
        "occasion": f"erased:{piece.id}",
        "happened_at": now,
        "erases": piece.id,
        "made_at": now,
        **said,
    }
    return hang(connection, values)


def wait_for_turn(connection: Connection, account: str) -> None:
    """Until the transaction ends nobody else hangs a piece onto this account's chain; on SQLite nobody could."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"evidence:{account}"))))


def has(connection: Connection, message_id: int, occasion: str) -> bool:
    """Whether the message has this piece."""
    query = select(evidence.c.id).where(evidence.c.message_id == message_id, evidence.c.occasion == occasion)
    return connection.execute(query).first() is not None
