"""What waits for one person, what went wrong, and what the day brings: only what their rights let them see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.approval import HOLDER, VERIFIER, missing_roles
from ig_worker.domain.people import is_named, same_person
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right, Role
from ig_worker.store import accounts, calendar, conversations, crises, rising, tokens, waiting
from ig_worker.store import at_hand as shelf
from ig_worker.store.database import Connection, Row

NAMED = 3
"""So many things of a pile are named; the list that it leads to has all."""

DEADLINES = 5
"""So many open cases are named, those that are due first."""

TOKEN_LEFT = timedelta(days=14)
"""A token, or the access to its account's data, that ends sooner is worth a word: it is refreshed long before."""

RISING = 5

UNSURE, FAILED, HELD = Status.UNCONFIRMED.value, Status.FAILED.value, Status.HELD.value


@dataclass(frozen=True)
class Person:
    """Who looks: full name and rights; who sees one unit's cases and messages only, with that unit and its topics."""

    name: str
    rights: Collection[Right]
    unit: str | None = None
    topics: Collection[str] | None = None

    def may(self, *rights: Right) -> bool:
        """Whether they have one of these rights."""
        return any(right in self.rights for right in rights)


@dataclass(frozen=True)
class Thing:
    """One of a pile: a post's, case's or crisis' number, or a name; a moment; what it is about."""

    number: str
    at: datetime | None = None
    about: str = ""


@dataclass(frozen=True)
class Pile:
    """So many things of one kind; the first few of them, and since when the oldest waits where that is known."""

    what: str
    count: int
    things: tuple[Thing, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True)
class AtHand:
    """The first page of one person. A block that is not theirs to see is None; one in which nothing is, is empty."""

    waits: Sequence[Pile]
    wrong: Sequence[Pile]
    keepers: Sequence[str]
    """Who looks after the program."""
    posts: Sequence[Row[Any]] | None
    cases: Sequence[Row[Any]] | None
    open_cases: int
    rising: Sequence[Row[Any]] | None


def at_hand(
    connection: Connection,
    person: Person,
    *,
    now: datetime,
    today: tuple[datetime, datetime],
    jobs: Sequence[Mapping[str, Any]],
    required: Sequence[str],
    names: Collection[str],
) -> AtHand:
    """Gather it. `today` goes from the first moment of the centre's day to that of the next; `jobs` are those of
    ``standing``, `required` the roles whose yes a post needs, `names` the accounts of the configuration."""
    opened = shelf.open_cases(connection, person.unit) if person.may(Right.READ_CASES) else None
    troubled = shelf.posts_in(connection, (UNSURE, FAILED, HELD)) if person.may(Right.SEE_PLAN) else []
    return AtHand(
        waits=[
            *_cases(connection, person, opened or [], now),
            *_to_settle(person, troubled),
            *_messages(connection, person),
            *_drafts(connection, person, required, now),
            *_upkeep(connection, person, names, now),
        ],
        wrong=list(_wrong(connection, person, names, jobs, troubled)),
        keepers=shelf.names_in_role(connection, Role.ADMIN.value),
        posts=calendar.planned_between(connection, *today) if person.may(Right.SEE_PLAN) else None,
        cases=None if opened is None else [row for row in opened if row.at is not None][:DEADLINES],
        open_cases=len(opened or []),
        rising=_rising(connection, person),
    )


def _cases(
    connection: Connection, person: Person, opened: Sequence[Row[Any]], now: datetime
) -> Iterator[Pile]:
    """Late ones for all who read cases, new ones and their own for those who work on them."""
    late = [row for row in opened if row.at is not None and row.at < now]
    yield from _pile("late_cases", (Thing(row.number, row.at, row.topic) for row in late))
    if not person.may(Right.WORK_CASES):
        return
    fresh = shelf.unread_cases(connection, person.unit)
    yield from _pile("new_cases", (Thing(row.number, row.at, row.topic) for row in fresh))
    mine = [row for row in opened if is_named(row.assigned_to) and same_person(row.assigned_to, person.name)]
    yield from _pile("my_cases", (Thing(row.number, row.at, row.topic) for row in mine))


def _to_settle(person: Person, troubled: Iterable[Row[Any]]) -> Iterator[Pile]:
    """Newest first: what failed a year ago is nobody's haste."""
    wanted = ((UNSURE, Right.SETTLE), (FAILED, Right.SETTLE), (HELD, Right.HOLD))
    rows = sorted(troubled, key=lambda row: row.scheduled_at, reverse=True)
    for status, right in wanted:
        if person.may(right, Right.SETTLE):
            yield from _pile(f"{status}_posts", (_post(row) for row in rows if row.status == status))


def _messages(connection: Connection, person: Person) -> Iterator[Pile]:
    if person.may(Right.ANSWER):
        count, since = waiting.standing(connection, person.topics)
        if count:
            yield Pile("messages", count, since=since)


