"""How the database is opened: durable, strict about references and zones, readers beside a writer."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from store_things import ACCOUNT, NOW, add_post, know_account

from fakes.postgresql import Cluster
from ig_worker.domain.errors import Misconfigured
from ig_worker.store import accounts, jobs
from ig_worker.store.database import Database, StorageError, unreadable

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def pragmas(database: Database) -> dict[str, object]:
    with database.reading() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}


def test_every_pooled_connection_is_durable_and_strict(sqlite_database: Database) -> None:
    together = Barrier(8)

    def look(_number: int) -> dict[str, object]:
        with sqlite_database.reading() as connection:
            together.wait(20)  # eight connections at the same time: five of the pool, three beside it
            return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(look, range(8))) == [PRAGMAS] * 8
    assert [pragmas(sqlite_database) for _ in range(6)] == [PRAGMAS] * 6


def test_what_is_only_noted_does_not_wait_for_the_disk_and_what_is_written_after_it_does(
    sqlite_database: Database,
) -> None:
    with sqlite_database.noting() as connection:
        jobs.started(connection, "inbox", NOW)
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    with sqlite_database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == PRAGMAS["synchronous"]
    assert [pragmas(sqlite_database) for _ in range(3)] == [PRAGMAS] * 3


def test_a_note_is_there_for_everybody_and_one_that_fails_is_not(database: Database) -> None:
    def note_and_fail() -> None:
        with database.noting() as connection:
            jobs.started(connection, "publish", NOW)
            raise RuntimeError("power cut")

    with database.noting() as connection:
        jobs.started(connection, "inbox", NOW)
    with pytest.raises(RuntimeError, match="power cut"):
        note_and_fail()
    with database.reading() as connection:
        assert [row.name for row in jobs.listed(connection)] == ["inbox"]


def test_a_table_made_in_a_transaction_that_fails_is_gone(database: Database) -> None:
    def make_and_fail() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        make_and_fail()
    assert "half" not in inspect(database.engine).get_table_names()


def test_what_was_written_before_an_error_is_not_kept(database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as connection:
            know_account(connection)
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(StorageError):
        write_and_fail()
    with database.reading() as connection:
        assert accounts.listed(connection) == []


def test_a_writer_holds_the_write_lock_from_its_first_moment(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database.sqlite_file), timeout=0, isolation_level=None)
    with sqlite_database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_reading_does_not_wait_for_a_writer_and_does_not_see_half_its_work(database: Database) -> None:
    with database.writing() as writer:
        know_account(writer)
        with database.reading() as reader:
            assert accounts.listed(reader) == []
    with database.reading() as reader:
        assert len(accounts.listed(reader)) == 1


def test_a_reader_sees_one_state_however_long_it_reads(database: Database) -> None:
    with database.reading() as reader:
        assert accounts.listed(reader) == []
        with database.writing() as writer:
            know_account(writer)
        assert accounts.listed(reader) == []


def test_a_connection_that_read_can_write_afterwards(database: Database) -> None:
    for number in range(7):
        with database.reading() as connection:
            accounts.listed(connection)
        with database.writing() as connection:
            know_account(connection, f"account-{number}")
    with database.reading() as connection:
        assert len(accounts.listed(connection)) == 7


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    def write(number: int) -> None:
        with database.writing() as connection:
            know_account(connection, f"account-{number:02}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with database.reading() as connection:
        names = [row.name for row in accounts.listed(connection)]
    assert names == [f"account-{number:02}" for number in range(40)]


def test_writers_that_wait_for_their_turn_hold_no_connection(sqlite_database: Database) -> None:
    """Twenty accounts publish at once, and the pool has fifteen connections: readers must find one."""
    begun = Barrier(21)
    in_use: list[int] = []
    pool: Any = sqlite_database.engine.pool
    event.listen(pool, "checkout", lambda *_: in_use.append(pool.checkedout()))

    def write(number: int) -> None:
        begun.wait(20)
        with sqlite_database.writing() as connection:
            jobs.started(connection, f"job-{number}", NOW)

    with ThreadPoolExecutor(20) as threads:
        with sqlite_database.writing():
            waiting = [threads.submit(write, number) for number in range(20)]
            begun.wait(20)
            with sqlite_database.reading() as connection:
                assert jobs.listed(connection) == []
        for one in waiting:
            one.result()
    assert max(in_use) <= 2, "one that writes and one that reads"
    with sqlite_database.reading() as connection:
        assert len(jobs.listed(connection)) == 20


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(
            text("INSERT INTO deadlines (case_id, name, due_at) VALUES (99, 'resolve', :at)"), {"at": NOW}
        )


@pytest.mark.parametrize(
    "zone", [UTC, ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura"), timezone(timedelta(hours=-7))]
)
def test_a_moment_comes_back_aware_and_in_utc(database: Database, zone: tzinfo) -> None:
    moment = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)
    with database.writing() as connection:
        jobs.started(connection, "inbox", moment.astimezone(zone))
    with database.reading() as connection:
        (row,) = jobs.listed(connection)
    assert row.last_started_at == moment
    assert row.last_started_at.utcoffset() == timedelta(0)
    assert row.last_success_at is None


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 25, 1, 0)  # noqa: DTZ001 (the point of it)
    refused = pytest.raises(StatementError, match="a time without a zone cannot be stored")
    with refused, database.writing() as connection:
        jobs.started(connection, "inbox", naive)
    with database.reading() as connection:
        assert jobs.listed(connection) == []


def test_moments_are_in_order_in_the_database_whatever_zone_they_came_in(database: Database) -> None:
    early, late = NOW, NOW + timedelta(minutes=30)
    with database.writing() as connection:
        add_post(connection, "late", scheduled_at=late.astimezone(timezone(timedelta(hours=-11))))
        add_post(connection, "early", scheduled_at=early.astimezone(ZoneInfo("Asia/Jayapura")))
        keys = connection.execute(text("SELECT key FROM posts ORDER BY scheduled_at")).scalars().all()
    assert keys == ["early", "late"]


def test_the_file_is_known_on_sqlite_only(database: Database, backend: str) -> None:
    assert (database.sqlite_file is not None) is (backend == "sqlite")
    assert Database("sqlite://").sqlite_file is None


def test_no_error_shows_what_was_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.writing() as connection:
        connection.execute(
            text("INSERT INTO tokens (account, secret) VALUES (:name, :secret)"),
            {"name": ACCOUNT, "secret": "IGAA-very-secret"},
        )
    assert "very-secret" not in f"{caught.value!r} {caught.value}"


# What a person is told.


def test_the_newest_schema_is_taken(database: Database) -> None:
    database.require_schema()


def told(database: Database) -> tuple[str, str]:
    """What require_schema says, and its cure."""
    with pytest.raises(Misconfigured) as caught:
        database.require_schema()
    database.close()
    return str(caught.value), caught.value.cure


def set_version(database: Database, version: str) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_newer_database_is_refused_and_left_alone(database: Database) -> None:
    set_version(database, "9999")
    message, cure = told(database)
    assert "from a newer ig-worker (schema 9999" in message
    assert "nothing was changed" in cure


def test_an_older_database_wants_an_upgrade(database: Database) -> None:
    set_version(database, "0000")
    message, cure = told(database)
    assert "of an older schema (0000" in message
    assert cure == "run: ig-worker db upgrade"


def test_an_empty_database_wants_an_upgrade(empty_url: object, tmp_path: Path) -> None:
    assert callable(empty_url)
    database = Database(empty_url())
    if (file := database.sqlite_file) is not None:
        file.touch()
    assert told(database) == ("the database is empty", "run: ig-worker db upgrade")


def test_no_file_is_made_where_there_is_no_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    message, cure = told(database)
    assert message == f"there is no database at {tmp_path / 'none.db'}"
    assert cure == "run: ig-worker db upgrade"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    file.write_text("nama;tanggal;caption\n" * 100)
    message, cure = told(Database(f"sqlite:///{file}"))
    assert message == f"the database {file} cannot be used: file is not a database"
    assert "restore the last backup or name another file" in cure
    assert file.read_text().startswith("nama;tanggal")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    message, cure = told(Database(f"sqlite:///{tmp_path}"))
    assert message == f"the database {tmp_path} cannot be used: unable to open database file"
    assert "check that the folder exists" in cure


def test_a_damaged_file_is_named(sqlite_database: Database) -> None:
    file = sqlite_database.sqlite_file
    assert file is not None
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    message, cure = told(sqlite_database)
    assert "malformed" in message
    assert "stop the worker and restore the last backup" in cure


def test_a_database_that_may_only_be_read_is_named(sqlite_database: Database) -> None:
    pragmas(sqlite_database)
    read_only = Database(f"sqlite:///file:{sqlite_database.sqlite_file}?mode=ro&uri=true")
    with pytest.raises(OperationalError) as caught, read_only.writing() as connection:
        know_account(connection)
    problem = unreadable(read_only, caught.value)
    assert "attempt to write a readonly database" in str(problem)
    assert problem.cure == "make the file and its folder writable for the worker's user"
    read_only.close()


def test_a_full_disk_is_named(sqlite_database: Database) -> None:
    def write_on_a_full_disk() -> None:
        with sqlite_database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            add_post(connection, caption="a" * 100_000)

    with pytest.raises(OperationalError) as caught:
        write_on_a_full_disk()
    problem = unreadable(sqlite_database, caught.value)
    assert "database or disk is full" in str(problem)
    assert problem.cure.startswith("free some space on that disk; nothing was lost")
    assert "\n" not in f"{problem}{problem.cure}"


@pytest.mark.parametrize(
    ("folder", "message", "cure"),
    [("/proc", "the disk is full", "free some space"), (None, "disk I/O error", "check the disk")],
)
def test_an_io_error_is_a_full_disk_where_no_space_is_left(
    tmp_path: Path, folder: str | None, message: str, cure: str
) -> None:
    database = Database(f"sqlite:///{Path(folder or tmp_path) / 'ig-worker.db'}")
    said = OperationalError("INSERT", {}, sqlite3.OperationalError("disk I/O error"))
    problem = unreadable(database, said)
    assert str(problem).endswith(message)
    assert problem.cure.startswith(cure)


def test_a_database_that_another_program_keeps_is_named(sqlite_database: Database) -> None:
    impatient = Database(str(sqlite_database.url))

    def write_without_waiting() -> None:
        with impatient.reading() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            know_account(connection)

    with sqlite_database.writing(), pytest.raises(OperationalError) as caught:
        write_without_waiting()
    assert "stop it" in unreadable(impatient, caught.value).cure
    impatient.close()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://centre:rahasia@/shelves?host={tmp_path}")
    message, cure = told(database)
    assert "rahasia" not in message + cure
    assert "\n" not in message
    assert cure == "check that the database is running"


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(Misconfigured, match="the driver for PostgreSQL is not installed") as caught:
        Database("postgresql+pg8000://centre:rahasia@localhost/shelves")
    assert caught.value.cure == "install ig-worker[pg]"


def test_a_line_to_postgresql_that_dies_without_a_word_is_given_up(cluster: Cluster) -> None:
    """The system's own patience is two hours; a lane would hang in it."""
    url = cluster.new_shelves()
    known = parameters_of(url)
    assert {name: known.get(name) for name in ("connect_timeout", "tcp_user_timeout", "client_encoding")} == {
        "connect_timeout": "10",
        "tcp_user_timeout": "30000",
        "client_encoding": "utf8",
    }
    idle, interval, count = (int(known[f"keepalives_{each}"]) for each in ("idle", "interval", "count"))
    assert idle + interval * count <= 60
    # What the address says itself is what somebody wants.
    known = parameters_of(f"{url}&keepalives_idle=7&connect_timeout=3&client_encoding=latin1")
    assert [known[name] for name in ("keepalives_idle", "connect_timeout", "client_encoding")] == [
        "7",
        "3",
        "latin1",
    ]
    assert known["tcp_user_timeout"] == "30000"


def parameters_of(url: str) -> dict[str, str]:
    """What libpq was told of a connection."""
    database = Database(url)
    try:
        with database.reading() as connection:
            driver: Any = connection.connection.driver_connection
            return dict(driver.info.get_parameters())
    finally:
        database.close()
