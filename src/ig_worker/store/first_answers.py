"""When the centre first answered a case on Instagram: a person's words, never the worker's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select

from ig_worker.domain.case import OPEN
from ig_worker.domain.reply import Status
from ig_worker.store import cases, centre_words
from ig_worker.store.cases import StoredCase
from ig_worker.store.centre_words import Said
from ig_worker.store.rows import one_of
from ig_worker.store.schema import answers, case_messages, replies
from ig_worker.store.schema import cases as register
from ig_worker.store.schema import messages as written

_said = written.alias()


def unnoticed(connection: Connection, account: str, closed_since: datetime) -> list[tuple[StoredCase, Said]]:
    """Cases that were answered and do not say so yet: open ones, and those that were closed since then.

    Asked in two steps, so that thousands of cases cost little: first who may have been answered, then when.
    """
    found = []
    for number in _perhaps(connection, account, closed_since):
        stored = cases.get(connection, number)
        assert stored is not None
        if said := centre_words.to_case(connection, cases.messages_of(connection, stored.id)):
            found.append((stored, said[0]))
    return found


def _perhaps(connection: Connection, account: str, closed_since: datetime) -> Sequence[str]:
    """Numbers of cases with words of ours in the thread that are not known to be the worker's."""
    asked = {"account": account, "closed_since": closed_since}
    return sorted({number for query in _queries() for number in connection.execute(query, asked).scalars()})


@cache  # asked twice in every pass, and putting it together costs more than the answer
def _queries() -> tuple[Select[str], ...]:
    of_case = (
        select(register.c.number)
        .join(case_messages, case_messages.c.case_id == register.c.id)
        .join(written, written.c.id == case_messages.c.message_id)
        .where(
            register.c.account == bindparam("account"),
            register.c.first_response_at.is_(None),
            or_(
                one_of(register.c.status, OPEN),
                register.c.closed_at >= bindparam("closed_since"),
            ),
        )
        .distinct()
    )
    by_the_worker = (
        select(replies.c.id)
        .where(replies.c.account == _said.c.account, replies.c.ig_id == _said.c.ig_id)
        .exists()
    )
    ours = and_(
        _said.c.account == written.c.account,
        _said.c.own,
        ~_said.c.deleted,
        _said.c.sent_at >= func.coalesce(written.c.turned_at, written.c.sent_at),
        ~by_the_worker,
    )
    root = case((written.c.parent_id != "", written.c.parent_id), else_=written.c.ig_id)
    in_conversation = and_(written.c.channel == "dm", _said.c.conversation_id == written.c.conversation_id)
    under_comment = and_(written.c.channel != "dm", _said.c.parent_id == root)
    handed_in = answers.c.status == Status.SENT.value
    return (
        of_case.join(_said, and_(ours, in_conversation)),
        of_case.join(_said, and_(ours, under_comment)),
        of_case.join(answers, answers.c.message_id == written.c.id).where(handed_in),
    )