def _drafts(connection: Connection, person: Person, required: Sequence[str], now: datetime) -> Iterator[Pile]:
    """Posts that want this person's yes, and their own that were sent back; those that go out soonest first."""
    if not person.may(Right.VERIFY, Right.AGREE, Right.MAKE):
        return
    drafts = sorted(
        shelf.posts_in(connection, (Status.DRAFT.value,)),
        key=lambda row: (row.scheduled_at < now, abs(row.scheduled_at - now)),
    )
    given = shelf.approvals_of_drafts(connection)

    def wants(row: Row[Any], role: str, named: str) -> bool:
        """Whether the role's yes is wanted, and it is this person or nobody who is named for it."""
        missing = missing_roles(given.get(row.id, ()), required, row.content_hash, row.made_by)
        theirs = not is_named(named) or same_person(named, person.name)
        return bool(row.content_hash) and not row.last_error and role in missing and theirs

    if person.may(Right.VERIFY):
        verify = (
            row
            for row in drafts
            if wants(row, VERIFIER, row.verified_by) and not same_person(row.made_by, person.name)
        )
        yield from _pile("to_verify", map(_post, verify))
    if person.may(Right.AGREE):
        yield from _pile("to_agree", (_post(row) for row in drafts if wants(row, HOLDER, row.responsible)))
    if person.may(Right.MAKE):
        back = (row for row in drafts if row.last_error and same_person(row.made_by, person.name))
        yield from _pile("sent_back", (Thing(str(row.id), row.scheduled_at, row.last_error) for row in back))


def _upkeep(connection: Connection, person: Person, names: Collection[str], now: datetime) -> Iterator[Pile]:
    """For who looks after the program: tokens that end soon, recipients that cannot be reached."""
    if not person.may(Right.TEST_CHANNELS):
        return
    known = [(row.name, tokens.about(connection, row.name)) for row in accounts.listed(connection, names)]
    ends = [
        (at, name)
        for name, token in known
        if token is not None and token.refused_at is None
        for at in (token.expires_at, token.data_access_expires_at)
        if at is not None and at < now + TOKEN_LEFT
    ]
    yield from _pile("tokens", (Thing(name, at) for at, name in sorted(ends)))
    yield from _pile("channels", (Thing(row.channel, row.at) for row in shelf.silent_channels(connection)))


def _wrong(
    connection: Connection,
    person: Person,
    names: Collection[str],
    lines: Iterable[Mapping[str, Any]],
    troubled: Iterable[Row[Any]],
) -> Iterator[Pile]:
    """What somebody should know of, whether it is theirs to mend or not."""
    if person.may(Right.SEE_PLAN, Right.SEE_SETTINGS):
        known = ((row.name, tokens.about(connection, row.name)) for row in accounts.listed(connection, names))
        stopped = (Thing(name, token.refused_at) for name, token in known if token and token.refused_at)
        yield from _pile("stopped", stopped)
    storms = crises.listed(connection, open_only=True)
    if person.may(Right.READ_CASES) and person.unit is None:
        about = (Thing(str(row.id), row.begun_at, row.kind) for row in storms)
        yield from _pile("crises", about)
    if person.may(Right.SEE_PLAN) and any(row.pauses for row in storms):
        yield Pile("paused", 1)
    if person.may(Right.SEE_PLAN) and not person.may(Right.SETTLE):
        yield from _pile("unconfirmed_posts", (_post(row) for row in troubled if row.status == UNSURE))
    if person.may(Right.SEE_SETTINGS):
        yield from _pile("failing_jobs", (Thing(line["name"]) for line in lines if line["last_error"]))
        yield from _pile("late_jobs", (Thing(line["name"]) for line in lines if line["late"]))
        if given_up := shelf.given_up(connection):
            yield Pile("given_up", given_up)
    if (
        person.may(Right.READ_INBOX)
        and person.unit is None
        and (lost := conversations.lost_messages(connection))
    ):
        yield Pile("lost", lost)


def _rising(connection: Connection, person: Person) -> list[Row[Any]] | None:
    """Topics and words; who sees one unit's messages only, its topics alone: a word may come from any."""
    if not person.may(Right.READ_INBOX):
        return None
    rose = rising.rising_now(connection)
    if person.topics is not None:
        rose = [row for row in rose if row.kind == "topic" and row.term in person.topics]
    return list(rose[:RISING])


def _post(row: Row[Any]) -> Thing:
    return Thing(str(row.id), row.scheduled_at, row.segment)


def _pile(what: str, things: Iterable[Thing]) -> Iterator[Pile]:
    """Nothing where there is none."""
    whole = list(things)
    if whole:
        yield Pile(what, len(whole), tuple(whole[:NAMED]))
