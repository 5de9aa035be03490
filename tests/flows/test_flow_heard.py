"""What people wrote and how the centre answered in each month of a generated year, computed a second time."""

from __future__ import annotations

import math
import re
import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes import postgresql
from fakes.bench import HandClock
from fakes.generated_year import ACCOUNT, NOW, TARGETS, ZONE, fill
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.bookkeeping.book import Bookkeeper, Rules
from ig_worker.flows.evaluating import evaluator
from ig_worker.flows.evaluating.heard import heard
from ig_worker.store.database import Database
from ig_worker.store.schema import metadata
from rules.evaluation_documents import invented

HOURS = {
    **dict.fromkeys(range(4), (time(7, 30), time(14))),
    4: (time(7, 30), time(11)),
    5: (time(7, 30), time(12)),
}
HOLIDAY = date(2026, 8, 17)
CALENDAR = WorkingCalendar(HOURS, frozenset({HOLIDAY}), ZONE)
MONTHS = [Month(2025, 11), Month(2025, 12), *(Month(2026, number) for number in (3, 7, 8, 10))]
AHEAD = timedelta(hours=7)

Part = dict[str, Any]
SIZE = {"posts": 60, "messages": 3_000, "cases": 250}


class Press:
    """Sets nothing: the register's sums are wanted, not its paper."""

    def register(self, book: object, out: Path) -> None:
        raise AssertionError((book, out))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("year") / "ig-worker.db"
    database = Database(f"sqlite:///{file}")
    metadata.create_all(database.engine)
    fill(database, **SIZE)
    database.close()
    return file


@pytest.fixture(scope="module")
def database(file: Path) -> Iterator[Database]:
    """The file, or the same year where the run wants it."""
    with postgresql.fresh_database(file) as opened:
        if opened.sqlite_file is None:
            fill(opened, **SIZE)
        yield opened


@pytest.fixture(scope="module")
def raw(file: Path) -> Iterator[sqlite3.Connection]:
    """The file as SQLite's own module reads it: times are texts in UTC."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture(params=MONTHS, ids=str)
def month(request: pytest.FixtureRequest) -> Month:
    found: Month = request.param
    return found


@pytest.fixture
def found(database: Database, month: Month) -> dict[str, Part]:
    with database.reading() as connection:
        return heard(connection, ACCOUNT, month, ZONE, CALENDAR, NOW)


def in_jakarta(text: str) -> datetime:
    return datetime.fromisoformat(text) + AHEAD


def of_month(raw: sqlite3.Connection, month: Month, query: str, place: int) -> list[tuple[Any, ...]]:
    """The rows whose time (in that place) is in the month, by Jakarta's calendar."""
    return [row for row in raw.execute(query) if f"{in_jakarta(row[place]):%Y-%m}" == str(month)]


def test_messages_are_those_of_the_rows(
    found: dict[str, Part], raw: sqlite3.Connection, month: Month
) -> None:
    query = (
        "SELECT m.label, m.topic, m.channel, m.sent_at, m.ig_id, r.status, m.backlog FROM messages m"
        " LEFT JOIN replies r ON r.message_id = m.id WHERE NOT m.own"
    )
    rows = of_month(raw, month, query, 3)
    written = [row for row in rows if not row[6]]
    before = [row for row in of_month(raw, month.previous, query, 3) if not row[6]]
    made = found["messages"]
    assert made["total"] == len(written)
    assert made["older"] == len(rows) - len(written)
    assert made["comments"] == sum(row[2] == "comment" for row in written)
    for part, place in (("by_label", 0), ("by_topic", 1)):
        assert Counter({line["key"]: line["count"] for line in made[part]}) == Counter(
            row[place] for row in written
        )
        if month != MONTHS[0]:
            known = {line["key"]: line["before"] for line in made[part] if line["before"]}
            assert known == Counter(row[place] for row in before)
        else:
            assert {line["before"] for line in made[part]} == {None}
    praise = [row for row in written if row[0] == "pujian"]
    by_hand = {
        parent for (parent,) in raw.execute("SELECT parent_id FROM messages WHERE own AND NOT deleted")
    }
    assert made["praise"] == len(praise)
    assert made["thanked"] == sum(row[5] == "sent" or row[4] in by_hand for row in praise)


