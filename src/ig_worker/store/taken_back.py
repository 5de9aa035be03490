"""The shelf of words that their senders took back: hidden everywhere at once, kept apart until they are erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, String, Text, cast, delete, exists, select, update

from ig_worker.domain.forgotten import FORGOTTEN
from ig_worker.domain.notice import Status
from ig_worker.domain.unsent import TAKEN_BACK, Words
from ig_worker.store import chain, journal
from ig_worker.store.rows import asked, insert_new
from ig_worker.store.schema import case_messages, cases, evidence, messages, notices, taken_back
from ig_worker.store.schema import journal as journal_lines

_SAYING = [column.name for column in notices.c if isinstance(column.type, Text)]
"""The columns of a notice that may quote a message."""

HIDDEN = "its sender took it back: its words are hidden"
"""What the journal says of it; `cases verify` takes no erasing for rightful without."""

_SAID = "it said: "
"""Behind this the journal keeps what stood there before an edit."""


def hide(connection: Connection, message: Row[Any], now: datetime) -> None:
    """Put a message's words where nobody comes across them, and the placeholder in their place.

    Also out of the journal and of every notice; whatever was not sent yet goes without pictures that show them.
    """
    lines = _journal_of(connection, message.id)
    words = Words([message.text, *(what.partition(_SAID)[2] for what in lines.values())])
    rewritten = {number: _without(words, what) for number, what in lines.items()}
    quoting = {number: what for number, what in lines.items() if rewritten[number] != what}
    kept = {
        "text": message.text,
        "attachments": message.attachments,
        "reasons": message.reasons,
        "journal": {str(number): what for number, what in quoting.items()},
    }
    values = {"message_id": message.id, "account": message.account, "hidden_at": now, "kept": kept}
    if insert_new(connection, taken_back, values) is None:
        return
    placeholder = {"text": TAKEN_BACK, "attachments": [], "reasons": [], "withdrawn_at": now}
    connection.execute(update(messages).where(messages.c.id == message.id).values(**placeholder))
    for number in quoting:
        _rewrite(connection, number, rewritten[number])
    _hide_in_notices(connection, message, words)
    journal.note(connection, now, f"message:{message.id}", HIDDEN)


def bring_back(connection: Connection, message_id: int, now: datetime) -> None:
    """Show a message again that was hidden; of one whose words are erased, Instagram tells them anew."""
    row = connection.execute(select(taken_back).where(taken_back.c.message_id == message_id)).one_or_none()
    shown: dict[str, Any] = {"text": ""}
    if row is None and _is_forgotten(connection, message_id):
        # On request, or by rule: nothing tells such words anew.
        here = update(messages).where(messages.c.id == message_id)
        connection.execute(here.values(withdrawn_at=None))
        return
    if row is not None:
        shown = {name: row.kept[name] for name in ("text", "attachments", "reasons")}
        for number, what in row.kept["journal"].items():
            _rewrite(connection, int(number), what)
        connection.execute(delete(taken_back).where(taken_back.c.message_id == message_id))
    connection.execute(
        update(messages)
        .where(messages.c.id == message_id, messages.c.withdrawn_at.is_not(None))
        .values(withdrawn_at=None, redacted_at=None, **shown)
    )
    journal.note(connection, now, f"message:{message_id}", "its words are shown again")


def _is_forgotten(connection: Connection, message_id: int) -> bool:
    text = connection.execute(select(messages.c.text).where(messages.c.id == message_id)).scalar()
    return text in FORGOTTEN


def to_erase(connection: Connection, account: str, before: datetime) -> Sequence[Row[Any]]:
    """Messages that were hidden before then and still are, oldest first."""
    return connection.execute(_to_erase_query(), {"account": account, "before": before}).all()


@cache
def _to_erase_query() -> Select[Any]:
    account = asked("account")
    before = asked("before")
    query = (
        select(messages)
        .join(taken_back, taken_back.c.message_id == messages.c.id)
        .where(taken_back.c.account == account, taken_back.c.hidden_at <= before)
    )
    return query.order_by(messages.c.id)


def is_hidden(connection: Connection, message_id: int) -> bool:
    """Whether its words are hidden and not erased yet; until the transaction ends nobody brings them back."""
    query = select(taken_back.c.message_id).where(taken_back.c.message_id == message_id)
    return connection.execute(query.with_for_update()).first() is not None


def erase(connection: Connection, message: Row[Any], now: datetime) -> None:
    """Forget the words for good; number, times and what it was judged to be stay."""
    row = connection.execute(select(taken_back).where(taken_back.c.message_id == message.id)).one()
    _hide_in_notices(connection, message, Words([row.kept["text"]]))
    connection.execute(delete(taken_back).where(taken_back.c.message_id == message.id))
    connection.execute(update(messages).where(messages.c.id == message.id).values(redacted_at=now))
    journal.note(connection, now, f"message:{message.id}", "its words and whatever showed them are erased")


def case_of(connection: Connection, message_id: int) -> str | None:
    """The number of the message's case."""
    query = select(cases.c.number).join(case_messages, case_messages.c.case_id == cases.c.id)
    return connection.execute(query.where(case_messages.c.message_id == message_id)).scalar()


