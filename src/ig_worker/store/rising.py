"""The shelf of what people speak of far more than usual, and the messages that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from ig_worker.domain.rising import LEAST_HISTORY
from ig_worker.domain.rising_said import Found, Said
from ig_worker.domain.rising_words import example, example_worth, names_in, names_of
from ig_worker.store import journal
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import accounts, messages, nightly_runs, our_media, rising_topics

JOB = "rising"
"""The nightly job under which each look is noted."""

OPEN = rising_topics.c.ended_at.is_(None)

KEPT_IDS = 500
"""So many of the messages are noted; what rises with more of them needs no further proof."""

EXAMPLES = 3

_AT_A_TIME = 500
"""Rows that are in memory at one moment."""

_CLOCKS = timedelta(days=1)
"""Clocks are set, and Meta's is not ours."""

_SAID = [
    messages.c[name]
    for name in ("id", "sent_at", "text", "label", "topic", "author_id", "author", "media_id", "danger")
]


def history_since(connection: Connection, account: str, now: datetime, begin: datetime) -> datetime:
    """Since when the account's messages are known: its first reading, or the oldest of the backlog since `begin`."""
    polled = connection.execute(
        select(accounts.c.first_polled_at).where(accounts.c.name == account)
    ).scalar_one_or_none()
    oldest = connection.execute(
        select(func.min(messages.c.sent_at)).where(*_of_people(connection, account, begin, now))
    ).scalar_one_or_none()
    return min(moment for moment in (polled, oldest, now) if moment is not None)


def said(
    connection: Connection, account: str, begin: datetime, end: datetime, *, backlog: bool
) -> Iterator[Said]:
    """What the public wrote from `begin` to before `end`, oldest first, a few rows in memory at a time.

    Without what its authors took back; with `backlog` also what was there before the account was first read.
    """
    query = select(*_SAID).where(*_of_people(connection, account, begin, end))
    if not backlog:
        query = query.where(~messages.c.backlog)
    query = query.order_by(messages.c.sent_at, messages.c.id)
    for row in connection.execute(query.execution_options(yield_per=_AT_A_TIME)):
        yield Said(
            row.id,
            row.sent_at,
            row.text,
            row.label,
            row.topic,
            row.author_id or row.author,
            row.author,
            row.media_id,
            row.danger,
        )


def _of_people(connection: Connection, account: str, begin: datetime, end: datetime) -> tuple[Any, ...]:
    return (
        messages.c.id >= _first_number(connection, begin - _CLOCKS),
        messages.c.account == account,
        messages.c.sent_at >= begin,
        messages.c.sent_at < end,
        ~messages.c.own,
        ~messages.c.deleted,
    )


