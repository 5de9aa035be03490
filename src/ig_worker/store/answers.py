"""The shelf of answers: what people of the centre say through ``inbox reply``, saved by compare-and-swap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ig_worker.domain.reply import ACTIVE, Reply, Status
from ig_worker.store import journal, replies
from ig_worker.store.messages import in_thread as of_thread
from ig_worker.store.our_words import columns_of, reply_of
from ig_worker.store.replies import StoredReply
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import answers, messages

STILL_MEANT = (Status.PLANNED, Status.SENDING, Status.SENT, Status.UNCONFIRMED)
"""The states of an answer that is, may be or will be on Instagram."""


@dataclass(frozen=True)
class StoredAnswer(StoredReply):
    """An answer as it lies on the shelf, with the message it answers and who gives it."""

    by: str = ""


def add(
    connection: Connection,
    message: Row[Any],
    reply: Reply,
    text: str,
    now: datetime,
    *,
    by: str,
    human_agent: bool,
    form: str | None = None,
) -> StoredAnswer:
    """Put an answer on the shelf; a message may have several, a `form` of the board gives one."""
    values = {
        "message_id": message.id,
        "account": message.account,
        "text": text,
        "by": by,
        "human_agent": human_agent,
        "form": form,
        "asked_at": reply.asked_at,
        **columns_of(reply),
    }
    key = connection.execute(insert(answers).values(**values)).inserted_primary_key
    assert key is not None
    journal.note(connection, now, f"message:{message.id}", f"answer: {text}", who=by)
    return StoredAnswer(int(key[0]), 0, reply, text, message, human_agent=human_agent, by=by)


def get(connection: Connection, answer_id: int) -> StoredAnswer | None:
    """The answer with our id."""
    row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
    return None if row is None else _stored(connection, row)


def active(connection: Connection, account: str) -> list[StoredAnswer]:
    """The answers of an account for which the worker has something to do, oldest first."""
    rows = connection.execute(_active_query(), {"account": account}).all()
    return [_stored(connection, row) for row in rows]


@cache
def _active_query() -> Select[Any]:
    query = select(answers).where(answers.c.account == asked("account"), one_of(answers.c.status, ACTIVE))
    return query.order_by(answers.c.due_at, answers.c.id)


def save(connection: Connection, stored: StoredReply, reply: Reply, now: datetime, what: str) -> bool:
    """Save the new state if nobody was faster; says whether it was saved."""
    changed = connection.execute(
        update(answers)
        .where(answers.c.id == stored.id, answers.c.version == stored.version)
        .values(**columns_of(reply), human_agent=stored.human_agent, version=stored.version + 1)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"message:{stored.message.id}", what.replace("reply", "answer", 1))
    return True


def taken(connection: Connection, stored: StoredReply, found: Collection[str]) -> set[str]:
    """Which of these words of ours on Instagram are known to be others than `stored`: what stood there before it.

    Staff say the same thing to many, "Baik, Kak, terima kasih" for example, in one thread even.
    """
    before = select(messages.c.ig_id).where(
        messages.c.account == stored.message.account,
        messages.c.ig_id.in_(found),
        messages.c.first_seen_at < stored.reply.asked_at,
    )
    return replies.taken(connection, stored, found) | set(connection.execute(before).scalars())


def to_message(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """What people have answered to a message, the first first."""
    query = select(answers).where(answers.c.message_id == message_id)
    return connection.execute(query.order_by(answers.c.id)).all()


def by_message(connection: Connection) -> Mapping[int, Sequence[Row[Any]]]:
    """Every answer of people, by the message's id."""
    return _by_message(connection.execute(select(answers).order_by(answers.c.id)))


def among(connection: Connection, message_ids: Collection[int]) -> Mapping[int, Sequence[Row[Any]]]:
    """What people have answered to these messages, by the message's id, the first first."""
    query = select(answers).where(answers.c.message_id.in_(message_ids)).order_by(answers.c.id)
    return _by_message(connection.execute(query))


def in_thread(connection: Connection, message: Row[Any]) -> Sequence[Row[Any]]:
    """What people have answered to this message and to the others of its thread, the first first."""
    query = (
        select(answers)
        .join(messages, messages.c.id == answers.c.message_id)
        .where(of_thread(message))
        .order_by(answers.c.id)
    )
    return connection.execute(query).all()


def of_form(connection: Connection, form: str) -> StoredAnswer | None:
    """The answer that this form of the board gave."""
    row = connection.execute(select(answers).where(answers.c.form == form)).one_or_none()
    return None if row is None else _stored(connection, row)


def someone_spoke(connection: Connection, stored: StoredReply) -> bool:
    """Whether the centre has said something else in the thread since this answer was wanted."""
    message = stored.message
    if message.channel == "dm":
        here = messages.c.conversation_id == message.conversation_id
    else:
        here = messages.c.parent_id == (message.parent_id or message.ig_id)
    query = select(messages.c.ig_id).where(
        messages.c.account == message.account, here, messages.c.own, ~messages.c.deleted,
        messages.c.first_seen_at >= stored.reply.asked_at, messages.c.sent_at >= message.sent_at,
    )  # fmt: skip
    ours = set(connection.execute(query).scalars())
    return bool(ours - replies.taken(connection, stored, ours))


def _by_message(rows: Iterable[Row[Any]]) -> Mapping[int, Sequence[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(row)
    return found


def _stored(connection: Connection, row: Row[Any]) -> StoredAnswer:
    message = connection.execute(select(messages).where(messages.c.id == row.message_id)).one()
    return StoredAnswer(
        row.id, row.version, reply_of(row), row.text, message, human_agent=row.human_agent, by=row.by
    )
