"""The write-ahead log stays short, and what is erased leaves neither words nor a growing file behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from ig_worker.store import facts
from ig_worker.store.database import LONG_LOG, Database
from ig_worker.store.migrate import upgrade

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    upgrade(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    opened = Database(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    yield opened
    opened.close()


def log_size(database: Database) -> int:
    assert database.sqlite_file is not None
    return database.sqlite_file.with_name("ig-worker.db-wal").stat().st_size


def write(database: Database, rows: int, size: int = 40_000) -> None:
    for number in range(rows):
        with database.noting() as connection:
            facts.write(connection, f"row-{number}", "kata" * (size // 4), NOW)


def test_the_log_stays_short_while_people_read_now_and_then(database: Database) -> None:
    longest = 0
    for _ in range(20):
        write(database, 40)
        with database.reading() as connection:
            facts.read(connection, "row-1")
        longest = max(longest, log_size(database))
    assert longest < LONG_LOG, f"{longest:,} bytes"


def test_after_a_long_reader_the_log_is_brought_back_to_nothing(database: Database) -> None:
    with database.reading() as reader:
        facts.read(reader, "row-1")
        write(database, 500)
        held = log_size(database)
        assert held > LONG_LOG, "while somebody reads the past, the past is kept"
        database.shorten_log(LONG_LOG)  # comes back, although the reader goes on
    write(database, 1)
    database.shorten_log(LONG_LOG)
    assert log_size(database) == 0
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar() == 500


def test_a_short_log_is_left_alone_and_none_is_no_trouble(database: Database) -> None:
    write(database, 1)
    size = log_size(database)
    database.shorten_log(LONG_LOG)
    assert log_size(database) == size
    database.close()
    database.shorten_log()


def test_what_was_erased_stands_nowhere_in_the_file(database: Database) -> None:
    with database.writing() as connection:
        facts.write(connection, "patient", "Ibu Sari, HIV positif " * 1000, NOW)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM facts WHERE name = 'patient'"))
    database.shorten_log()
    assert database.sqlite_file is not None
    assert b"Ibu Sari" not in database.sqlite_file.read_bytes()


def test_what_a_purge_frees_is_used_again_and_the_file_does_not_grow(database: Database) -> None:
    assert database.sqlite_file is not None
    sizes = []
    for _year in range(4):
        write(database, 100)
        database.shorten_log()
        sizes.append(database.sqlite_file.stat().st_size)
        with database.writing() as connection:
            connection.execute(text("DELETE FROM facts"))
    assert sizes[-1] <= sizes[0] * 1.02, sizes
