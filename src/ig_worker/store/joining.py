"""Which case a message belongs to, asked while nobody else opens one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, false, func, or_, select

from ig_worker.domain.case import OPEN, REOPENED_FOR, Status, takes
from ig_worker.store import cases
from ig_worker.store.cases import StoredCase
from ig_worker.store.rows import insert_new, one_of
from ig_worker.store.schema import case_messages, case_numbers, messages
from ig_worker.store.schema import cases as register


def take_turn(connection: Connection, year: int) -> None:
    """Wait until nobody else opens a case; until the transaction ends, nobody does.

    All years' counters are held, since at the turn of the year two workers may open cases in different ones.
    """
    insert_new(connection, case_numbers, {"year": year, "last": 0})
    counters = select(case_numbers.c.year).order_by(case_numbers.c.year)
    connection.execute(counters.with_for_update()).all()


def in_a_case(connection: Connection, message_id: int) -> bool:
    """Whether the message belongs to a case already."""
    query = select(case_messages.c.case_id).where(case_messages.c.message_id == message_id)
    return connection.execute(query).first() is not None


def case_for(connection: Connection, message: Row[Any], written_at: datetime) -> StoredCase | None:
    """The case that this message joins, held until the transaction ends.

    It is of the same account, person and topic, and takes words first seen at `written_at` (``domain.case.takes``); an
    open one before one that would be opened again, and the newest first. For a merged one stands the case in which it
    goes on. A person is known by Meta's id or by the user name, in comments and messages alike. Where Meta withholds
    who wrote, nobody's message joins anybody's case.
    """
    while (number := next(_joinable(connection, message, written_at), None)) is not None:
        held = cases.hold(connection, number)
        if held is not None and takes(held.case, written_at):
            return held
        # A person has moved it in between; the next look sees that.
    return None


def written_by_author(connection: Connection, case_id: int, message: Row[Any]) -> int:
    """How many messages of this one's author the case has."""
    by = (
        select(func.count())
        .select_from(case_messages)
        .join(messages, messages.c.id == case_messages.c.message_id)
        .where(case_messages.c.case_id == case_id, _same_person(messages, message))
    )
    return connection.execute(by).scalar_one()


def _joinable(connection: Connection, message: Row[Any], written_at: datetime) -> Iterator[str]:
    wrote = (
        select(case_messages.c.case_id)
        .join(messages, messages.c.id == case_messages.c.message_id)
        .where(case_messages.c.case_id == register.c.id, _same_person(messages, message))
        .exists()
    )
    is_open = one_of(register.c.status, OPEN)
    query = select(register).where(
        register.c.account == message.account,
        register.c.topic == message.topic,
        or_(
            is_open,
            register.c.status == Status.MERGED.value,
            and_(
                register.c.status == Status.RESOLVED.value,
                register.c.resolved_at > written_at - REOPENED_FOR,
            ),
        ),
        or_(_same_person(register, message), wrote),
    )
    rows = connection.execute(query.order_by(is_open.desc(), register.c.id.desc())).all()
    for row in rows:
        stored = cases.goes_on_in(connection, cases.stored_of(row))
        if takes(stored.case, written_at):
            yield stored.number


def _same_person(table: Table, message: Row[Any]) -> ColumnElement[bool]:
    """Whoever wrote this message, in rows of `messages` or `cases`; nobody where that is withheld."""
    known = [
        table.c[name] == value
        for name, value in (("author_id", message.author_id), ("author", message.author))
        if value
    ]
    return or_(false(), *known)
