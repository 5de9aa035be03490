"""A backup, a disaster, a restore: nothing that went out meanwhile goes out again."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from worker_plans import PICTURE, import_plan

from ig_worker.clock import pause, stopwatch
from ig_worker.demo.day import BEGIN, ZONE
from ig_worker.demo.stage import Stage, set_up, stop

EARLY = datetime(2026, 11, 25, 8, 0, tzinfo=ZONE)
AFTER = EARLY + timedelta(hours=2)
LATER = EARLY + timedelta(hours=8)
TOMORROW = EARLY + timedelta(days=1)


pytestmark = pytest.mark.sqlite_only("each of its machines has a database of its own")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        plan = [
            ("A", EARLY, PICTURE, "Jadwal pagi"),
            ("B", AFTER, PICTURE, "Jadwal siang"),
            ("C", LATER, PICTURE, "Jadwal malam"),
            ("D", TOMORROW, PICTURE, "Jadwal besok"),
        ]
        import_plan(stage, plan)
        yield stage


class Machine:
    """One of the centre's computers: its data folder and its configuration."""

    def __init__(self, stage: Stage, data_dir: str) -> None:
        self.stage = stage
        self.config = stage.config.with_name(f"{data_dir.strip('.') or 'config'}.toml")
        if not self.config.exists():
            said = stage.config.read_text("utf-8").replace('data_dir = "."', f'data_dir = "{data_dir}"')
            self.config.write_text(said, "utf-8")
            # The board, which serves what Instagram fetches, is another one's.
            (stage.folder / data_dir).mkdir()
            (stage.folder / data_dir / "media").symlink_to(stage.folder / "media")

    def tried(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ig_worker", "--config", self.config, *words],
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *words: str) -> Any:
        ran = self.tried(*words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout) if "--json" in words else ran.stdout

    def backup(self) -> str:
        return str(self("db", "backup", "--json", "--to", str(self.stage.folder / "usb"))["path"])

    def works_at(self, moment: datetime) -> None:
        """Before it and at it, so that containers become ready."""
        for seconds in (-60, 0, 60):
            self.stage.move_to(moment + timedelta(seconds=seconds))
            self.tried("run-once", "publish")

    def counts(self) -> dict[str, Any]:
        document = json.loads(self.tried("status", "--json").stdout)
        return {name: document[name] for name in ("posts", "inbox", "cases", "waiting_for_person")}

    def post(self, key: str) -> dict[str, Any]:
        (found,) = [post for post in self("posts", "list", "--json") if post["key"] == key]
        return dict(found)


def out(stage: Stage) -> Counter[str]:
    return Counter(media["caption"] for media in stage.door.state()["media"])


def test_after_a_restore_no_post_goes_out_twice_and_none_is_lost(stage: Stage) -> None:
    old = Machine(stage, ".")
    old.works_at(EARLY)
    assert out(stage) == {"Jadwal pagi": 1}
    before = old.counts()
    path = old.backup()

    # What the backup does not know of: B goes out, and C is brought forward and goes out as well.
    old.works_at(AFTER)
    sooner = AFTER + timedelta(minutes=30)
    number = str(old.post("C")["id"])
    old("posts", "reschedule", number, "--at", f"{sooner:%Y-%m-%d %H:%M}", "--by", "dr. Sari")
    old.works_at(sooner)
    assert out(stage) == {"Jadwal pagi": 1, "Jadwal siang": 1, "Jadwal malam": 1}

    # The disk is lost; the new machine has the configuration and the backup.
    new = Machine(stage, "baru")
    stage.move_to(sooner + timedelta(minutes=20))
    new("db", "restore", path)
    assert new.counts() == before
    new.works_at(sooner + timedelta(minutes=25))
    assert [new.post(key)["status"] for key in "ABCD"] == ["published", "published", "approved", "approved"]
    assert new.post("B")["ig_media_id"] == old.post("B")["ig_media_id"]
    new.works_at(LATER)
    assert new.post("C")["status"] == "held"
    assert "teks yang sama terbit di Instagram" in new.post("C")["last_error"]
    new.works_at(TOMORROW)
    assert out(stage) == dict.fromkeys(("Jadwal pagi", "Jadwal siang", "Jadwal malam", "Jadwal besok"), 1)


def test_after_a_restore_the_running_worker_goes_on_by_itself(stage: Stage) -> None:
    """In a backup of the night no post is ready or under way: nothing but the look itself wakes the lane for it."""
    old = Machine(stage, ".")
    path = old.backup()
    old.works_at(EARLY)
    new = Machine(stage, "baru")
    stage.move_to(AFTER - timedelta(minutes=30))
    new("db", "restore", path)
    command = [sys.executable, "-m", "ig_worker", "--config", new.config, "run"]
    with (stage.folder / "restored.log").open("wb") as log:
        worker = subprocess.Popen(command, stderr=log)
        try:
            soon = AFTER - timedelta(minutes=30)
            assert comes(new, "A", "published", soon), "what had gone out since is found"
            assert comes(new, "B", "published", AFTER), "and what becomes due goes out"
        finally:
            stop(worker)
    assert out(stage) == {"Jadwal pagi": 1, "Jadwal siang": 1}


def comes(machine: Machine, key: str, status: str, at: datetime, seconds: float = 60) -> bool:
    """Whether a post comes to be so within a while, in which the clock goes on from there."""
    begun = stopwatch()
    with closing(sqlite3.connect(machine.config.parent / "baru" / "ig-worker.db", timeout=30)) as shelf:
        while stopwatch() - begun < seconds:
            if shelf.execute("SELECT status FROM posts WHERE key = ?", (key,)).fetchall() == [(status,)]:
                return True
            machine.stage.move_to(at + timedelta(seconds=stopwatch() - begun))
            pause(0.2)  # the worker is a process of its own
    return False
