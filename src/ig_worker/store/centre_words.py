"""What people of the centre have said to whoever wrote: on Instagram itself or through ``inbox reply``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.domain.reply import Status
from ig_worker.domain.text import words_of
from ig_worker.store import messages as threads
from ig_worker.store.schema import answers
from ig_worker.store.schema import messages as written

_TO_SOMEBODY = re.compile(r"\s*@([\w.]+)")


@dataclass(frozen=True)
class Said:
    """What the centre said: aware time, the words, and who handed them in; nobody's name where staff used the app."""

    at: datetime
    text: str
    by: str = ""


def to_case(connection: Connection, messages: Sequence[Row[Any]]) -> list[Said]:
    """What people of the centre said after the first of these messages and in their threads, oldest first.

    The worker's own words are no answers, nor is what answers somebody else in the thread: through ``inbox reply``, or
    with that person's ``@name`` before it. What was said before an edit or a person made a complaint of a message
    does not answer it.
    """
    found: dict[str, Said] = {}
    to_others = set()
    names = {message.author.casefold() for message in messages if message.author}
    ours = {message.id for message in messages}
    for message in messages:
        for row in _handed_in(connection, message):
            # In a conversation there is only one to talk to.
            if row.message_id in ours or message.channel == "dm" or row.author.casefold() in names:
                found.setdefault(words_of(row.text), Said(row.sent_at, row.text, row.by))
            else:
                to_others.add(row.ig_id)
    for message in messages:
        for line in threads.lines_of_people(connection, message, _since(message)):
            named = _TO_SOMEBODY.match(line.text)
            for_them = not named or not names or named[1].rstrip(".").casefold() in names
            if for_them and line.ig_id not in to_others:
                found.setdefault(words_of(line.text), Said(line.sent_at, line.text))
    return sorted(found.values(), key=lambda said: said.at)


def _since(message: Row[Any]) -> datetime:
    return message.turned_at or message.sent_at  # type: ignore[no-any-return]


def _handed_in(connection: Connection, message: Row[Any]) -> Sequence[Row[Any]]:
    """What was said through ``inbox reply`` in the message's thread, with the ``author`` whom it answers."""
    query = (
        select(answers, written.c.author)
        .join(written, written.c.id == answers.c.message_id)
        .where(
            threads.in_thread(message),
            answers.c.status == Status.SENT.value,
            answers.c.sent_at >= _since(message),
        )
    )
    return connection.execute(query.order_by(answers.c.id)).all()