def _first_number(connection: Connection, since: datetime) -> int:
    """A number below which no message was seen since then: they are numbered as they come.

    So that a month is read, and not years; an index on the time alone would draw all other queries to it.
    """
    low, high = 1, (connection.execute(select(func.max(messages.c.id))).scalar_one_or_none() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        query = select(messages.c.id, messages.c.first_seen_at).where(messages.c.id >= middle)
        row = connection.execute(query.order_by(messages.c.id).limit(1)).one()
        if row.first_seen_at < since:
            low = row.id + 1
        else:
            high = middle
    return low


def known(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """What rises now, or has ended since then; the newest first."""
    query = select(rising_topics).where(
        rising_topics.c.account == account, OPEN | (rising_topics.c.ended_at > since)
    )
    return connection.execute(query.order_by(rising_topics.c.id.desc())).all()


def rising_now(connection: Connection, account: str | None = None) -> Sequence[Row[Any]]:
    """What rises, as it was last looked at: the most first."""
    query = select(rising_topics).where(OPEN)
    if account is not None:
        query = query.where(rising_topics.c.account == account)
    return connection.execute(query.order_by(rising_topics.c.count.desc(), rising_topics.c.id)).all()


def begin(connection: Connection, account: str, found: Found, now: datetime) -> int | None:
    """It begins to rise; returns its row's number, None where another worker has noted it."""
    values = {
        "account": account,
        "kind": found.kind.value,
        "term": found.term,
        "begun_at": now,
        "most": found.count,
        "most_usual": found.usual,
        **_measured(found, now),
    }
    number = insert_new(connection, rising_topics, values)
    if number is not None:
        what = f"{found.kind.value} {found.term}: {found.count} messages, usual {found.usual:g}"
        journal.note(connection, now, f"rising:{number}", f"begins ({what})")
    return number


def go_on(connection: Connection, row: Row[Any], found: Found, now: datetime) -> None:
    """It rises still, or again."""
    values = _measured(found, now)
    # It keeps the name under which people have heard of it; the other one is a word for it.
    others = (*found.also, *row.also, found.term)
    values["also"] = list(dict.fromkeys(word for word in others if word != row.term))[:KEPT_WORDS]
    if found.count > row.most:
        values |= {"most": found.count, "most_usual": found.usual}
    connection.execute(
        update(rising_topics).where(rising_topics.c.id == row.id).values(**values, ended_at=None)
    )


KEPT_WORDS = 5


def _measured(found: Found, now: datetime) -> dict[str, Any]:
    return {
        "last_seen_at": now,
        "count": found.count,
        "usual": found.usual,
        "people": found.people,
        "also": list(found.also),
        "message_ids": list(found.message_ids[-KEPT_IDS:]),
    }


def end(connection: Connection, row: Row[Any], at: datetime, now: datetime) -> None:
    """It rises no longer, since then."""
    changed = connection.execute(
        update(rising_topics).where(rising_topics.c.id == row.id, OPEN).values(ended_at=at)
    )
    if changed.rowcount == 1:
        journal.note(connection, now, f"rising:{row.id}", f"ends ({row.kind} {row.term})")


def mark_told(connection: Connection, number: int, at: datetime, now: datetime, what: str) -> bool:
    """People know of it since then; False where they did before."""
    changed = connection.execute(
        update(rising_topics)
        .where(rising_topics.c.id == number, rising_topics.c.told_at.is_(None))
        .values(told_at=at)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"rising:{number}", what)
    return True


def examples(connection: Connection, message_ids: Sequence[int], most: int = EXAMPLES) -> list[str]:
    """Up to so many of these messages, each another one, in one line and masked, without the names of their authors.

    Not those that were taken back, that are hidden or that show somebody's health or person; public ones first.
    """
    query = select(messages.c.id, messages.c.text, messages.c.author_id, messages.c.author).where(
        messages.c.id.in_(message_ids[-KEPT_IDS:]),
        ~messages.c.deleted,
        ~messages.c.hidden,
        messages.c.exposes == "",
        messages.c.text != "",
    )
    rows = connection.execute(query.order_by(messages.c.channel, messages.c.id.desc())).all()
    names = {name for row in rows for name in (*names_in(row.text), *names_of(row.author))}
    found: dict[str, str] = {}
    people: set[str] = set()
    for row in sorted(rows, key=lambda row: not example_worth(row.text)):
        person = row.author_id or row.author
        if person and person in people:
            continue
        people.add(person)
        found.setdefault(" ".join(row.text.lower().split()), example(row.text, names))
        if len(found) == most:
            break
    return list(found.values())


def of_month(connection: Connection, account: str, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """What rose between these moments, the most first: as it was at its height, with up to three masked examples.

    ``kind`` is "topic" or "word", ``term`` the topic's name (INTERFACE.md) or the word, ``count`` messages of the few
    days that ``[rising] days`` says, ``usual`` what is usual in as many days.
    """
    query = (
        select(rising_topics)
        .where(
            rising_topics.c.account == account,
            rising_topics.c.begun_at < end,
            rising_topics.c.last_seen_at >= begin,
        )
        .order_by(rising_topics.c.most.desc(), rising_topics.c.id)
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in connection.execute(query).all():
        # What rose twice is one line, as it was when it was most.
        if (row.kind, row.term) not in found:
            found[row.kind, row.term] = {
                "kind": row.kind,
                "term": row.term,
                "count": row.most,
                "usual": row.most_usual,
                "examples": examples(connection, row.message_ids),
            }
    return list(found.values())


def was_looked_for(connection: Connection, account: str, first: date, last: date) -> bool:
    """Whether anybody looked on one of those days (the centre's), and knew by then what is usual."""
    looks = select(func.max(nightly_runs.c.done_at)).where(
        nightly_runs.c.job == JOB,
        nightly_runs.c.account == account,
        nightly_runs.c.logical_date.between(first, last),
    )
    looked_at = connection.execute(looks).scalar()
    if looked_at is None:
        return False
    history = timedelta(days=LEAST_HISTORY)
    since = history_since(connection, account, looked_at, looked_at - 2 * history)
    return bool(looked_at - history >= since)


def permalink(connection: Connection, account: str, media_id: str) -> str:
    """Where that post of ours stands; empty where nobody knows."""
    query = select(our_media.c.permalink).where(our_media.c.account == account, our_media.c.ig_id == media_id)
    return connection.execute(query).scalar_one_or_none() or ""
