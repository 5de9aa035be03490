"""Which of many messages have had their answer: what ``messages.answered_by_us`` says of one, in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, and_, func, or_, select

from ig_worker.domain.reply import Purpose, Status
from ig_worker.domain.text import words_of
from ig_worker.store.messages import TRIED, opens_our_post, says_so_since
from ig_worker.store.rows import one_of
from ig_worker.store.schema import answers, messages, replies

AT_ONCE = 300
"""Values in one list of a statement; each list stands in it three times, and old SQLite takes 999."""


def answered_among(connection: Connection, account: str, message_ids: Sequence[int]) -> set[int]:
    """Those of the account's messages that somebody of the centre, or the worker out of ``[faq]``, has answered."""
    found: set[int] = set()
    for place in range(0, len(message_ids), AT_ONCE):
        found |= _answered(connection, account, message_ids[place : place + AT_ONCE])
    return found


def _answered(connection: Connection, account: str, message_ids: Collection[int]) -> set[int]:
    asked = connection.execute(select(messages).where(messages.c.id.in_(message_ids))).all()
    threads = {_thread(row) for row in asked} - {("dm", "")}
    there = _in(account, threads)
    own = _by_thread(connection, select(messages).where(there, messages.c.own, ~messages.c.deleted), threads)
    joined = (
        messages.c.channel,
        messages.c.conversation_id,
        messages.c.parent_id,
        messages.c.ig_id.label("said_to"),
    )
    said = _by_thread(
        connection,
        select(*joined, replies.c.ig_id, replies.c.text)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(there, one_of(replies.c.status, TRIED)),
        threads,
    )
    through_us = _by_thread(
        connection,
        select(*joined, answers.c.sent_at)
        .join(messages, messages.c.id == answers.c.message_id)
        .where(there, answers.c.status == Status.SENT.value),
        threads,
    )
    by_itself = (
        select(replies.c.message_id)
        .where(
            replies.c.message_id.in_(message_ids),
            replies.c.purpose == Purpose.ANSWER.value,
            replies.c.status == Status.SENT.value,
        )
        .join(messages, messages.c.id == replies.c.message_id)
    )
    not_before = replies.c.sent_at >= func.coalesce(messages.c.edited_at, messages.c.sent_at)
    found = set(connection.execute(by_itself.where(not_before)).scalars())
    for row in asked:
        since = says_so_since(row)
        thread = _thread(row)
        ids = {line.ig_id for line in said[thread]}
        words = {words_of(line.text) for line in said[thread]}
        by_hand = any(
            line.id != row.id
            and line.sent_at >= since
            and line.ig_id not in ids
            and words_of(line.text) not in words
            and not opens_our_post(connection, line)
            for line in own[thread]
        )
        if by_hand or any(line.sent_at and line.sent_at >= since for line in through_us[thread]):
            found.add(row.id)
    return found


Thread = tuple[str, str]
"""The conversation's id, or that of the comment with which it began."""


def _thread(message: Row[Any]) -> Thread:
    if message.channel == "dm":
        return "dm", message.conversation_id
    return "comment", message.parent_id or message.ig_id


def _in(account: str, threads: Collection[Thread]) -> ColumnElement[bool]:
    conversations = [name for kind, name in threads if kind == "dm"]
    roots = [name for kind, name in threads if kind != "dm"]

    def among(column: Column[Any], names: list[str]) -> ColumnElement[bool]:
        return and_(messages.c.account == account, column.in_(names))

    return or_(
        among(messages.c.conversation_id, conversations),
        among(messages.c.ig_id, roots),
        among(messages.c.parent_id, roots),
    )


def _by_thread(
    connection: Connection, query: Select[Any], threads: Collection[Thread]
) -> defaultdict[Thread, list[Row[Any]]]:
    """The rows by the threads in which their messages stand."""
    found: defaultdict[Thread, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        for thread in _threads_of(row):
            if thread in threads:
                found[thread].append(row)
    return found


def _threads_of(row: Row[Any]) -> Iterator[Thread]:
    own_id = row.said_to if "said_to" in row._mapping else row.ig_id
    yield "dm", row.conversation_id
    yield "comment", own_id
    if row.parent_id != own_id:
        yield "comment", row.parent_id
