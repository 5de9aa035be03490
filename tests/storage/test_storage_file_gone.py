"""Somebody takes the database away under the worker's hands: it writes into no other one, and says so."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from watching import logged, mails_to, until

from fakes.bench import HandClock
from ig_worker.clock import pause
from ig_worker.demo.day import BEGIN, wait_until_done
from ig_worker.demo.stage import Stage, set_up, stop
from ig_worker.domain.errors import Misconfigured
from ig_worker.notify import Courier
from ig_worker.storage_watch import StorageWatch
from ig_worker.store import facts
from ig_worker.store.database import Database, StorageError, unreadable
from ig_worker.store.lock import only_worker
from ig_worker.store.migrate import upgrade
from ig_worker.store.writable import GONE, kind_of, tried

pytestmark = pytest.mark.sqlite_only("takes the file itself away")
LATER = BEGIN + timedelta(minutes=10)
COMPLAINT = "Antrean loket lama sekali, mengecewakan 😡"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        yield stage


def file_of(stage: Stage) -> Path:
    return stage.folder / "ig-worker.db"


def test_a_database_that_is_moved_away_is_waited_for(stage: Stage) -> None:
    file, aside = file_of(stage), stage.folder / "aside.db"
    with stage.worker() as worker:
        wait_until_done(Database(stage.database_url), BEGIN)
        file.rename(aside)
        until(lambda: bool(logged(stage, "was taken away")))
        until(lambda: len(mails_to(stage, "operator")) == 1)
        calls = len(logged(stage, "POST"))
        stage.move_to(LATER)
        stage.door.message("ibu_sari", COMPLAINT)
        pause(7)  # more than one try to write again
        assert worker.poll() is None
        assert not file.exists(), "no empty database lies in its place"
        assert len(logged(stage, "POST")) == calls
        assert stage.command("status").returncode == 1

        aside.rename(file)
        until(lambda: bool(logged(stage, "everything can be written again")))
        wait_until_done(Database(stage.database_url), LATER)
        until(lambda: len(mails_to(stage, "pengaduan")) == 1)
        until(lambda: len(mails_to(stage, "operator")) == 2)
    wrong = [line for line in logged(stage) if line["level"] == "ERROR"]
    assert len(wrong) == 1, "said once, not at every tick"


def older_copy(file: Path) -> Path:
    """A copy from before the worker ran, with something in it that no other one has."""
    copy = file.with_name("copy.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.executescript("CREATE TABLE only_here (word TEXT); PRAGMA journal_mode = DELETE;")
        target.executemany("INSERT INTO only_here VALUES (?)", [(f"{n} " * 500,) for n in range(200)])
        target.commit()
    return copy


def is_whole(file: Path) -> bool:
    """Whether the copy is whole, and has what it had."""
    with closing(sqlite3.connect(file)) as plain:
        sound = plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return sound and plain.execute("SELECT COUNT(*) FROM only_here").fetchone() == (200,)


@pytest.mark.parametrize("ended", ["by itself", "by SIGTERM"])
def test_another_database_in_its_place_is_left_to_the_next_start(stage: Stage, ended: str) -> None:
    file = file_of(stage)
    copy = older_copy(file)
    with stage.worker() as worker:
        wait_until_done(Database(stage.database_url), BEGIN)
        log = file.with_name("ig-worker.db-wal").stat()
        assert log.st_size > 0
        copy.rename(file)
        if ended == "by SIGTERM":
            assert stop(worker) == 0
        until(lambda: worker.poll() is not None)
    if ended == "by itself":
        assert worker.returncode == 1
        said = (stage.folder / "logs" / "worker.log").read_text("utf-8").splitlines()[-1]
        assert said.startswith("ig-worker: the database ")
        assert "was replaced by another file" in said
    assert len(logged(stage, "is laid aside as ig-worker.db-wal.of-replaced-")) == 1
    (aside,) = stage.folder.glob("ig-worker.db-wal.of-replaced-*")
    assert (aside.stat().st_ino, aside.stat().st_size >= log.st_size) == (log.st_ino, True)
    assert is_whole(file)
    with stage.worker() as worker:
        stage.move_to(LATER)
        stage.door.message("ibu_sari", COMPLAINT)
        wait_until_done(Database(stage.database_url), LATER)
        until(lambda: len(mails_to(stage, "pengaduan")) == 1)
        assert worker.poll() is None
    assert is_whole(file)


def test_the_log_of_a_killed_worker_does_not_meet_the_copy_put_there_since(stage: Stage) -> None:
    file = file_of(stage)
    copy = older_copy(file)
    with stage.worker() as worker:
        wait_until_done(Database(stage.database_url), BEGIN)
        worker.kill()
        worker.wait()
    log = file.with_name("ig-worker.db-wal").stat()
    assert log.st_size > 0
    copy.rename(file)
    assert stage.command("db", "current").returncode == 0
    (aside,) = stage.folder.glob("ig-worker.db-wal.of-replaced-*")
    assert (aside.stat().st_ino, aside.stat().st_size) == (log.st_ino, log.st_size)
    assert is_whole(file)
    with stage.worker():
        wait_until_done(Database(stage.database_url), BEGIN)
    assert is_whole(file)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    older_copy(file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


def watched(database: Database, folder: Path) -> StorageWatch:
    """The watch of a worker that has begun and written something."""
    watch = StorageWatch(database, folder, None, Courier(), HandClock(), zone=UTC, addresses=())
    assert not watch.begin()
    with database.writing() as connection:
        facts.write(connection, "here", "frames", BEGIN)
    assert not watch.hindrance()
    return watch


def test_no_connection_goes_to_another_file_before_anybody_has_looked(
    tmp_path: Path, opened: Database
) -> None:
    file, watch = tmp_path / "ig-worker.db", watched(opened, tmp_path)
    (tmp_path / "copy.db").rename(file)
    opened.shorten_log()
    with pytest.raises(StorageError) as caught, opened.reading(), opened.reading():
        pass
    problem = unreadable(opened, caught.value)
    assert str(problem) == f"the database {file} cannot be used: it was replaced by another file"
    assert problem.cure.startswith("start the worker, or the board, again")
    assert kind_of(opened, caught.value) == GONE
    with pytest.raises(StorageError, match="replaced"):
        tried(opened)
    assert not watch.replaced, "nobody has looked"
    assert watch.met(caught.value)
    assert "was replaced by another file" in watch.hindrance()
    assert not watch.leave()
    assert not file.with_name("ig-worker.db-wal").exists()
    assert is_whole(file)


def test_a_log_that_cannot_be_laid_aside_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / f"{'x' * 235}.db"  # with what a log is called aside it is longer than a name may be
    upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    watch = watched(database, tmp_path)
    older_copy(file).rename(file)
    assert not watch.leave()
    assert "would spoil it: File name too long; move " in caplog.text
    database.close()


def test_another_program_opens_no_copy_beside_the_log_of_a_worker_that_works(
    tmp_path: Path, opened: Database
) -> None:
    file = tmp_path / "ig-worker.db"
    with only_worker(file):
        watched(opened, tmp_path)
        (tmp_path / "copy.db").rename(file)
        other = Database(opened.url)
        with pytest.raises(Misconfigured, match="it was replaced by another file"):
            other.version()
        assert file.with_name("ig-worker.db-wal").exists()
    other.require_schema()
    assert len(list(tmp_path.glob("ig-worker.db-wal.of-replaced-*"))) == 1
    other.close()
    assert is_whole(file)


def test_a_board_that_did_not_end_writes_into_no_log_of_the_copy(tmp_path: Path, opened: Database) -> None:
    file = tmp_path / "ig-worker.db"
    with only_worker(file):
        watched(opened, tmp_path)
        opened.shorten_log()
    assert file.with_name("ig-worker.db-wal").stat().st_size == 0
    (tmp_path / "copy.db").rename(file)
    new = Database(opened.url)
    with new.writing() as connection:
        facts.write(connection, "here", "new", BEGIN)
    with opened.writing() as connection:
        facts.write(connection, "here", "old", BEGIN)
    with new.reading() as connection:
        kept = facts.read(connection, "here")
    assert kept is not None
    assert kept.value == "new"
    new.close()
    assert is_whole(file)


def test_a_log_that_came_with_the_copy_is_its_own(tmp_path: Path, opened: Database) -> None:
    file = tmp_path / "ig-worker.db"
    with only_worker(file):
        watched(opened, tmp_path)
    opened.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("INSERT INTO only_here VALUES ('in the log')")
        plain.commit()
        for ending in ("", "-wal"):
            shutil.copy(tmp_path / f"copy.db{ending}", tmp_path / f"new.db{ending}")
    for ending in ("-wal", ""):
        (tmp_path / f"new.db{ending}").rename(tmp_path / f"ig-worker.db{ending}")
    other = Database(opened.url)
    with other.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM only_here").scalar() == 201
    other.close()
    assert not list(tmp_path.glob("*.of-replaced-*"))
    assert len((tmp_path / "ig-worker.db.lock").read_text().split()) == 1, "what was noted is over"


def test_the_log_stays_where_the_database_came_back(tmp_path: Path, opened: Database) -> None:
    file, aside, watch = tmp_path / "ig-worker.db", tmp_path / "aside.db", watched(opened, tmp_path)
    file.rename(aside)
    (tmp_path / "copy.db").rename(file)
    assert "was replaced by another file" in watch.hindrance()
    aside.rename(file)
    assert watch.leave()
    assert file.with_name("ig-worker.db-wal").stat().st_size > 0
    with opened.reading() as connection:
        kept = facts.read(connection, "here")
    assert kept is not None


def test_a_database_that_was_open_is_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "data #1 100% é" / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    database.require_schema()
    database.close()
    file.unlink()
    with pytest.raises(StorageError), database.writing():
        pass
    database.shorten_log()
    with pytest.raises(Misconfigured, match="there is no database"):
        database.require_schema()
    assert not file.exists()
    database.close()
