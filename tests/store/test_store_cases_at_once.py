"""Many workers that open cases at once make one case of each message and lose no number."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from store_things import ACCOUNT, add_case, add_message, know_account

from fakes.bench import HandClock, outbox
from ig_worker.flows.casework.alarms import Alarms
from ig_worker.flows.casework.opening import Opening, Rules
from ig_worker.flows.each import Each
from ig_worker.store import cases
from ig_worker.store.database import Connection, Database, Row

MIDNIGHT = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""Where the centre is (WIB), the new year begins now."""

PEOPLE, MESSAGES, TOPICS = 6, 72, ("antrean", "obat")


def due(opened_at: datetime, _severity: str) -> list[tuple[str, datetime]]:
    return [("resolve", opened_at + timedelta(days=3))]


def opening(database: Database) -> Opening:
    clock = HandClock(MIDNIGHT)
    alarms = Alarms(ACCOUNT, database, outbox("complaint_team"), clock)
    return Opening(ACCOUNT, database, alarms, clock, Rules(ZoneInfo("Asia/Jakarta"), {}, due))


def open_all(url: str) -> None:
    """What a worker does, with connections of its own."""
    database = Database(url)
    each = Each()
    opening(database).run(each)
    each.end()
    database.close()


@pytest.fixture
def crowded(url: str) -> Iterator[str]:
    """A database with many people's complaints about two topics, first seen around midnight of the last of December."""
    database = Database(url)
    with database.writing() as connection:
        know_account(connection)
        for number in range(MESSAGES):
            person, topic = number % PEOPLE, TOPICS[number // PEOPLE % 2]
            # A person's first words on a topic are seen before midnight for half of the people.
            seen_at = MIDNIGHT + timedelta(seconds=number - 2 * PEOPLE + PEOPLE // 2)
            add_message(
                connection, f"c-{number}", author=f"warga{person}", author_id=f"10{person}", topic=topic,
                sent_at=seen_at, first_seen_at=seen_at, opens_case=True,
            )  # fmt: skip
    yield url
    database.close()


def hold_the_register_right(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        opened = cases.listed(connection)
        inside = {stored.number: cases.messages_of(connection, stored.id) for stored in opened}
    database.close()
    assert Counter(row.ig_id for rows in inside.values() for row in rows) == Counter(
        f"c-{number}" for number in range(MESSAGES)
    )
    assert Counter((stored.row.author, stored.row.topic) for stored in opened) == Counter(
        (f"warga{person}", topic) for person in range(PEOPLE) for topic in TOPICS
    )
    years = Counter(stored.number[:6] for stored in opened)
    assert set(years) == {"K-2026", "K-2027"}
    expected = [f"{year}-{count:04d}" for year, last in years.items() for count in range(1, last + 1)]
    assert sorted(stored.number for stored in opened) == sorted(expected)
    for stored in opened:
        assert all(
            (row.author, row.topic) == (stored.row.author, stored.row.topic) for row in inside[stored.number]
        )


def workers(kind: str) -> Executor:
    # A process that is forked would share this one's connections.
    spawn = multiprocessing.get_context("spawn")
    return ThreadPoolExecutor(20) if kind == "threads" else ProcessPoolExecutor(4, mp_context=spawn)


@pytest.mark.parametrize(
    ("kind", "count"), [("threads", 20), pytest.param("processes", 4, marks=pytest.mark.slow)]
)
def test_twenty_threads_and_four_processes_open_the_same_cases_once(
    crowded: str, kind: str, count: int
) -> None:
    with workers(kind) as crowd:
        list(crowd.map(open_all, [crowded] * count))
    hold_the_register_right(crowded)


def test_a_message_that_was_put_into_a_case_without_a_turn_is_no_crash_and_costs_no_number(
    crowded: str,
) -> None:
    """An older worker on the same PostgreSQL knows nothing of turns."""
    database = Database(crowded)

    class Hasty(Opening):
        def _open(self, connection: Connection, message: Row[Any], opened_at: datetime, year: int) -> None:
            cases.join(connection, 1, message.id)
            super()._open(connection, message, opened_at, year)

    clock = HandClock(MIDNIGHT)
    rules = Rules(ZoneInfo("Asia/Jakarta"), {}, due)
    with database.writing() as connection:
        add_case(connection)
    each = Each()
    Hasty(ACCOUNT, database, Alarms(ACCOUNT, database, outbox(), clock), clock, rules).run(each)
    each.end()
    with database.writing() as connection:
        assert [stored.number for stored in cases.listed(connection)] == ["K-2026-0001"]
        assert cases.next_number(connection, 2026) == "K-2026-0002"
    database.close()
