"""A database is written anew on its own disk, and its log is empty afterwards, whatever came of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ig_worker.store.backups.snapshot import without_secrets
from ig_worker.store.compacting import compact
from ig_worker.store.database import Database

pytestmark = pytest.mark.sqlite_only("how SQLite writes a file anew")

ERASED = b"pesan-yang-dihapus"


class Looker:
    """Looks, while SQLite works, where its nameless files lie; or stops its work."""

    def __init__(self) -> None:
        self.folders: set[Path] = set()
        self.stops = False

    def at(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(self._look, 10_000)

    def _look(self) -> int:
        for each in Path("/proc/self/fd").iterdir():
            try:
                leads_to = str(each.readlink())
            except FileNotFoundError:  # the folder that is listed
                continue
            if "etilqs_" in leads_to:
                self.folders.add(Path(leads_to.removesuffix(" (deleted)")).parent)
        return int(self.stops)


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Database]:
    """One of some megabytes, of which half is erased, in a folder whose name is none of the easiest."""
    folder = tmp_path / "kepala puskesmas' data"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'ig-worker.db'}")
    with database.writing() as connection:
        for table in ("said", "tokens", "sessions"):
            connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, words BLOB)")
        for number in range(4000):
            row: tuple[Any, ...] = (ERASED + os.urandom(2000) if number % 2 else os.urandom(2000),)
            connection.exec_driver_sql("INSERT INTO said (words) VALUES (?)", row)
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM said WHERE id % 2 = 0")
    yield database
    database.close()


def test_what_it_writes_for_a_moment_lies_beside_the_database(large: Database, looker: Looker) -> None:
    assert large.sqlite_file is not None
    folder = large.sqlite_file.parent
    event.listen(large.engine, "checkout", lambda connection, *_: looker.at(connection))
    space = compact(large)
    assert space.why_not == ""
    assert space.given_back > 4_000_000
    assert looker.folders == {folder}
    assert [each.name for each in folder.iterdir() if "etilqs" in each.name] == []


def test_one_that_could_not_be_written_anew_leaves_nothing_in_its_log(
    large: Database, looker: Looker
) -> None:
    assert large.sqlite_file is not None
    looker.stops = True
    event.listen(large.engine, "checkout", lambda connection, *_: looker.at(connection))
    assert compact(large).why_not == "interrupted"
    for each in large.sqlite_file.parent.iterdir():
        assert ERASED not in each.read_bytes(), each.name


def test_a_copy_without_its_secrets_is_written_beside_itself_too(
    large: Database, looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert large.sqlite_file is not None
    copy = large.sqlite_file.with_name("copy.db")
    with closing(sqlite3.connect(large.sqlite_file)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    connect = sqlite3.connect

    def looked_at(*words: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*words, **named)
        looker.at(connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", looked_at)  # nothing else gives its connection away
    without_secrets(copy)
    assert looker.folders == {copy.parent}
