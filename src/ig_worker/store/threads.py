"""A message with what was said around it: its conversation, or the comments under the same first one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from ig_worker.domain.text import words_of
from ig_worker.store import answers
from ig_worker.store.messages import TRIED, in_thread, lines_of_people
from ig_worker.store.rows import one_of
from ig_worker.store.schema import messages, replies


def around(
    connection: Connection, message: Row[Any], before: int = 30, after: int = 20
) -> Sequence[Row[Any]]:
    """The message and what stands next to it in its thread, oldest first; also what was deleted since."""
    at, here = messages.c.sent_at, in_thread(message)
    earlier = or_(at < message.sent_at, (at == message.sent_at) & (messages.c.id <= message.id))
    query = select(messages).where(here, earlier).order_by(at.desc(), messages.c.id.desc()).limit(before + 1)
    up_to = connection.execute(query).all()
    query = select(messages).where(here, ~earlier).order_by(at, messages.c.id).limit(after)
    return [*up_to[::-1], *connection.execute(query).all()]


def worker_said(connection: Connection, message: Row[Any]) -> Sequence[Row[Any]]:
    """The worker's own words to the messages of this thread that are, or may be, on Instagram, the first first."""
    query = (
        select(replies)
        .join(messages, messages.c.id == replies.c.message_id)
        .where(in_thread(message), one_of(replies.c.status, TRIED))
    )
    return connection.execute(query.order_by(replies.c.id)).all()


def said_by_us(connection: Connection, message: Row[Any]) -> list[list[int]]:
    """What anybody of ours has said in the thread: the numbers of answers, of the worker's words, and of lines that
    were written on Instagram itself. An answer that is only read back there later adds nothing."""
    given = answers.in_thread(connection, message)
    ids, words = {each.ig_id for each in given}, {words_of(each.text) for each in given}
    by_hand = [
        line.id
        for line in lines_of_people(connection, message, None)
        if line.ig_id not in ids and words_of(line.text) not in words
    ]
    return [
        [each.id for each in given],
        [each.id for each in worker_said(connection, message)],
        by_hand,
    ]
