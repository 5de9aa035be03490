"""Which messages the worker may answer by itself, each shelf in its own way, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from ig_worker.domain.case import OPEN
from ig_worker.domain.reply import Purpose
from ig_worker.store.messages import same_person, unanswered
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import case_messages, cases, messages, notices, replies
from ig_worker.store.schema.people import IN_DANGER, QUESTIONS


def questions(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Questions of which the classifier is sure; one that a person has judged is that person's to answer."""
    return connection.execute(_questions_query(), {"account": account, "since": since}).all()


@cache
def _questions_query() -> Select[Any]:
    sure = and_(
        QUESTIONS,
        messages.c.label_by == "",
        ~messages.c.needs_review,
        ~messages.c.opens_case,
        ~messages.c.danger,
    )
    return unanswered().where(sure, messages.c.sent_at >= asked("since"))


def in_danger(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Words about a danger to somebody's life at which no person has looked yet."""
    return connection.execute(_in_danger_query(), {"account": account, "since": since}).all()


@cache
def _in_danger_query() -> Select[Any]:
    unseen = and_(IN_DANGER, messages.c.label_by == "")
    return unanswered().where(unseen, messages.c.sent_at >= asked("since"))


_inside, _said = case_messages.alias(), replies.alias()
"""The same tables once more, for what is asked about a case within a question about its messages."""


def numbered(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """The first message of each open case whose team has its notice and whose author was told nothing yet.

    Nothing about a danger: there is more to be said than a number.
    """
    # Asked in two steps, since SQLite would else walk through all messages: mostly there are none.
    ids = connection.execute(_first_of_cases_query(), {"account": account, "since": since}).scalars().all()
    if not ids:
        return []
    query = unanswered().where(messages.c.id.in_(ids), messages.c.sent_at >= since, ~messages.c.danger)
    return connection.execute(query, {"account": account}).all()


@cache
def _first_of_cases_query() -> Select[Any]:
    told = (
        select(_said.c.id)
        .join(_inside, _inside.c.message_id == _said.c.message_id)
        .where(_inside.c.case_id == cases.c.id, _said.c.purpose == Purpose.ACKNOWLEDGEMENT.value)
        .exists()
    )
    return (
        select(func.min(case_messages.c.message_id))
        .join(cases, cases.c.id == case_messages.c.case_id)
        .where(
            cases.c.account == asked("account"),
            one_of(cases.c.status, OPEN),
            cases.c.severity != "darurat",
            cases.c.notices_written,
            cases.c.opened_at >= asked("since"),
            ~told,
        )
        .group_by(cases.c.id)
    )


def case_of(connection: Connection, message: Row[Any]) -> Row[Any] | None:
    """The case a message belongs to: ``number``, ``label``, ``severity``, ``open``, and ``passed_on``.

    It was passed on where a notice about it lies in somebody's outbox, or has reached somebody.
    """
    passed_on = (
        select(notices.c.id).where(notices.c.case_id == cases.c.id, notices.c.status != "failed").exists()
    )
    query = (
        select(
            cases.c.number,
            cases.c.label,
            cases.c.severity,
            one_of(cases.c.status, OPEN).label("open"),
            passed_on.label("passed_on"),
        )
        .join(case_messages, case_messages.c.case_id == cases.c.id)
        .where(case_messages.c.message_id == message.id)
    )
    return connection.execute(query).one_or_none()


def half_said(connection: Connection, message: Row[Any], around: timedelta) -> bool:
    """Whether something that the same person wrote here about the same time, or later, still waits to be judged.

    People part what they say into several messages, and a praise may be the kind half of a complaint.
    """
    query = select(messages.c.id).where(
        *_by_the_same_here(message),
        messages.c.needs_review,
        ~messages.c.deleted,
        messages.c.sent_at >= message.sent_at - around,
        messages.c.id != message.id,
    )
    return connection.execute(query.limit(1)).first() is not None


def danger_here(connection: Connection, message: Row[Any], since: datetime) -> bool:
    """Whether the same person has told of a danger to somebody's life in the same place."""
    query = select(messages.c.id).where(
        *_by_the_same_here(message), messages.c.danger, messages.c.sent_at >= since
    )
    return connection.execute(query.limit(1)).first() is not None


def _by_the_same_here(message: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    """What the same person wrote under the same post; in a conversation, whatever is not ours."""
    return (
        messages.c.account == message.account,
        messages.c.media_id == message.media_id,
        messages.c.conversation_id == message.conversation_id,
        ~messages.c.own if message.channel == "dm" else same_person(message),
    )
