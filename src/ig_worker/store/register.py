"""The register book as it lies on the shelves: many cases in a handful of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, true

from ig_worker.domain.case import OPEN
from ig_worker.domain.forgotten import FORGOTTEN
from ig_worker.domain.month import Month
from ig_worker.domain.register import Due, Facts, Proof, Said
from ig_worker.store.rows import one_of
from ig_worker.store.schema import case_messages, cases, deadlines, evidence, messages

_OPEN = one_of(cases.c.status, OPEN)

_COLUMNS = frozenset(field.name for field in fields(Facts)) & frozenset(cases.c.keys())


@dataclass(frozen=True)
class Chain:
    """An account's chain of evidence: how many pieces it has, and the hash of the newest."""

    account: str
    pieces: int
    head: str


def cases_of(
    connection: Connection,
    *,
    account: str | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> list[Facts]:
    """The cases opened from `begin` until before `end`, by their numbers, with what was said and what proves it."""
    which = _which(account, begin, end)
    said: dict[int, list[Said]] = defaultdict(list)
    query = (
        select(
            case_messages.c.case_id,
            messages.c.text,
            messages.c.first_seen_at,
            messages.c.edited,
            messages.c.deleted,
            messages.c.withdrawn_at,
            messages.c.redacted_at,
        )
        .join(messages, messages.c.id == case_messages.c.message_id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(which)
        .order_by(messages.c.sent_at, messages.c.id)
    )
    for row in connection.execute(query):
        gone = row.text not in FORGOTTEN and (row.withdrawn_at is not None or row.redacted_at is not None)
        said[row.case_id].append(
            Said("" if gone else row.text, row.first_seen_at, gone, row.edited, row.deleted)
        )
    proofs: dict[int, list[Proof]] = defaultdict(list)
    vouched_for = select(evidence.c.erases).where(evidence.c.erases.is_not(None))
    erased = set(connection.execute(vouched_for).scalars())
    for piece in _beside(connection, evidence, which, evidence.c.id):
        sha256 = piece.sha256 if piece.path else piece.json_sha256
        if piece.id in erased:
            proofs[piece.case_id].append(Proof(f"{piece.path} (dihapus sesuai aturan)", sha256))
        elif piece.path or piece.erases is None:
            proofs[piece.case_id].append(Proof(piece.path, sha256))
    return [
        replace(facts, said=tuple(said[case_id]), proofs=tuple(proofs[case_id]))
        for case_id, facts in _bare(connection, which)
    ]


def bare_cases_of(connection: Connection, account: str, begin: datetime, end: datetime) -> list[Facts]:
    """The same without what was said and what proves it: enough to count them and their times."""
    return [facts for _, facts in _bare(connection, _which(account, begin, end))]


def _bare(connection: Connection, which: ColumnElement[bool]) -> list[tuple[int, Facts]]:
    due: dict[int, list[Due]] = defaultdict(list)
    for line in _beside(connection, deadlines, which, deadlines.c.due_at):
        due[line.case_id].append(Due(line.name, line.due_at, line.met_at))
    listed = connection.execute(select(cases).where(which).order_by(cases.c.id))
    return [
        (
            case.id,
            Facts(
                **{name: getattr(case, name) for name in _COLUMNS},
                due=tuple(_with_what_ended_it(each, case) for each in due[case.id]),
            ),
        )
        for case in listed
    ]


def open_from_before(connection: Connection, begin: datetime, *, account: str | None = None) -> list[str]:
    """The numbers of the cases opened before then that are still open."""
    query = select(cases.c.number).where(_which(account, None, begin), _OPEN).order_by(cases.c.id)
    return list(connection.execute(query).scalars())


def chains(connection: Connection, *, account: str | None = None) -> list[Chain]:
    """Every account's chain of evidence."""
    newest = (
        select(func.max(evidence.c.id).label("id"), func.count().label("pieces"))
        .where(evidence.c.account == account if account is not None else true())
        .group_by(evidence.c.account)
        .subquery()
    )
    query = select(evidence.c.account, evidence.c.chain, newest.c.pieces).join(
        newest, newest.c.id == evidence.c.id
    )
    found = connection.execute(query.order_by(evidence.c.account))
    return [Chain(row.account, row.pieces, row.chain) for row in found]


def opened_by_month(connection: Connection, zone: tzinfo) -> dict[Month, int]:
    """How many cases were opened in each month of the centre's zone; months without any are left out."""
    found: Counter[Month] = Counter()
    for at in connection.execute(select(cases.c.opened_at)).scalars():
        local = at.astimezone(zone)
        found[Month(local.year, local.month)] += 1
    return dict(found)


def first_opened(connection: Connection) -> datetime | None:
    """When the first case of all was opened."""
    return connection.execute(select(func.min(cases.c.opened_at))).scalar()


def _which(account: str | None, begin: datetime | None, end: datetime | None) -> ColumnElement[bool]:
    conditions = [
        *([cases.c.account == account] if account is not None else []),
        *([cases.c.opened_at >= begin] if begin is not None else []),
        *([cases.c.opened_at < end] if end is not None else []),
    ]
    return and_(true(), *conditions)


def _beside(connection: Connection, table: Any, which: ColumnElement[bool], order: Any) -> Sequence[Row[Any]]:
    query = select(table).join(cases, cases.c.id == table.c.case_id).where(which).order_by(order)
    return connection.execute(query).all()


def _with_what_ended_it(due: Due, case: Row[Any]) -> Due:
    """A deadline of before met times were kept: the case's own times tell."""
    if due.met_at is not None:
        return due
    times = {
        "acknowledge": (case.first_response_at, case.acknowledged_at),
        "follow_up": (case.started_at, case.closed_at),
        "resolve": (case.closed_at,),
    }.get(due.name, ())
    return Due(due.name, due.due_at, min((at for at in times if at), default=None))
