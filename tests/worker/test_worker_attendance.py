"""The book of the jobs: a turn of a lane is written as one, and nobody is asked what no book could keep."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ig_worker.attendance import Attendance
from ig_worker.store import jobs
from ig_worker.store.database import Database

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)


class Book:
    """An attendance with its database, and how many transactions it took."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.attendance = Attendance(database)
        self.written = 0
        event.listen(database.engine, "commit", self._count)

    def _count(self, _connection: object) -> None:
        self.written += 1

    def rows(self) -> dict[str, Any]:
        with self.database.reading() as connection:
            return {row.name: row for row in jobs.listed(connection)}


@pytest.fixture
def book(tmp_path: Path, empty_database: Path | str) -> Iterator[Book]:
    elsewhere = empty_database if isinstance(empty_database, str) else ""
    if not elsewhere:
        shutil.copy(empty_database, tmp_path / "ig-worker.db")
    database = Database(elsewhere or f"sqlite:///{tmp_path / 'ig-worker.db'}")
    yield Book(database)
    database.close()


def test_a_turn_of_a_lane_is_written_as_one(book: Book) -> None:
    for name in ("inbox", "replies", "cases"):
        book.attendance.succeeded(name, NOW)
    assert book.written == 0
    book.attendance.write()
    assert book.written == 1
    assert {
        name: (row.last_started_at, row.last_success_at) for name, row in book.rows().items()
    } == dict.fromkeys(("inbox", "replies", "cases"), (NOW, NOW))
    book.written = 0
    book.attendance.write()  # a turn in which nothing is new costs nothing
    assert book.written == 0


def test_a_job_that_fails_after_it_succeeded_in_the_same_turn_has_failed(book: Book) -> None:
    book.attendance.succeeded("inbox", NOW)
    book.attendance.failed("inbox", LATER, "no answer")
    book.attendance.write()
    row = book.rows()["inbox"]
    assert (row.last_success_at, row.last_failed_at, row.last_error) == (None, LATER, "no answer")


def test_a_job_that_succeeded_begins_without_a_word_until_it_fails(book: Book) -> None:
    book.attendance.began("inbox", NOW)
    assert book.rows()["inbox"].last_started_at == NOW
    book.attendance.succeeded("inbox", NOW)
    book.attendance.write()
    book.written = 0
    book.attendance.began("inbox", LATER)
    assert book.written == 0
    book.attendance.failed("inbox", LATER, "no answer")
    book.attendance.began("inbox", LATER + timedelta(minutes=1))
    assert book.rows()["inbox"].last_started_at == LATER + timedelta(minutes=1)


def test_another_lane_writes_its_own_turn_only(book: Book) -> None:
    book.attendance.succeeded("inbox", NOW)
    other = threading.Thread(
        target=lambda: (book.attendance.succeeded("report", NOW), book.attendance.write())
    )
    other.start()
    other.join(10)
    assert set(book.rows()) == {"report"}
    book.attendance.write()
    assert set(book.rows()) == {"report", "inbox"}