def open_hours(begin: datetime, end: datetime) -> float:
    """Minute by minute, while the centre is open."""
    minutes, here = 0, begin
    while here < end:
        hours = HOURS.get(here.weekday()) if here.date() != HOLIDAY else None
        if hours and hours[0] <= here.time() < hours[1]:
            minutes += 1
        here += timedelta(minutes=1)
    return minutes / 60


def test_times_are_those_of_the_rows(found: dict[str, Part], raw: sqlite3.Connection, month: Month) -> None:
    query = "SELECT status, opened_at, first_response_at, acknowledged_at, closed_at, id FROM cases"
    rows = of_month(raw, month, query, 1)
    made = found["answers"]
    status = Counter(row[0] for row in rows)
    assert made["opened"] == len(rows)
    assert [made[name] for name in ("resolved", "rejected", "merged")] == [
        status[name] for name in ("resolved", "rejected", "merged")
    ]
    responses = [
        (row[1], min(text for text in row[2:4] if text))
        for row in rows
        if row[0] != "merged" and (row[2] or row[3])
    ]
    resolved = [(row[1], row[4]) for row in rows if row[0] == "resolved"]
    for part, spans in (("first_response", responses), ("resolution", resolved)):
        hours = sorted(open_hours(in_jakarta(begin), in_jakarta(end)) for begin, end in spans)
        assert made[part]["cases"] == len(hours)
        # Counting by minutes is off by one at either end.
        assert made[part]["median_hours"] == pytest.approx(statistics.median(hours), abs=0.1)
        ninth = hours[math.ceil(len(hours) * 0.9) - 1] if len(hours) >= 5 else None
        assert made[part]["p90_hours"] == (None if ninth is None else pytest.approx(ninth, abs=0.1))


def test_the_register_of_the_month_says_the_same(
    database: Database, found: dict[str, Part], month: Month, tmp_path: Path
) -> None:
    rules = Rules(ZONE, lambda _first, _last: CALENDAR)
    book = Bookkeeper(database, Press(), HandClock(NOW), tmp_path, rules).gather(month, ACCOUNT)
    sums, made = book["sums"], found["answers"]
    assert (made["opened"], made["open"]) == (sums["cases"], sums["still_open"])
    assert made["carried"] == len(sums["carried"])
    durations = [(line["cases"], line["working_hours"]) for line in sums["durations"]]
    assert [
        (made[part]["cases"], made[part]["median_hours"]) for part in ("first_response", "resolution")
    ] == durations
    names = ("name", "in_time", "late", "running")
    assert [[line[name] for name in names] for line in made["deadlines"]] == [
        [line[name] for name in names] for line in sums["deadlines"]
    ]
    units = ("name", "cases", "in_time", "late", "running")
    assert [[line[name] for name in units] for line in made["units"]] == [
        [line[name] for name in units] for line in sums["units"]
    ]


def test_the_findings_of_the_month_say_nothing_that_the_document_does_not(
    database: Database, month: Month, tmp_path: Path
) -> None:
    centre = evaluator.Rules(
        ZONE, "WIB", "Puskesmas Polowijen", "#0e5360", lambda _first, _last: CALENDAR, TARGETS
    )
    document = evaluator.Evaluator(database, HandClock(NOW), centre, tmp_path).gather(month, ACCOUNT)
    assert len(document["findings"]) == 3
    for finding in document["findings"]:
        assert invented(finding["text"], document) == set()
        assert not re.search("warga_|Rina|Wulan|Sari", finding["text"] + finding["suggestion"])


def test_months_before_and_after_the_year_have_nothing(database: Database) -> None:
    with database.reading() as connection:
        before = heard(connection, ACCOUNT, Month(2025, 9), ZONE, CALENDAR, NOW)
        after = heard(connection, ACCOUNT, Month(2027, 1), ZONE, CALENDAR, datetime(2027, 2, 1, tzinfo=UTC))
        nobody = heard(connection, "arjosari", Month(2026, 10), ZONE, CALENDAR, NOW)
    assert before["messages"]["total"] is before["answers"]["opened"] is None
    assert nobody["messages"]["total"] is nobody["answers"]["opened"] is None
    assert (after["messages"]["total"], after["answers"]["opened"]) == (0, 0)
