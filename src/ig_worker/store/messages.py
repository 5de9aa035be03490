"""The shelf of comments and messages, each exactly once, with what they were judged to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy import false as sql_false

from ig_worker.domain.reply import Status
from ig_worker.domain.text import words_of
from ig_worker.store import first_comments, journal
from ig_worker.store.rows import asked, insert_new, one_of
from ig_worker.store.schema import answers, case_messages, cases, messages, posts, replies
from ig_worker.store.schema.people import OPENS_CASE, TO_THANK

# Asked for each message that Instagram shows: put together once, since that costs more than the answer.
_BY_IG_ID = select(messages).where(
    messages.c.account == bindparam("account"), messages.c.ig_id == bindparam("ig_id")
)
_KNOWN_IDS = select(messages.c.ig_id).where(
    messages.c.account == bindparam("account"), messages.c.ig_id.in_(bindparam("ig_ids", expanding=True))
)


def add(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Store a message; None when it stands there already."""
    return insert_new(connection, messages, values)


def by_ig_id(connection: Connection, account: str, ig_id: str) -> Row[Any] | None:
    """The message with Meta's id."""
    return connection.execute(_BY_IG_ID, {"account": account, "ig_id": ig_id}).one_or_none()


def get(connection: Connection, message_id: int) -> Row[Any] | None:
    """The message with our id."""
    return connection.execute(select(messages).where(messages.c.id == message_id)).one_or_none()


def hold(connection: Connection, message_id: int) -> Row[Any] | None:
    """The message with our id; until the transaction ends, nobody else gets it from here."""
    query = select(messages).where(messages.c.id == message_id).with_for_update()
    return connection.execute(query).one_or_none()


def hold_with_thread(connection: Connection, message_id: int) -> Row[Any] | None:
    """The same; and until the transaction ends, nobody else gets any message of its thread from here."""
    query = select(messages).where(messages.c.id == message_id)
    if (message := connection.execute(query).one_or_none()) is None:
        return None
    # Everybody waits at the first of the thread, whichever of it they want. By its id: that is the same on each look.
    first = connection.execute(select(func.min(messages.c.id)).where(in_thread(message))).scalar_one()
    connection.execute(select(messages.c.id).where(messages.c.id == first).with_for_update())
    return hold(connection, message_id)


def change(
    connection: Connection,
    message_id: int,
    now: datetime,
    what: str,
    *,
    who: str = journal.WORKER,
    **values: Any,
) -> None:
    """Change a message (edited, judged again) and say so in the journal."""
    connection.execute(update(messages).where(messages.c.id == message_id).values(**values))
    journal.note(connection, now, f"message:{message_id}", what, who=who)


def relabel(
    connection: Connection, message: Row[Any], now: datetime, what: str, *, by: str, **values: Any
) -> bool:
    """Keep a person's judgement of these very words; False where their author has changed them meanwhile."""
    changed = connection.execute(
        update(messages)
        .where(messages.c.id == message.id, messages.c.text == message.text)
        .values(label_by=by, **values)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"message:{message.id}", what, who=by)
    return True


def in_thread(message: Row[Any]) -> ColumnElement[bool]:
    """Messages of the same conversation, or the same comment and all the replies under it."""
    account = messages.c.account == message.account
    if message.channel == "dm":
        return and_(account, messages.c.conversation_id == message.conversation_id)
    root = message.parent_id or message.ig_id
    # The account on both sides: else SQLite looks through all that the account has.
    return or_(and_(account, messages.c.ig_id == root), and_(account, messages.c.parent_id == root))


def _thread_of(message: Row[Any]) -> Select[Any]:
    return select(messages).where(in_thread(message), ~messages.c.deleted)


def thread_before(connection: Connection, message: Row[Any], limit: int = 200) -> Sequence[Row[Any]]:
    """What was said in the message's thread before it, oldest first."""
    query = _thread_of(message).where(messages.c.sent_at <= message.sent_at, messages.c.id != message.id)
    found = connection.execute(
        query.order_by(messages.c.sent_at.desc(), messages.c.id.desc()).limit(limit)
    ).all()
    return found[::-1]


def same_person(message: Row[Any]) -> ColumnElement[bool]:
    """Whoever wrote this message, by id or by name: either may be withheld now and then; nobody where both are."""
    known = [
        column == value
        for column, value in (
            (messages.c.author_id, message.author_id),
            (messages.c.author, message.author),
        )
        if value
    ]
    return or_(sql_false(), *known)


def complains_here(connection: Connection, message: Row[Any], since: datetime) -> bool:
    """Whether the same person has something to be heard under the same post or in the same conversation."""
    query = select(messages.c.id).where(
        messages.c.account == message.account,
        messages.c.media_id == message.media_id,
        messages.c.conversation_id == message.conversation_id,
        ~messages.c.own if message.channel == "dm" else same_person(message),
        messages.c.opens_case | messages.c.danger | (messages.c.label == "keluhan"),
        messages.c.sent_at >= since,
    )
    return connection.execute(query.limit(1)).first() is not None


