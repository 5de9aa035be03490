"""What the messages of cases still lack in evidence: a card that failed, an edit or a deletion not drawn yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, String, and_, cast, func, or_, select, update

from ig_worker.store.rows import asked
from ig_worker.store.schema import case_messages, cases, evidence, journal, messages

EDITED = "edited by its author; it said: "
"""How a line of the journal begins that keeps the words before an edit."""

_WRITTEN = and_(evidence.c.message_id == messages.c.id, evidence.c.occasion == "written")


def made(connection: Connection, message_id: int, line: int | None = None) -> None:
    """A card was made: failures are forgotten, and the message is followed from here on.

    That is from the journal's `line` on, which the card shows, or from the newest of its lines.
    """
    newest = select(func.coalesce(func.max(journal.c.id), 0)).where(
        journal.c.subject == f"message:{message_id}"
    )
    values: dict[str, Any] = {"card_attempts": 0, "card_error": "", "card_next_at": None}
    if line != 0:
        values["followed"] = newest.scalar_subquery() if line is None else line
    connection.execute(update(case_messages).where(case_messages.c.message_id == message_id).values(**values))


def failed(connection: Connection, message_id: int, error: str, next_at: datetime) -> None:
    """Count a card that could not be made, and keep when it is tried again."""
    connection.execute(
        update(case_messages)
        .where(case_messages.c.message_id == message_id)
        .values(card_attempts=case_messages.c.card_attempts + 1, card_error=error, card_next_at=next_at)
    )


def late(connection: Connection, account: str, now: datetime, attempts: int) -> Sequence[Row[Any]]:
    """Messages whose card failed so often that nobody waits for it any more, and that is due again; with `number`."""
    return connection.execute(_late_query(), {"account": account, "now": now, "attempts": attempts}).all()


@cache
def _late_query() -> Select[Any]:
    account = asked("account")
    now = asked("now")
    attempts = asked("attempts")
    query = _of_cases(account).where(
        evidence.c.id.is_(None),
        case_messages.c.card_attempts >= attempts,
        or_(case_messages.c.card_next_at.is_(None), case_messages.c.card_next_at <= now),
    )
    return query.order_by(case_messages.c.card_next_at, messages.c.id)


def edits(connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
    """Edits of messages in cases that no piece of evidence shows yet, in their order.

    A row has the message and ``number`` of its case, and of the edit ``line`` (its number in the journal), ``edit_at``
    (when it was seen) and ``journal_says`` (EDITED and the words before).
    """
    return connection.execute(_edits_query(), {"account": account, "now": now}).all()


@cache
def _edits_query() -> Select[Any]:
    account = asked("account")
    now = asked("now")
    query = (
        _of_cases(account)
        .add_columns(
            journal.c.id.label("line"), journal.c.at.label("edit_at"), journal.c.what.label("journal_says")
        )
        .join(journal, journal.c.subject == "message:" + cast(messages.c.id, String))
        .where(
            messages.c.edited,
            evidence.c.id.is_not(None),
            journal.c.id > case_messages.c.followed,
            journal.c.what.startswith(EDITED, autoescape=True),
            or_(case_messages.c.card_next_at.is_(None), case_messages.c.card_next_at <= now),
        )
    )
    return query.order_by(messages.c.id, journal.c.id)


def deletions(connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
    """Messages in cases that are gone and of which no piece of evidence says so; with ``number`` of the case."""
    return connection.execute(_deletions_query(), {"account": account, "now": now}).all()


@cache
def _deletions_query() -> Select[Any]:
    account = asked("account")
    now = asked("now")
    shown = evidence.alias()
    said = (
        select(shown.c.id)
        .where(
            shown.c.message_id == messages.c.id,
            shown.c.occasion.startswith("deleted:"),
            shown.c.happened_at == messages.c.deleted_at,
        )
        .exists()
    )
    query = _of_cases(account).where(
        messages.c.deleted,
        messages.c.deleted_at.is_not(None),
        evidence.c.id.is_not(None),
        ~said,
        or_(case_messages.c.card_next_at.is_(None), case_messages.c.card_next_at <= now),
    )
    return query.order_by(messages.c.deleted_at, messages.c.id)


def _of_cases(account: str | BindParameter[Any]) -> Select[Any]:
    """Messages in cases with the piece that shows them as they were written, where there is one."""
    return (
        select(messages, cases.c.number, case_messages.c.card_attempts)
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .outerjoin(evidence, _WRITTEN)
        .where(cases.c.account == account, messages.c.redacted_at.is_(None))
    )
