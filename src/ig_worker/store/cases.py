"""The register of complaints and suggestions: numbers without gaps, a case for each, evidence in a chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from ig_worker.domain.case import OPEN, Case, Status
from ig_worker.store import deadlines as due_times
from ig_worker.store import journal
from ig_worker.store.rows import asked, insert_new, one_of
from ig_worker.store.schema import case_messages, case_numbers, cases, deadlines, evidence, messages, notices

_OPEN = one_of(cases.c.status, OPEN)

WRITTEN = evidence.c.occasion == "written"
"""The piece of evidence that shows a message as it was first kept; later ones show what became of it."""


@dataclass(frozen=True)
class StoredCase:
    """A case as it lies on the shelf; ``row`` has the columns of ``cases``."""

    id: int
    version: int
    number: str
    case: Case
    row: Row[Any]


def next_number(connection: Connection, year: int) -> str:
    """The year's next number. The counter's row is locked until the transaction ends, and rolls back with it.

    Whoever opens a case has taken the turn before (``joining.take_turn``), and knows that none of the same person's was
    opened meanwhile.
    """
    insert_new(connection, case_numbers, {"year": year, "last": 0})
    counted = (
        update(case_numbers)
        .where(case_numbers.c.year == year)
        .values(last=case_numbers.c.last + 1)
        .returning(case_numbers.c.last)
    )
    while True:
        number = f"K-{year}-{connection.execute(counted).scalar_one():04d}"
        # A counter that is behind, mended by hand for example, must not keep complaints out.
        if connection.execute(select(cases.c.id).where(cases.c.number == number)).first() is None:
            return number


def open_case(
    connection: Connection, values: Mapping[str, Any], due: Iterable[tuple[str, datetime]], now: datetime
) -> int:
    """A new case with its deadlines; returns its id."""
    key = connection.execute(insert(cases).values(status=Status.NEW.value, **values)).inserted_primary_key
    assert key is not None
    case_id = int(key[0])
    for name, due_at in due:
        connection.execute(insert(deadlines).values(case_id=case_id, name=name, due_at=due_at))
    journal.note(connection, now, f"case:{values['number']}", f"opened: {values['label']}, {values['topic']}")
    return case_id


def join(connection: Connection, case_id: int, message_id: int, *, reopens: bool = False) -> None:
    """This message belongs to that case; it can belong to no other. `reopens` where it opened a resolved one again."""
    values = {"case_id": case_id, "message_id": message_id, "reopens": reopens}
    connection.execute(insert(case_messages).values(**values))


def unfinished(connection: Connection, account: str) -> list[StoredCase]:
    """Cases for which the worker may still have something to do."""
    return [stored_of(row) for row in connection.execute(_unfinished_query(), {"account": account})]


@cache
def _unfinished_query() -> Select[Any]:
    account = asked("account")
    without_card = (
        select(case_messages.c.case_id)
        .outerjoin(evidence, and_(evidence.c.message_id == case_messages.c.message_id, WRITTEN))
        .where(evidence.c.id.is_(None))
    )
    query = select(cases).where(
        cases.c.account == account,
        (_OPEN & cases.c.told_at.is_(None)) | ~cases.c.notices_written | cases.c.id.in_(without_card),
    )
    return query.order_by(cases.c.id)


def get(connection: Connection, number: str) -> StoredCase | None:
    """The case with this number."""
    row = connection.execute(_get_query(), {"number": number}).one_or_none()
    return stored_of(row) if row is not None else None


@cache
def _get_query() -> Select[Any]:
    number = asked("number")
    return select(cases).where(cases.c.number == number)


def hold(connection: Connection, number: str) -> StoredCase | None:
    """The case with this number as it stands now; until the transaction ends, nobody else changes it."""
    row = connection.execute(select(cases).where(cases.c.number == number).with_for_update()).one_or_none()
    return stored_of(row) if row is not None else None


def goes_on_in(connection: Connection, stored: StoredCase) -> StoredCase:
    """The case itself, or the one in which a merged one goes on in the end."""
    seen = {stored.number}
    while stored.case.status is Status.MERGED and stored.case.merged_into not in seen:
        seen.add(stored.case.merged_into)
        into = get(connection, stored.case.merged_into)
        if into is None:
            break
        stored = into
    return stored


def listed(
    connection: Connection, *, status: str | None = None, limit: int | None = None
) -> list[StoredCase]:
    """Every case in the order of their numbers."""
    query = select(cases).order_by(cases.c.id).limit(limit)
    if status is not None:
        query = query.where(cases.c.status == status)
    return [stored_of(row) for row in connection.execute(query)]


def save(
    connection: Connection,
    stored: StoredCase,
    case: Case,
    now: datetime,
    what: str,
    *,
    who: str = journal.WORKER,
    **register: Any,
) -> bool:
    """Save the new state if nobody was faster; says whether it was saved. Deadlines that are met now are marked so.

    `register` are further columns of the same row (``answer``, ``plan``, ``assigned_to``, ``severity`` …). A severity
    that a person sets is kept with its time: the worker raises it again only for what is written later.
    """
    values: dict[str, Any] = {**asdict(case), "status": case.status.value, **register}
    if "severity" in register and who != journal.WORKER:
        values["severity_set_at"] = now
    changed = connection.execute(
        update(cases)
        .where(cases.c.id == stored.id, cases.c.version == stored.version)
        .values(version=stored.version + 1, **values)
    )
    if changed.rowcount != 1:
        return False
    for name, at in _met(case):
        due_times.meet(connection, stored.id, name, at)
    journal.note(connection, now, f"case:{stored.number}", what, who=who)
    return True


def _met(case: Case) -> Iterator[tuple[str, datetime | None]]:
    """When what each deadline asks for was done; what is closed has been followed up, whatever was noted of it.

    Nobody answers a case before it is open: an answer that is older than our knowledge of the question meets its
    deadline at once.
    """
    heard = [at for at in (case.first_response_at, case.acknowledged_at) if at is not None]
    yield "acknowledge", max(min(heard), case.opened_at) if heard else None
    yield "follow_up", case.started_at or case.closed_at
    yield "resolve", case.closed_at


def raise_severity(connection: Connection, case_id: int, severity: str) -> None:
    """The case has become graver."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(severity=severity))