def known_ids(connection: Connection, account: str, ig_ids: Collection[str]) -> set[str]:
    """Which of these messages are stored."""
    return set(connection.execute(_KNOWN_IDS, {"account": account, "ig_ids": list(ig_ids)}).scalars())


def unknown_ids(connection: Connection, account: str, ig_ids: Collection[str]) -> set[str]:
    """Which of these messages are not stored yet."""
    return set(ig_ids) - known_ids(connection, account, ig_ids)


def dangers_in_mild_cases(connection: Connection, account: str) -> Sequence[tuple[Row[Any], int, str]]:
    """Words about a danger in a case that is not yet called grave, an edited complaint for example; with the case."""
    return [
        (row, row.case_id, row.case_number)
        for row in connection.execute(_dangers_in_mild_cases_query(), {"account": account})
    ]


@cache
def _dangers_in_mild_cases_query() -> Select[Any]:
    account = asked("account")
    query = (
        select(messages, cases.c.id.label("case_id"), cases.c.number.label("case_number"))
        .join(case_messages, case_messages.c.message_id == messages.c.id)
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(
            messages.c.account == account,
            messages.c.danger,
            cases.c.severity != "darurat",
            # A person who has called it milder knew what stood there then.
            or_(
                cases.c.severity_set_at.is_(None),
                func.coalesce(messages.c.edited_at, messages.c.first_seen_at) > cases.c.severity_set_at,
            ),
        )
    )
    return query.order_by(messages.c.id)


