"""Reading the whole chain of evidence back, piece by piece, with what other shelves know of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, func, literal, select

from ig_worker.domain.forgotten import CASE_PURGED, PIECE_ERASED, PIECE_WITHOUT_ANOTHER
from ig_worker.store import taken_back
from ig_worker.store.database import StorageError
from ig_worker.store.schema import case_messages, cases, evidence, journal, messages, notices

AT_ONCE = 200
"""Rows read together: a register of ten years must not fill the memory."""

_PRINTED = re.compile(r"Rantai bukti:? ([0-9a-f]{16,64})")
_WITNESS = re.compile(r"piece (\d+), message (\d+) (\S+): ([0-9a-f]{64})")


def accounts(connection: Connection) -> Sequence[str]:
    """Every account that has evidence, or had some."""
    found = set(connection.execute(select(evidence.c.account).distinct()).scalars())
    lines = journal.c.subject.startswith("evidence:")
    witnessed = connection.execute(select(journal.c.subject).where(lines).distinct()).scalars()
    # A row may hold anything after somebody was at it.
    found = {name for name in found if isinstance(name, str)}
    return sorted(found | {subject.removeprefix("evidence:") for subject in witnessed})


def newest(connection: Connection) -> int:
    """The number of the newest piece, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(evidence.c.id), 0))).scalar_one())


def count(connection: Connection) -> int:
    """How many pieces there are."""
    return connection.execute(select(func.count()).select_from(evidence)).scalar_one()


def numbers(connection: Connection, account: str, after: int, upto: int) -> Sequence[int]:
    """The numbers of the account's next pieces."""
    # PostgreSQL refuses a number that its column could not hold.
    behind = evidence.c.id > literal(after, BigInteger)
    query = select(evidence.c.id).where(evidence.c.account == account, behind, evidence.c.id <= upto)
    return connection.execute(query.order_by(evidence.c.id).limit(AT_ONCE)).scalars().all()


def pieces(connection: Connection, ids: Collection[int]) -> Iterator[tuple[int, Row[Any] | None]]:
    """These pieces in their order, each with ``number`` of its case, ``ig_id`` of its message and ``erased_by``.

    None for one whose row holds what no row can hold.
    """
    found: dict[int, Row[Any]] = {}
    try:
        found = {row.id: row for row in connection.execute(_whole(ids))}
    except (StorageError, ValueError, TypeError):
        for one in ids:
            with suppress(StorageError, ValueError, TypeError):
                found |= {row.id: row for row in connection.execute(_whole([one]))}
    for one in ids:
        row = found.get(one)
        yield one, None if row is None or any(isinstance(value, bytes) for value in row) else row


def _whole(ids: Collection[int]) -> Select[Any]:
    erasing = evidence.alias()
    return (
        select(
            evidence,
            cases.c.number,
            messages.c.ig_id,
            select(erasing.c.id)
            .where(erasing.c.erases == evidence.c.id)
            .scalar_subquery()
            .label("erased_by"),
        )
        .outerjoin(cases, cases.c.id == evidence.c.case_id)
        .outerjoin(messages, messages.c.id == evidence.c.message_id)
        .where(evidence.c.id.in_(ids))
        .order_by(evidence.c.id)
    )


def columns(row: Row[Any]) -> dict[str, Any]:
    """The columns of ``evidence`` alone, as a link ties them."""
    return {column.name: row._mapping[column.name] for column in evidence.c}


def erased(connection: Connection, piece_id: int) -> bool:
    """Whether a later piece vouches by now for the erasing of this one's files."""
    return connection.execute(select(evidence.c.id).where(evidence.c.erases == piece_id)).first() is not None


def erased_by_rule(connection: Connection, piece: Row[Any]) -> bool:
    """Whether the row that vouches for the erasing of this piece's files may: it belongs to the piece, and somebody
    took a message of that conversation back, asked for it, or its case had been kept for its time."""
    tied = ("id", "account", "case_id", "message_id", "occasion", "path", "sha256", "json_sha256")
    query = select(*(evidence.c[name] for name in tied)).where(evidence.c.erases == piece.id)
    tied_to_it = any(
        row.id > piece.id
        and (row.account, row.case_id, row.message_id) == (piece.account, piece.case_id, piece.message_id)
        and row.occasion == f"erased:{piece.id}"
        and (row.path or (row.sha256, row.json_sha256) == (piece.sha256, piece.json_sha256))
        for row in connection.execute(query)
    )
    return tied_to_it and (
        purged_with_its_case(connection, piece)
        or _noted(connection, f"message:{piece.message_id}", PIECE_ERASED)
        or _noted(connection, f"message:{piece.message_id}", PIECE_WITHOUT_ANOTHER)
        or taken_back.was_hidden_around(connection, piece.message_id)
    )