def messages_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The case's messages with what became of their cards, oldest first."""
    query = (
        select(
            messages,
            case_messages.c.reopens,
            case_messages.c.card_attempts,
            case_messages.c.card_error,
            evidence.c.id.label("evidence_id"),
        )
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .outerjoin(evidence, and_(evidence.c.message_id == messages.c.id, WRITTEN))
        .where(case_messages.c.case_id == case_id)
    )
    return connection.execute(query.order_by(messages.c.sent_at, messages.c.id)).all()


def mark_notices_written(connection: Connection, case_id: int) -> None:
    """The notices about this case lie in the outbox."""
    connection.execute(update(cases).where(cases.c.id == case_id).values(notices_written=True))


def notice_arrived(connection: Connection, case_id: int) -> bool:
    """Whether anybody was told."""
    query = select(notices.c.id).where(notices.c.case_id == case_id, notices.c.status == "sent").limit(1)
    return connection.execute(query).first() is not None


def deliveries_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The notices about this case."""
    return connection.execute(
        select(notices).where(notices.c.case_id == case_id).order_by(notices.c.id)
    ).all()


def counts(connection: Connection) -> dict[str, int]:
    """How many cases are in each status."""
    return dict(connection.execute(_counts_query()).all())


@cache
def _counts_query() -> Select[Any]:
    return select(cases.c.status, func.count()).group_by(cases.c.status)


def stored_of(row: Row[Any]) -> StoredCase:
    """The case that lies in this row of ``cases``."""
    known = {field.name: getattr(row, field.name) for field in fields(Case)}
    return StoredCase(row.id, row.version, row.number, Case(**{**known, "status": Status(row.status)}), row)
