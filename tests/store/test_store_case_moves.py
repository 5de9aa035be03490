"""A person's move and the worker's at the same moment both count, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from ig_worker.domain import crisis
from ig_worker.domain.case import Event, Status, apply
from ig_worker.flows.casework import moves
from ig_worker.flows.casework.assigning import Assigning
from ig_worker.flows.crisis import CrisisWatch, Rules
from ig_worker.flows.outbox import Outbox, Recipient
from ig_worker.store import cases, crises, journal, messages
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Database

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
BY = moves.Mover("Bu Ani", NOW)
LETTERS = Assigning(Outbox({}), UTC)


class Standing:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


def open_case(database: Database, number: str = "K-2026-0001") -> None:
    values = {
        "number": number, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "",
        "severity": "biasa", "channel": "comment", "author": "warga", "opened_at": NOW, "notices_written": True,
    }  # fmt: skip
    with database.writing() as connection:
        cases.open_case(connection, values, [("acknowledge", NOW), ("resolve", NOW)], NOW)


def the_case(connection: Connection, number: str = "K-2026-0001") -> StoredCase:
    found = cases.get(connection, number)
    assert found is not None
    return found


def history(database: Database) -> list[str]:
    with database.reading() as connection:
        return [entry.what for entry in journal.of(connection, "case:K-2026-0001")][1:]


def test_who_looked_before_the_worker_saved_looks_again(database: Database) -> None:
    open_case(database)
    with database.reading() as connection:
        old = the_case(connection)
    with database.writing() as connection:
        assert cases.save(connection, old, apply(old.case, Event.TOLD, NOW), NOW, "the team was told")
    looks = [old]

    def acknowledge(connection: Connection) -> moves.Done:
        return moves.acknowledge(connection, looks.pop() if looks else the_case(connection), BY)

    assert moves.patiently(database, acknowledge).status is Status.ACKNOWLEDGED
    with database.reading() as connection:
        case = the_case(connection)
    assert (case.case.told_at, case.row.acknowledged_by) == (NOW, "Bu Ani")
    assert history(database) == ["the team was told", "acknowledged"]


def test_who_is_never_first_is_told_to_try_again(database: Database) -> None:
    open_case(database)
    with database.reading() as connection:
        old = replace(the_case(connection), version=99)
    with pytest.raises(moves.NotPossible, match="changed by someone else all the time"):
        moves.patiently(database, lambda connection: moves.start(connection, old, BY))
    assert history(database) == []


def test_many_hands_at_once_lose_no_move(database: Database) -> None:
    open_case(database)
    told: list[Callable[[Connection], moves.Done]] = [
        lambda connection: moves.acknowledge(connection, the_case(connection), BY),
        lambda connection: moves.start(connection, the_case(connection), BY),
        *(
            (lambda connection, line=line: moves.note(connection, the_case(connection), BY, line, "follow_up"))
            for line in ("satu", "dua", "tiga", "empat")
        ),
        lambda connection: moves.assign(
            connection, the_case(connection), BY, moves.Orders(to="Pak Budi"), LETTERS
        ),
    ]  # fmt: skip

    def patiently(move: Callable[[Connection], moves.Done]) -> moves.Done:
        while True:
            try:
                return moves.patiently(database, move)
            except moves.NotPossible:
                continue

    with ThreadPoolExecutor(len(told)) as pool:
        assert len(list(pool.map(patiently, told))) == len(told)
    with database.reading() as connection:
        row = the_case(connection).row
    assert (row.status, row.assigned_to) == ("in_progress", "Pak Budi")
    assert sorted(row.follow_up.splitlines()) == ["dua", "empat", "satu", "tiga"]
    assert sum(line.startswith("follow-up: ") for line in history(database)) == 4


def test_taps_at_the_same_moment_write_one_note(database: Database) -> None:
    open_case(database)
    together = Barrier(4)

    def tap(line: str) -> bool:
        together.wait()
        return moves.patiently(
            database, lambda connection: moves.note(connection, the_case(connection), BY, line)
        ).changed

    texts = ["satu", "dua", "tiga", "empat"]
    with ThreadPoolExecutor(4) as pool:
        for text in texts:
            assert sorted(pool.map(tap, [text] * 4)) == [False, False, False, True]
    assert history(database) == [f"note: {text}" for text in texts]


def test_two_cases_merged_into_each_other_at_once_leave_one_open(database: Database) -> None:
    numbers = ["K-2026-0001", "K-2026-0002"]
    for number in numbers:
        open_case(database, number)

    def merge(pair: list[str]) -> str:
        def move(connection: Connection) -> moves.Done:
            one, other = (the_case(connection, number) for number in pair)
            return moves.merge(connection, one, other, BY, LETTERS)

        try:
            moves.patiently(database, move)
        except moves.NotPossible:
            return "refused"
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(merge, [numbers, numbers[::-1]])) == ["merged", "refused"]
    with database.reading() as connection:
        states = sorted(the_case(connection, number).case.status for number in numbers)
    assert states == [Status.MERGED, Status.NEW]


def test_two_workers_that_see_the_same_storm_make_one_alarm(database: Database) -> None:
    letters = Outbox({"complaint_team": [Recipient("t", "tim@example.org")]})
    values: dict[str, Any] = {
        "account": "polowijen", "channel": "comment", "media_id": "p", "text": "Antre lama", "attachments": [],
        "sent_at": NOW - timedelta(minutes=1), "first_seen_at": NOW, "label": "keluhan", "topic": "antrean",
        "opens_case": True, "reasons": [],
    }  # fmt: skip
    with database.writing() as connection:
        for number in range(9):
            messages.add(connection, {**values, "ig_id": str(number), "author": f"warga{number}"})
    watches = [
        CrisisWatch("polowijen", database, letters, Standing(), Rules(UTC, crisis.Rules())) for _ in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda watch: watch.run(), watches))
    with database.reading() as connection:
        (one,) = crises.listed(connection)
        assert len(one.message_ids) == 9
        assert connection.exec_driver_sql("SELECT count(*) FROM notices").scalar() == 1