def was_hidden_around(connection: Connection, message_id: int) -> bool:
    """Whether the journal knows of a private message of the same conversation that its sender took back."""
    own = messages.alias()
    query = (
        select(messages.c.id)
        .join(
            own, (own.c.account == messages.c.account) & (own.c.conversation_id == messages.c.conversation_id)
        )
        .join(journal_lines, journal_lines.c.subject == "message:" + cast(messages.c.id, String))
        .where(own.c.id == message_id, own.c.channel == "dm", journal_lines.c.what == HIDDEN)
    )
    return connection.execute(query).first() is not None


def withdrawn_around(connection: Connection, message: Row[Any]) -> set[str]:
    """Meta's ids of all messages of the conversation that were taken back."""
    query = select(messages.c.ig_id).where(
        messages.c.account == message.account,
        messages.c.conversation_id == message.conversation_id,
        messages.c.withdrawn_at.is_not(None),
    )
    return set(connection.execute(query).scalars())


def evidence_around(connection: Connection, message: Row[Any]) -> Sequence[Row[Any]]:
    """Pieces with files of all messages of the same conversation, with ``erased``: whether a later row vouches so."""
    query = (
        select(evidence, chain.erased().label("erased"))
        .join(messages, messages.c.id == evidence.c.message_id)
        .where(
            messages.c.account == message.account,
            messages.c.conversation_id == message.conversation_id,
            messages.c.channel == "dm",
            evidence.c.path != "",
        )
    )
    return connection.execute(query.order_by(evidence.c.id)).all()


def not_to_show(connection: Connection, paths: Collection[str]) -> set[str]:
    """Which of these pictures show words that are hidden, or are erased by now."""
    own, hidden = messages.alias(), messages.alias()
    shows_hidden = exists().where(
        hidden.c.account == own.c.account,
        hidden.c.conversation_id == own.c.conversation_id,
        hidden.c.channel == "dm",
        hidden.c.withdrawn_at >= evidence.c.made_at,
        hidden.c.redacted_at.is_(None),
    )
    query = (
        select(evidence.c.path)
        .join(own, own.c.id == evidence.c.message_id)
        .where(evidence.c.path.in_(paths), (own.c.channel == "dm") & shows_hidden | chain.erased())
    )
    return set(connection.execute(query).scalars()) | {path for path in paths if not path}


def _journal_of(connection: Connection, message_id: int) -> dict[int, str]:
    query = select(journal_lines.c.id, journal_lines.c.what).where(
        journal_lines.c.subject == f"message:{message_id}"
    )
    return {row.id: row.what for row in connection.execute(query)}


def _without(words: Words, what: str) -> str:
    """A line of the journal without the words; it may hold several lines of them behind what it says itself."""
    said = what.replace(_SAID, f"{_SAID}\n")
    rest = words.taken_out(said)
    return what if rest == said else rest.replace("\n", "")


def _rewrite(connection: Connection, number: int, what: str) -> None:
    connection.execute(update(journal_lines).where(journal_lines.c.id == number).values(what=what))


def _hide_in_notices(connection: Connection, message: Row[Any], words: Words) -> None:
    written_since = notices.c.written_at >= message.first_seen_at
    own_case = select(case_messages.c.case_id).where(case_messages.c.message_id == message.id)
    case_id = connection.execute(own_case).scalar()
    for row in connection.execute(select(notices).where(written_since)).all():
        about_it = case_id is not None and row.case_id == case_id
        take_out = words.taken_out if about_it else words.quotations_taken_out
        changed: dict[str, Any] = {name: take_out(getattr(row, name)) for name in _SAYING}
        if row.status != Status.SENT.value and row.attachments:
            withheld = not_to_show(connection, row.attachments)
            changed["attachments"] = [path for path in row.attachments if path not in withheld]
        if any(getattr(row, name) != value for name, value in changed.items()):
            connection.execute(update(notices).where(notices.c.id == row.id).values(**changed))
