"""The worker as a process: its lanes, its end, and that there is only one."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.stages import set_up
from ig_worker.clock import pause, stopwatch
from ig_worker.demo.day import BEGIN, ZONE, wait_until_done
from ig_worker.demo.stage import Stage
from ig_worker.store import jobs, posts
from ig_worker.store.database import Database

DUE = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
KEY = "POL-1125-01"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        assert stage.command("posts", "import", str(stage.folder / "rencana.csv")).returncode == 0
        yield stage


@pytest.fixture
def database(stage: Stage) -> Iterator[Database]:
    database = Database(stage.database_url)
    yield database
    database.close()


def until(true: Callable[[], bool], seconds: float = 20.0) -> float:
    """Wait until something is true; returns how long that took."""
    begun = stopwatch()
    while not true():
        assert stopwatch() - begun < seconds, "it never came true"
        pause(0.02)
    return stopwatch() - begun


def status_of(database: Database, key: str = KEY) -> str:
    with database.reading() as connection:
        stored = posts.by_key(connection, "polowijen", key)
    assert stored is not None
    return stored.publication.status.value


def prepare(stage: Stage, database: Database) -> None:
    """Let the first post's container be made and ready, shortly before its time."""
    for moment in (BEGIN, BEGIN + timedelta(minutes=10), DUE - timedelta(minutes=1)):
        stage.move_to(moment)
        wait_until_done(database, moment)
    assert status_of(database) == "ready"


def test_a_due_post_goes_out_while_the_inbox_hangs(stage: Stage, database: Database) -> None:
    with stage.worker():
        prepare(stage, database)
        # Often enough for a pass that begins before the clock moves, and for the tries of its reads.
        stage.door.fault("delay", method="GET", path="conversations", seconds=40, times=30)

        def inbox_hangs() -> bool:
            with database.reading() as connection:
                (inbox,) = [row for row in jobs.listed(connection) if row.name == "inbox"]
            return inbox.last_started_at > inbox.last_success_at

        stage.move_to(DUE - timedelta(seconds=1))
        until(inbox_hangs, seconds=150)
        pause(1.0)
        assert inbox_hangs()
        stage.move_to(DUE)
        took = until(lambda: bool(stage.door.state()["media"]))
        assert inbox_hangs()
        print(f"published {took:.2f} s after its time, while the inbox hung")


def test_a_stop_abandons_a_hanging_publication_and_the_next_start_settles_it(
    stage: Stage, database: Database
) -> None:
    with stage.worker() as worker:
        prepare(stage, database)
        stage.door.fault("delay", method="POST", path="media_publish", seconds=12)
        stage.move_to(DUE)
        until(lambda: status_of(database) == "publishing")
        begun = stopwatch()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        assert stopwatch() - begun < 10
    assert status_of(database) == "publishing"
    assert stage.door.state()["media"] == []
    until(lambda: bool(stage.door.state()["media"]), seconds=30)
    with stage.worker():
        for minutes in (10, 20, 30):
            stage.move_to(DUE + timedelta(minutes=minutes))
            wait_until_done(database, DUE + timedelta(minutes=minutes))
        assert status_of(database) == "published"
    assert len(stage.door.state()["media"]) == 1


def test_an_idle_worker_stops_at_once_on_both_signals(stage: Stage) -> None:
    log = stage.folder / "logs" / "worker.log"
    for starts, number in enumerate((signal.SIGTERM, signal.SIGINT), 1):
        with stage.worker() as worker:
            until(lambda: log.read_text("utf-8").count("the worker runs") == starts)  # noqa: B023 (called at once)
            worker.send_signal(number)
            assert worker.wait(10) == 0, "the lanes that rest sleep for a minute"


def _has_run(database: Database) -> bool:
    with database.reading() as connection:
        return any(row.last_success_at is not None for row in jobs.listed(connection))


@pytest.mark.sqlite_only("on PostgreSQL several workers may run")
def test_a_second_worker_says_so_and_stops(stage: Stage, database: Database) -> None:
    with stage.worker() as worker:
        until(lambda: _has_run(database))
        for command in (("run",), ("run-once",)):
            second = stage.command(*command)
            assert second.returncode == 1
            (line,) = [line for line in second.stderr.splitlines() if line.startswith("ig-worker:")]
            assert f"another worker (process {worker.pid})" in line
            assert "Traceback" not in second.stderr


def test_a_dead_token_stops_nothing_but_its_account_and_is_told_in_status(
    stage: Stage, database: Database
) -> None:
    with stage.worker() as worker:
        until(lambda: _has_run(database))
        stage.door.fault("expire_token", path="")

        def told() -> bool:
            with database.reading() as connection:
                return any("token" in row.last_error.lower() for row in jobs.listed(connection))

        until(told)
        assert worker.poll() is None
    said = stage.command("status", "--json").stdout
    assert "last_error" in said
    assert "IGsandbox" not in said


def test_whatever_happens_in_a_job_stays_in_it(stage: Stage) -> None:
    """A job whose database is taken away fails in one line, and the process lives on."""
    with stage.worker() as worker:
        database = Database(stage.database_url)
        until(lambda: _has_run(database))
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE notices RENAME TO gone")
        pause(1.0)
        assert worker.poll() is None
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO notices")
        now = stage.clock.now() + timedelta(minutes=10)
        stage.move_to(now)
        wait_until_done(database, now)
        with database.reading() as connection:
            (row,) = [row for row in jobs.listed(connection) if row.name == "cases"]
        assert row.last_success_at >= now.astimezone(UTC)
        database.close()


def test_run_once_does_what_is_due_now_and_only_the_named_jobs(stage: Stage, database: Database) -> None:
    done: subprocess.CompletedProcess[str] = stage.command("run-once", "inbox", "replies")
    assert done.returncode == 0, done.stderr
    with database.reading() as connection:
        assert {row.name for row in jobs.listed(connection)} == {"inbox", "replies"}
    assert stage.command("run-once", "nonsense").returncode == 2
