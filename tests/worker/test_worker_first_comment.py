"""A first comment on its way through the whole worker, by single passes and by the worker that runs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ig_worker.clock import pause, stopwatch
from ig_worker.demo.day import BEGIN, ZONE, wait_until_done
from ig_worker.demo.stage import Stage, set_up
from ig_worker.store.database import Database

DUE = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
WORDS = "Terima kasih sudah membaca, Bunda 🌸 daftar lewat tautan di bio ya!"
COLUMNS = (
    "kode",
    "tanggal",
    "jam",
    "jenis",
    "media",
    "caption",
    "komentar_pertama",
    "status",
    "pembuat",
    "verifikator",
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        sheet = stage.folder / "rencana-uji.csv"
        with sheet.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            approved = (WORDS, "disetujui", "Rina", "dr. Sari")
            when = (f"{DUE:%d/%m/%Y}", f"{DUE:%H.%M}")
            table.writerow(("U-1", *when, "gambar", "gambar/jadwal-layanan.jpg", "Posyandu", *approved))
            table.writerow(("U-2", *when, "story", "gambar/story-posyandu.png", "", *approved))
        assert stage.command("posts", "import", str(sheet)).returncode == 0
        yield stage


def comments(stage: Stage) -> list[Any]:
    return [comment for comment in stage.door.state()["comments"] if not comment["deleted"]]


def test_single_passes_write_it_in_the_pass_that_publishes(stage: Stage) -> None:
    for moment in (DUE - timedelta(minutes=10), DUE - timedelta(minutes=5), DUE):
        assert comments(stage) == []
        stage.move_to(moment)
        done = stage.command("run-once", "publish")
        assert done.returncode == 0, done.stderr
    (image,) = [media for media in stage.door.state()["media"] if media["kind"] == "image"]
    (comment,) = comments(stage)
    assert (comment["media_id"], comment["text"], comment["by"]) == (image["id"], WORDS, "worker")
    assert stage.command("run-once", "publish", "inbox").returncode == 0
    assert len(comments(stage)) == 1


def test_the_running_worker_writes_it_and_does_not_thank_itself(stage: Stage) -> None:
    database = Database(stage.database_url)
    with stage.worker():
        for moment in (BEGIN, DUE - timedelta(minutes=10), DUE - timedelta(minutes=5), DUE):
            stage.move_to(moment)
            wait_until_done(database, moment)
        begun = stopwatch()
        while not comments(stage):
            assert stopwatch() - begun < 20, "no comment came"
            pause(0.02)
        later = DUE + timedelta(minutes=10)
        stage.move_to(later)
        wait_until_done(database, later)
    with database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT own, text FROM messages").all()
        replies = connection.exec_driver_sql("SELECT count(*) FROM replies").scalar()
    database.close()
    assert [(bool(row.own), row.text) for row in stored] == [(True, WORDS)]
    assert replies == 0
    assert [comment["text"] for comment in comments(stage)] == [WORDS]
