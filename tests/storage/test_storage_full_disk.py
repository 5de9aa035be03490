"""The real worker on a disk that fills up: it stops, says so once, tells people, and goes on by itself."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import watching
from small_centre import Centre
from watching import until

from ig_worker.clock import pause
from ig_worker.demo.day import BEGIN, ZONE, wait_until_done
from ig_worker.slate import Slate

DUE = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
KEY = "POL-1125-01"


def status_of(centre: Centre, key: str = KEY) -> str:
    return watching.status_of(centre.database, key)


def prepare(centre: Centre) -> None:
    """Let the first post's container be made and ready, shortly before its time."""
    for moment in (BEGIN, BEGIN + timedelta(minutes=10), DUE - timedelta(minutes=1)):
        centre.stage.move_to(moment)
        wait_until_done(centre.database, moment)
    assert status_of(centre) == "ready"


def fill(centre: Centre) -> None:
    """Not a byte is left, and none in the write-ahead log either."""
    with closing(sqlite3.connect(centre.disk.folder / "ig-worker.db", timeout=10)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    centre.disk.fill()


def said(centre: Centre, words: str) -> list[dict[str, Any]]:
    return watching.logged(centre.stage, words)


def settle(centre: Centre, *, since: datetime) -> None:
    for minutes in (10, 20, 30, 40):
        centre.stage.move_to(since + timedelta(minutes=minutes))
        wait_until_done(centre.database, since + timedelta(minutes=minutes))


def test_a_full_disk_stops_everything_is_told_and_passes(centre: Centre) -> None:
    with centre.stage.worker() as worker:
        prepare(centre)
        fill(centre)
        until(lambda: bool(said(centre, "nothing can be written")))
        centre.stage.move_to(DUE)
        centre.stage.door.message("ibu_sari", "Antrean loket lama sekali, mengecewakan 😡")
        until(lambda: len(centre.mails_to("operator")) == 1)
        calls = len(said(centre, "POST"))
        pause(12)  # more than two tries to write again, and eighty ticks of every job

        done = centre.stage.command("status", "--json")
        assert done.returncode == 1
        storage = json.loads(done.stdout)["storage"]
        assert (storage["writable"], storage["trouble"]) == (
            False,
            f"the disk of {centre.disk.folder} is full",
        )
        assert "Nothing can be written since 25/11/2026" in centre.stage.command("status").stdout
        assert worker.poll() is None
        assert centre.stage.door.state()["media"] == []
        assert len(said(centre, "POST")) == calls, (
            "nothing is done on Instagram that could not be written down"
        )
        wrong = [line for line in map(json.loads, centre.log.splitlines()) if line["level"] != "INFO"]
        assert len(wrong) == 1, "said once, not at every tick"

        centre.disk.make_room()
        until(lambda: status_of(centre) == "published")
        storage = json.loads(centre.stage.command("status", "--json").stdout)["storage"]
        assert (storage["writable"], storage["trouble"], storage["since"]) == (True, None, None)
        settle(centre, since=DUE)
        assert len(centre.stage.door.state()["media"]) == 1
        until(lambda: len(centre.mails_to("operator")) == 2)
        until(lambda: len(centre.mails_to("pengaduan")) == 1)
    stopped, back = centre.mails_to("operator")
    assert "Subject: ig-worker berhenti sementara" in stopped
    assert "Subject: ig-worker bekerja kembali" in back
    assert len(said(centre, "everything can be written again")) == 1


def test_a_disk_that_fills_while_a_post_goes_out_neither_doubles_nor_loses_it(centre: Centre) -> None:
    """The intent is written, the call made, and how it ended cannot be: the intent must be enough."""
    with centre.stage.worker():
        prepare(centre)
        centre.stage.door.fault("delay", method="POST", path="media_publish", seconds=4)
        centre.stage.move_to(DUE)
        until(lambda: status_of(centre) == "publishing")
        fill(centre)
        until(lambda: bool(centre.stage.door.state()["media"]))
        until(lambda: bool(said(centre, "nothing can be written")))
        pause(6)
        assert status_of(centre) == "publishing"
        centre.disk.make_room()
        until(lambda: bool(said(centre, "everything can be written again")))
        settle(centre, since=DUE)
        assert status_of(centre) == "published"
        assert len(centre.stage.door.state()["media"]) == 1


def test_a_worker_that_is_started_on_a_full_disk_waits_for_room(centre: Centre) -> None:
    fill(centre)
    with centre.stage.worker() as worker:
        until(lambda: len(centre.mails_to("operator")) == 1)
        assert worker.poll() is None
        assert len(said(centre, "nothing can be written")) == 1
        until(lambda: bool((word := Slate(centre.disk.folder).read()) and word.told))
    with centre.stage.worker() as worker:
        pause(8)
        assert worker.poll() is None
        assert len(centre.mails_to("operator")) == 1, "told once, however often it is started"
        centre.disk.make_room()
        until(lambda: bool(said(centre, "the worker runs")))
        wait_until_done(centre.database, BEGIN)
        until(lambda: len(centre.mails_to("operator")) == 2)
    assert "Subject: ig-worker bekerja kembali" in centre.mails_to("operator")[1]
    assert len(said(centre, "everything can be written again")) == 1


def test_a_single_pass_on_a_full_disk_fails_in_one_line(centre: Centre) -> None:
    fill(centre)
    done = centre.stage.command("run-once", "inbox")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("ig-worker:")]
    assert "is full" in line
    assert "Traceback" not in done.stderr
