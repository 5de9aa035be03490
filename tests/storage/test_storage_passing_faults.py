"""Faults that come and go while the worker runs: each is said once, nothing is lost or doubled, and it goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from small_centre import Centre
from watching import logged, mails_to, status_of, until

from ig_worker.clock import pause
from ig_worker.demo.day import BEGIN, wait_until_done
from ig_worker.demo.stage import Stage
from ig_worker.store.database import Database

KEY = "POL-1125-01"
DUE = BEGIN + timedelta(minutes=50)
COMPLAINT = "Antrean loket lama sekali, mengecewakan 😡"


def prepare(stage: Stage, database: Database) -> None:
    """Let the first post's container be ready, shortly before its time."""
    for moment in (BEGIN, BEGIN + timedelta(minutes=10), DUE - timedelta(minutes=1)):
        stage.move_to(moment)
        wait_until_done(database, moment)
    assert status_of(database, KEY) == "ready"


def live_on(stage: Stage, database: Database) -> None:
    """Everything that waited has happened, and once."""
    until(lambda: status_of(database, KEY) == "published")
    for minutes in (10, 20, 30):
        stage.move_to(DUE + timedelta(minutes=minutes))
        wait_until_done(database, DUE + timedelta(minutes=minutes))
    assert len(stage.door.state()["media"]) == 1
    until(lambda: len(mails_to(stage, "pengaduan")) == 1)
    until(lambda: len(mails_to(stage, "operator")) == 2)
    wrong = [line["message"] for line in logged(stage) if line["level"] == "ERROR"]
    assert len(wrong) == 1, wrong
    assert "nothing can be written" in wrong[0]
    assert len(logged(stage, "everything can be written again")) == 1


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.sqlite_only("locks the file")
def test_another_program_locks_the_database_for_long(centre: Centre) -> None:
    """Half a minute is waited for a writer; then it is said, and the post goes out when the other one has ended."""
    stage = centre.stage
    with stage.worker() as worker:
        prepare(stage, centre.database)
        with closing(sqlite3.connect(centre.disk.folder / "ig-worker.db", timeout=30)) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            stage.move_to(DUE)
            stage.door.message("ibu_sari", COMPLAINT)
            until(lambda: bool(logged(stage, "nothing can be written")), seconds=90)
            until(lambda: len(mails_to(stage, "operator")) == 1, seconds=90)
            assert "mengunci" in mails_to(stage, "operator")[0].replace("=\n", "")
            assert "can be written" in stage.command("status").stdout
            pause(8)
            assert worker.poll() is None
            assert stage.door.state()["media"] == [], "no call without its intent"
            other.execute("ROLLBACK")
        live_on(stage, centre.database)


def test_the_disk_becomes_read_only_in_the_midst_of_a_run(centre: Centre) -> None:
    stage = centre.stage
    with stage.worker() as worker:
        prepare(stage, centre.database)
        with centre.disk.read_only():
            until(lambda: bool(logged(stage, "nothing can be written")))
            until(lambda: len(mails_to(stage, "operator")) == 1)
            stage.move_to(DUE)
            stage.door.message("ibu_sari", COMPLAINT)
            pause(8)
            assert stage.command("status").returncode == 1
            assert worker.poll() is None
            assert stage.door.state()["media"] == []
        live_on(stage, centre.database)
