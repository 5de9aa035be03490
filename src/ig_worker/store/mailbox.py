"""People's messages as they are looked at: a list of those that somebody wants to see, or one by its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from ig_worker.store.messages import answered_by_us, with_outcome
from ig_worker.store.schema import cases, messages
from ig_worker.store.schema.people import FOR_A_PERSON
from ig_worker.store.waiting import unanswered

LARGEST_ID = 2**31 - 1
"""Our own numbers are no larger; Meta's ids are."""


@dataclass(frozen=True)
class Wanted:
    """Which messages: all of them, as far as nothing is said."""

    account: str | None = None
    label: str | None = None
    topic: str | None = None
    case: str | None = None
    since: datetime | None = None
    """Written then or later."""
    waiting: bool = False
    """Only what waits for a person."""
    exposing: bool = False
    """Only what shows everybody somebody's health or person."""


def listed(connection: Connection, wanted: Wanted, limit: int | None = None) -> Sequence[Row[Any]]:
    """Messages with what became of them (``messages.with_outcome``), oldest first."""
    query = with_outcome().order_by(messages.c.sent_at, messages.c.id)
    for column, value in (
        (messages.c.account, wanted.account),
        (messages.c.label, wanted.label),
        (messages.c.topic, wanted.topic),
        (cases.c.number, wanted.case),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(messages.c.sent_at >= wanted.since)
    if wanted.exposing:
        query = query.where(messages.c.exposes != "", ~messages.c.deleted, ~messages.c.hidden)
    if not wanted.waiting:
        return connection.execute(query.limit(limit)).all()
    # The list of what waits is brought up to date by a job; who looks between two passes shall see no answered one.
    perhaps = unanswered(connection)
    waiting = (
        row
        for row in connection.execute(query.where(FOR_A_PERSON)).all()
        if row.id in perhaps and not (perhaps[row.id] and answered_by_us(connection, row))
    )
    return list(islice(waiting, limit))


def found(connection: Connection, said: str) -> Sequence[Row[Any]]:
    """The message of the public with our number or with Meta's id; two where two accounts have the same one."""
    if said.isascii() and said.isdigit() and int(said) <= LARGEST_ID:
        ours = connection.execute(with_outcome().where(messages.c.id == int(said))).all()
        if ours:
            return ours
    return connection.execute(with_outcome().where(messages.c.ig_id == said)).all()