def alarms(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Words about a danger to somebody's life that belong to no case, first seen or edited since then."""
    return connection.execute(_alarms_query(), {"account": account, "since": since}).all()


@cache
def _alarms_query() -> Select[Any]:
    account = asked("account")
    since = asked("since")
    query = select(messages).where(
        messages.c.account == account,
        messages.c.danger,
        ~messages.c.opens_case,
        ~messages.c.own,
        ~messages.c.backlog,
        or_(messages.c.first_seen_at >= since, messages.c.edited_at >= since),
    )
    return query.order_by(messages.c.id)


def says_so_since(message: Row[Any]) -> datetime:
    """Since when it says what it says; what was answered to it before an edit is no answer to that."""
    return message.edited_at or message.sent_at  # type: ignore[no-any-return]


def answered_by_us(connection: Connection, message: Row[Any]) -> bool:
    """Whether this message, as it stands now, has had its answer.

    That is: somebody of the centre has written in the thread after it, or has answered through ``inbox reply``, or the
    worker has given it an answer out of ``[faq]``. Thanks, acknowledgements and emergency texts are no answers, nor is
    what the worker has answered to somebody else in the thread.
    """
    since = says_so_since(message)
    if spoken_by_a_person(connection, message, since):
        return True
    by_a_person = (
        select(answers.c.id)
        .join(messages, messages.c.id == answers.c.message_id)
        .where(in_thread(message), answers.c.status == Status.SENT.value, answers.c.sent_at >= since)
    )
    by_itself = select(replies.c.id).where(
        replies.c.message_id == message.id,
        replies.c.purpose == "answer",
        replies.c.status == Status.SENT.value,
        replies.c.sent_at >= since,
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in (by_a_person, by_itself))


def staff_spoke_here(connection: Connection, message: Row[Any], since: datetime) -> bool:
    """Whether a person of the centre talks here, so that the worker keeps silent.

    In a comment's thread that is anybody of the centre who wrote there at any time; in a conversation, since ``since``.
    Words that a person has handed to ``inbox reply`` count as soon as they are on their way.
    """
    handed_in = (
        select(answers.c.id)
        .join(messages, messages.c.id == answers.c.message_id)
        .where(in_thread(message), answers.c.status.in_([Status.PLANNED.value, *TRIED]))
    )
    if message.channel == "dm":
        handed_in = handed_in.where(answers.c.asked_at >= since)
    if connection.execute(handed_in.limit(1)).first() is not None:
        return True
    return spoken_by_a_person(connection, message, since if message.channel == "dm" else None)


TRIED = (Status.SENDING.value, Status.SENT.value, Status.UNCONFIRMED.value)
"""The states in which words of the worker may stand on Instagram."""


def spoken_by_a_person(connection: Connection, message: Row[Any], since: datetime | None) -> bool:
    """Whether a person of the centre has written in the thread on Instagram; since then, if a time is given.

    That is one of our own lines which is the worker's neither by Meta's id nor by its words. The words count because
    the worker may not have heard of the id yet: its answer was lost on the way.
    """
    return bool(lines_of_people(connection, message, since))


def lines_of_people(connection: Connection, message: Row[Any], since: datetime | None) -> list[Row[Any]]:
    """What people of the centre have written in the thread on Instagram since then (None: ever), oldest first."""
    query = _thread_of(message).where(messages.c.own, messages.c.id != message.id)
    if since is not None:
        query = query.where(messages.c.sent_at >= since)
    ours = connection.execute(query.order_by(messages.c.sent_at, messages.c.id)).all()
    if not ours:
        return []
    said = connection.execute(
        select(replies.c.ig_id, replies.c.text)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(in_thread(message), one_of(replies.c.status, TRIED))
    ).all()
    ids = {line.ig_id for line in said}
    words = {words_of(line.text) for line in said}
    return [
        line
        for line in ours
        if line.ig_id not in ids and words_of(line.text) not in words and not opens_our_post(connection, line)
    ]


def opens_our_post(connection: Connection, line: Row[Any]) -> bool:
    """Whether this is the first comment that the worker put under our own post."""
    if line.channel == "dm" or line.parent_id:
        return False
    return first_comments.is_ours(connection, line.account, line.media_id, line.ig_id, "", line.text)


def last_from(connection: Connection, account: str, conversation_id: str) -> datetime | None:
    """When the person of a conversation wrote last: the 24-hour window is counted from there."""
    query = select(func.max(messages.c.sent_at)).where(
        messages.c.account == account, messages.c.conversation_id == conversation_id, ~messages.c.own
    )
    return connection.execute(query).scalar()


def to_thank(connection: Connection, account: str, since: datetime | None = None) -> Sequence[Row[Any]]:
    """Praise that may be thanked and for which no reply was planned yet; of what was written since then."""
    if since is None:
        return connection.execute(_to_thank_query(), {"account": account}).all()
    return connection.execute(_to_thank_query(lately=True), {"account": account, "since": since}).all()


@cache
def _to_thank_query(*, lately: bool = False) -> Select[Any]:
    query = unanswered().where(TO_THANK)
    return query.where(messages.c.sent_at >= asked("since")) if lately else query


def unanswered() -> Select[Any]:
    """What people wrote to the ``account`` that it is asked with, that stands there still and has no reply of the
    worker, oldest first."""
    planned = select(replies.c.id).where(replies.c.message_id == messages.c.id).exists()
    return (
        select(messages)
        .where(
            messages.c.account == asked("account"),
            ~messages.c.own,
            ~messages.c.backlog,
            ~messages.c.deleted,
            ~messages.c.hidden,
            ~planned,
        )
        .order_by(messages.c.sent_at, messages.c.id)
    )


def for_cases(connection: Connection, account: str) -> Sequence[Row[Any]]:
    """Complaints and suggestions that belong to no case yet."""
    return connection.execute(_for_cases_query(), {"account": account}).all()


@cache
def _for_cases_query() -> Select[Any]:
    account = asked("account")
    in_case = select(case_messages.c.message_id)
    query = select(messages).where(messages.c.account == account, OPENS_CASE, messages.c.id.not_in(in_case))
    return query.order_by(messages.c.sent_at, messages.c.id)


def with_outcome() -> Select[Any]:
    """People's messages (not our own) with the worker's reply (``reply_…``) and their case (``case_number``)."""
    return (
        select(
            messages,
            replies.c.status.label("reply_status"),
            replies.c.purpose.label("reply_purpose"),
            replies.c.text.label("reply_text"),
            replies.c.ig_id.label("reply_ig_id"),
            replies.c.sent_at.label("reply_sent_at"),
            replies.c.due_at.label("reply_due_at"),
            replies.c.last_error.label("reply_error"),
            cases.c.number.label("case_number"),
            cases.c.status.label("case_status"),
        )
        .outerjoin(replies, replies.c.message_id == messages.c.id)
        .outerjoin(case_messages, case_messages.c.message_id == messages.c.id)
        .outerjoin(cases, cases.c.id == case_messages.c.case_id)
        .where(~messages.c.own)
    )


def listed(
    connection: Connection, *, label: str | None = None, limit: int | None = None
) -> Sequence[Row[Any]]:
    """People's messages (not our own) with their reply and case, oldest first."""
    query = with_outcome().order_by(messages.c.sent_at, messages.c.id).limit(limit)
    if label is not None:
        query = query.where(messages.c.label == label)
    return connection.execute(query).all()


def seen_between(connection: Connection, account: str, begin: datetime, end: datetime) -> Sequence[Row[Any]]:
    """People's messages that were first seen then, `end` not included, as ``listed`` gives them."""
    query = with_outcome().where(
        messages.c.account == account, messages.c.first_seen_at >= begin, messages.c.first_seen_at < end
    )
    return connection.execute(query.order_by(messages.c.sent_at, messages.c.id)).all()


def counts(connection: Connection) -> dict[str, int]:
    """How many messages of people have each label."""
    return dict(connection.execute(_counts_query()).all())


@cache
def _counts_query() -> Select[Any]:
    return select(messages.c.label, func.count()).where(~messages.c.own).group_by(messages.c.label)


def segment_of(connection: Connection, message: Row[Any]) -> str:
    """The segment of the planned post under which a comment stands; empty where there is none."""
    if not message.media_id:
        return ""
    query = select(posts.c.segment).where(
        posts.c.account == message.account, posts.c.ig_media_id == message.media_id
    )
    return connection.execute(query).scalar() or ""
