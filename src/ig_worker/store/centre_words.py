"""What people of the centre have said to whoever wrote: on Instagram itself or through ``inbox reply``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.domain.reply import Status
from ig_worker.domain.text import words_of
from ig_worker.store import messages as threads
from ig_worker.store.schema import answers

_TO_SOMEBODY = re.compile(r"\s*@([\w.]+)")


@dataclass(frozen=True)
class Said:
    """What the centre said: aware time, the words, and who handed them in; nobody's name where staff used the app."""

    at: datetime
    text: str
    by: str = ""


def to_case(connection: Connection, messages: Sequence[Row[Any]]) -> list[Said]:
    """What people of the centre said after the first of these messages and in their threads, oldest first.

    The worker's own words are no answers; words that begin with somebody else's ``@name`` are for that person.
    """
    found: dict[str, Said] = {}
    for message in messages:
        for said in _handed_in(connection, message):
            found.setdefault(words_of(said.text), said)
    names = {message.author for message in messages if message.author}
    for message in messages:
        for line in threads.lines_of_people(connection, message, message.sent_at):
            named = _TO_SOMEBODY.match(line.text)
            if not named or not names or named[1].rstrip(".") in names:
                found.setdefault(words_of(line.text), Said(line.sent_at, line.text))
    return sorted(found.values(), key=lambda said: said.at)


def _handed_in(connection: Connection, message: Row[Any]) -> Iterator[Said]:
    query = select(answers).where(
        answers.c.message_id == message.id,
        answers.c.status == Status.SENT.value,
        answers.c.sent_at >= message.sent_at,
    )
    for row in connection.execute(query.order_by(answers.c.id)):
        yield Said(row.sent_at, row.text, row.by)
