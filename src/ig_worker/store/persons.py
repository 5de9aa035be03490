"""Everything on the shelves that is about one person on Instagram."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from ig_worker.domain.case import OPEN
from ig_worker.domain.erasure import Erased, Person
from ig_worker.store.schema import accounts, case_messages, cases, conversations, messages

_OPEN = {status.value for status in OPEN}

_PAIRS = (
    (messages.c.author, messages.c.author_id, ~messages.c.own),
    (conversations.c.person, conversations.c.person_id, None),
    (cases.c.author, cases.c.author_id, None),
)
"""Where a name stands beside an id."""


@dataclass(frozen=True)
class About:
    """What is stored of a person. ``ours`` are the centre's own lines in their private conversations."""

    person: Person
    messages: Sequence[Row[Any]] = ()
    ours: Sequence[Row[Any]] = ()
    conversations: Sequence[Row[Any]] = ()
    cases: Sequence[Row[Any]] = ()
    """Cases that they opened, or that hold what they wrote."""
    own_cases: frozenset[int] = field(default_factory=frozenset)
    """Ids of those of the cases that nobody else has a part in."""
    becoming: frozenset[int] = field(default_factory=frozenset)
    """Ids of messages of which the worker has still to make a case."""

    def __bool__(self) -> bool:
        """Whether anything is left that tells of them."""
        named = any(row.author or row.author_id for row in (*self.messages, *self.cases))
        return named or bool(self.conversations)

    @property
    def open_cases(self) -> list[str]:
        """The numbers of complaints and suggestions under way; of those that are to become cases, the messages'."""
        numbers = [case.number for case in self.cases if case.status in _OPEN]
        return [*numbers, *(f"message {each}" for each in sorted(self.becoming))]


def met(connection: Connection) -> set[tuple[str, str]]:
    """Every name and id that stand beside each other somewhere."""
    found: set[tuple[str, str]] = set()
    for name, number, which in _PAIRS:
        query = select(name, number).distinct()
        found |= {
            (row[0], row[1]) for row in connection.execute(query if which is None else query.where(which))
        }
    return found - {("", "")}


def named(connection: Connection, name: str) -> Person:
    """The person of this name (as ``domain.erasure.username`` gives it), with all names of the same ids.

    Only the very name counts, never one like it. A name may have several ids: then it may be several people's.
    """
    pairs = met(connection)
    ids = {number for called, number in pairs if number and called.casefold() == name}
    names = {called for called, number in pairs if called.casefold() == name or (number and number in ids)}
    return Person(frozenset(names - {""}), frozenset(ids))


def with_ids(connection: Connection, numbers: Collection[str]) -> Person:
    """The person of these ids, with all names they had."""
    pairs = {(called, number) for called, number in met(connection) if number in numbers}
    return Person(
        frozenset(called for called, _ in pairs if called), frozenset(number for _, number in pairs)
    )


def erased_again(connection: Connection, erased: Erased) -> list[tuple[Person, datetime]]:
    """Those who were erased, and of whom something from before stands here again (a backup was put back, or an old
    message was not read until now), with the moment of their erasing."""
    found = []
    for name, number in sorted(met(connection)) if erased.until else ():
        if (until := erased.when(name, number)) is not None:
            person = Person(frozenset({name} - {""}), frozenset({number} - {""}))
            if about(connection, person, until):
                found.append((person, until))
    return found


def is_centre(connection: Connection, person: Person) -> bool:
    """Whether one of our own accounts is meant."""
    for row in connection.execute(select(accounts.c.username, accounts.c.ig_user_id)):
        if row.ig_user_id in person.ids or (
            row.username and row.username.casefold() in _folded(person.names)
        ):
            return True
    own = select(messages.c.author, messages.c.author_id).where(messages.c.own).distinct()
    return any(
        (row.author and row.author.casefold() in _folded(person.names))
        or (row.author_id and row.author_id in person.ids)
        for row in connection.execute(own)
    )


def about(connection: Connection, person: Person, until: datetime) -> About:
    """All that is stored of a person and was written until then."""
    theirs = connection.execute(
        select(messages)
        .where(
            ~messages.c.own, messages.c.sent_at <= until, _is(person, messages.c.author, messages.c.author_id)
        )
        .order_by(messages.c.id)
    ).all()
    talks = connection.execute(
        select(conversations).where(
            conversations.c.updated_at <= until,
            _is(person, conversations.c.person, conversations.c.person_id),
        )
    ).all()
    threads = {(row.account, row.ig_id) for row in talks}
    threads |= {(row.account, row.conversation_id) for row in theirs if row.conversation_id}
    ours: list[Row[Any]] = []
    for account, thread in sorted(threads):
        of_it = messages.c.account == account, messages.c.conversation_id == thread
        lines = select(messages).where(*of_it, messages.c.own, messages.c.sent_at <= until)
        ours += connection.execute(lines.order_by(messages.c.id)).all()
    ids = {row.id for row in theirs}
    joined = connection.execute(select(case_messages.c.case_id, case_messages.c.message_id)).all()
    holding = {row.case_id for row in joined if row.message_id in ids}
    opened = _is(person, cases.c.author, cases.c.author_id) & (cases.c.opened_at <= until)
    found = connection.execute(
        select(cases).where(or_(opened, cases.c.id.in_(holding))).order_by(cases.c.id)
    ).all()
    shared = {row.case_id for row in joined if row.message_id not in ids}
    alone = frozenset(case.id for case in found if case.id not in shared)
    in_cases = {row.message_id for row in joined}
    becoming = frozenset(
        row.id for row in theirs if row.opens_case and not row.backlog and row.id not in in_cases
    )
    return About(person, theirs, ours, talks, found, alone, becoming)


def about_now(connection: Connection, person: Person, now: datetime) -> About:
    """All that is stored of a person, also what a machine's clock that is behind has not come to yet."""
    return about(connection, person, max(now, newest(connection, person) or now))


def newest(connection: Connection, person: Person | None = None) -> datetime | None:
    """When this person, or anybody, last wrote, as far as that is stored: by Instagram's clock."""
    wrote, talked = select(func.max(messages.c.sent_at)), select(func.max(conversations.c.updated_at))
    if person is not None:
        wrote = wrote.where(~messages.c.own, _is(person, messages.c.author, messages.c.author_id))
        talked = talked.where(_is(person, conversations.c.person, conversations.c.person_id))
    found = [connection.execute(query).scalar_one() for query in (wrote, talked)]
    return max((moment for moment in found if moment is not None), default=None)


def _is(person: Person, name: ColumnElement[str], number: ColumnElement[str]) -> ColumnElement[bool]:
    """By the id; by the name only where no id stands beside it."""
    return or_(
        number.in_(sorted(person.ids - {""})), and_(number == "", name != "", name.in_(sorted(person.names)))
    )


def _folded(names: Collection[str]) -> set[str]:
    return {name.casefold() for name in names}