def purged_with_its_case(connection: Connection, piece: Row[Any]) -> bool:
    """Whether its case was emptied when its time was over."""
    query = select(cases.c.number).where(cases.c.id == piece.case_id, cases.c.purged_at.is_not(None))
    number = connection.execute(query).scalar()
    return number is not None and _noted(connection, f"case:{number}", CASE_PURGED)


def _noted(connection: Connection, subject: str, what: str) -> bool:
    query = select(journal.c.id).where(journal.c.subject == subject, journal.c.what == what)
    return connection.execute(query.limit(1)).first() is not None


def missed(connection: Connection, account: str) -> Iterator[tuple[str, str]]:
    """Pieces of which the journal says that they were hung, and that do not hang so: what it says, and the hash."""
    subject = f"evidence:{account}"[:80]
    after = 0
    while lines := _lines(connection, subject, after):
        after = lines[-1].id
        told = [found for line in lines if (found := _WITNESS.fullmatch(line.what))]
        there = _there(connection, [found[4] for found in told])
        yield from (
            (f"piece {found[1]} (message {found[2]}, {found[3]})", found[4])
            for found in told
            if found[4] not in there
        )


def _lines(connection: Connection, subject: str, after: int) -> Sequence[Row[Any]]:
    query: Select[Any] = select(journal.c.id, journal.c.what)
    query = query.where(journal.c.subject == subject, journal.c.id > after)
    return connection.execute(query.order_by(journal.c.id).limit(AT_ONCE)).all()


def _there(connection: Connection, hashes: Collection[str]) -> set[str]:
    query = select(evidence.c.chain).where(evidence.c.chain.in_(hashes))
    return set(connection.execute(query).scalars())


def printed(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """The heads that notices have carried outside: the notice's number, its key, the head or its first digits."""
    after = 0
    query = select(notices.c.id, notices.c.key, notices.c.body).where(notices.c.body.contains("Rantai bukti"))
    while rows := connection.execute(
        query.where(notices.c.id > after).order_by(notices.c.id).limit(AT_ONCE)
    ).all():
        after = rows[-1].id
        yield from (
            (row.id, row.key, head) for row in rows for head in dict.fromkeys(_PRINTED.findall(row.body))
        )


def at_head(connection: Connection, head: str) -> tuple[int, str | None, datetime | None] | None:
    """The piece that was the newest when this head was printed, by the head's first digits: its number, its case's
    number and when it was made, the last two where they can be read."""
    query = (
        select(evidence.c.id, cases.c.number)
        .outerjoin(cases, cases.c.id == evidence.c.case_id)
        .where(
            evidence.c.chain == head
            if len(head) == 64
            else (evidence.c.chain >= head) & (evidence.c.chain < f"{head}g")
        )
    )
    found = connection.execute(query.order_by(evidence.c.id).limit(1)).first()
    if found is None:
        return None
    made_at = None
    with suppress(StorageError, ValueError, TypeError):
        made_at = connection.execute(select(evidence.c.made_at).where(evidence.c.id == found.id)).scalar()
    return found.id, found.number, made_at


def named_in(connection: Connection, paths: Collection[str]) -> set[str]:
    """Which of these files are the picture or the data of a piece."""
    found: set[str] = set()
    for column in (evidence.c.path, evidence.c.json_path):
        found |= set(connection.execute(select(column).where(column.in_(paths))).scalars())
    return found


def unfinished(connection: Connection, number: str) -> set[int]:
    """The messages of a case for which the worker may have files that hang nowhere yet, after an interruption."""
    written = select(evidence.c.id).where(
        evidence.c.message_id == case_messages.c.message_id, evidence.c.occasion == "written"
    )
    query = (
        select(case_messages.c.message_id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .join(messages, messages.c.id == case_messages.c.message_id)
        .where(cases.c.number == number, ~written.exists() | messages.c.edited | messages.c.deleted)
    )
    return set(connection.execute(query).scalars())
