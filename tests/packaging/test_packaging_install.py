"""scripts/install below a folder: makes, does nothing twice, upgrades, goes back, and removes without touching data."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from dockerfile import REPOSITORY
from ordinary import fetched_or_skip, open_folder

import ig_worker
from ig_worker.clock import pause, stopwatch

OLD = "0.6.0-1"


@dataclass
class Machine:
    """A folder that stands for a whole machine."""

    root: Path

    def install(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [REPOSITORY / "scripts" / "install", "--root", self.root, *words],
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def opt(self) -> Path:
        return self.root / "opt/ig-worker"

    @property
    def current(self) -> str:
        return str((self.opt / "current").readlink())

    @property
    def database(self) -> Path:
        return self.root / "var/lib/ig-worker/ig-worker.db"

    def old_release(self) -> None:
        """A release from before, which is the one in use."""
        program = self.opt / OLD / "bin/ig-worker"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\necho the old one\n")
        program.chmod(0o755)
        (self.opt / "current").unlink()
        (self.opt / "current").symlink_to(OLD)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with open_folder() as folder:
        machine = Machine(folder / "akar")
        done = machine.install()
        fetched_or_skip(done.stderr if done.returncode else "")
        yield machine


@pytest.mark.slow
def test_what_was_installed_works(machine: Machine, untraced_children: None) -> None:
    assert machine.current.startswith(f"{ig_worker.__version__}-")
    for name in ("ig-worker.service", "ig-worker-board.service"):
        unit = machine.root / "etc/systemd/system" / name
        assert unit.read_bytes() == (REPOSITORY / "docs/deploying" / name).read_bytes()
    config = machine.root / "etc/ig-worker/config.toml"
    assert config.stat().st_mode & 0o777 == 0o640
    assert machine.database.parent.stat().st_mode & 0o777 == 0o750
    words = [machine.opt / "current/bin/ig-worker", "--config", config, "db", "current"]
    done = subprocess.run(
        words,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "IG_WORKER_DATA_DIR": str(machine.database.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    wrapper = machine.root / "usr/local/bin/ig-worker"
    assert subprocess.run(["sh", "-n", wrapper], check=False).returncode == 0
    assert os.access(wrapper, os.X_OK)
    # Nothing is left in the checkout, and nothing of it is needed.
    files = {path.suffix for path in (machine.opt / machine.current).rglob("ig_worker/*") if path.is_file()}
    assert ".py" in files


@pytest.mark.slow
def test_once_more_changes_nothing(machine: Machine) -> None:
    config = machine.root / "etc/ig-worker/config.toml"
    config.write_text(config.read_text("utf-8") + "\n# ours\n", "utf-8")
    before = {path: path.lstat().st_mtime_ns for path in machine.opt.rglob("*") if path.name != "current"}
    release = machine.current
    done = machine.install()
    assert done.returncode == 0, done.stderr
    assert config.read_text("utf-8").endswith("\n# ours\n")
    assert machine.current == release
    after = {path: path.lstat().st_mtime_ns for path in machine.opt.rglob("*") if path.name != "current"}
    grown = {path for path in after.keys() - before.keys() if "__pycache__" not in path.parts}
    assert grown == set()
    assert {path for path in before if path.is_file() and after.get(path) != before[path]} == set()


@pytest.mark.slow
def test_an_upgrade_keeps_the_release_before_it_and_there_is_a_way_back(machine: Machine) -> None:
    release = machine.current
    (machine.opt / "0.5.0-7" / "bin").mkdir(parents=True)
    machine.old_release()
    done = machine.install()
    assert done.returncode == 0, done.stderr
    assert machine.current == release
    assert {path.name for path in machine.opt.iterdir()} == {release, OLD, "current", "before"}
    done = machine.install("--back")
    assert done.returncode == 0, done.stderr
    assert machine.current == OLD
    assert "the old one" in done.stdout
    assert machine.install("--back").returncode == 0
    assert machine.current == release


@pytest.mark.slow
def test_where_the_database_cannot_be_upgraded_the_old_release_goes_on(machine: Machine) -> None:
    release = machine.current
    machine.old_release()
    whole = machine.database.read_bytes()
    try:
        with closing(sqlite3.connect(machine.database)) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        done = machine.install()
        assert done.returncode == 1
        assert "the database could not be upgraded" in done.stderr
        assert f"{OLD} goes on" in done.stderr
        assert machine.current == OLD
        # Where there was none before, the new one is there to look with.
        (machine.opt / "current").unlink()
        done = machine.install()
        assert done.returncode == 1
        assert machine.current == release
    finally:
        for rest in machine.database.parent.glob("ig-worker.db-*"):
            rest.unlink()
        machine.database.write_bytes(whole)
    assert machine.install().returncode == 0
    assert machine.current == release


def is_upgrading(machine: Machine) -> bool:
    """Whether a `db upgrade` of a release of this machine runs."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"\0db\0upgrade\0" in words and bytes(machine.opt) in words:
                return True
    return False


@pytest.mark.slow
def test_a_power_cut_in_the_upgrade_leaves_the_release_that_knows_the_database(machine: Machine) -> None:
    release = machine.current
    machine.old_release()
    with machine.database.with_name("ig-worker.db.upgrade").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # so that it takes its time
        script = subprocess.Popen(
            [REPOSITORY / "scripts/install", "--root", machine.root],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        begun = stopwatch()
        while not is_upgrading(machine):
            assert script.poll() is None
            assert stopwatch() - begun < 120
            pause(0.05)
        os.killpg(script.pid, signal.SIGKILL)
        script.wait()
    assert machine.current == OLD
    assert machine.install().returncode == 0
    assert machine.current == release
    assert (machine.opt / "before").read_text("ascii").strip() == OLD


@pytest.mark.slow
def test_removing_leaves_configuration_and_data(machine: Machine) -> None:
    done = machine.install("--remove")
    assert done.returncode == 0, done.stderr
    left = {str(path.relative_to(machine.root)) for path in machine.root.rglob("*") if path.is_file()}
    assert "etc/ig-worker/config.toml" in left
    assert "var/lib/ig-worker/ig-worker.db" in left
    assert not [path for path in left if path.startswith(("opt/", "usr/", "etc/systemd/"))]


def test_a_wrong_word_is_said_in_one_line(tmp_path: Path) -> None:
    for words, said in ((["--bakc"], "there is no '--bakc'"), (["--root"], "--root needs a folder")):
        done = subprocess.run(
            [REPOSITORY / "scripts/install", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    back = Machine(tmp_path).install("--back")
    assert back.returncode == 1
    assert "no release before this one" in back.stderr
    shown = subprocess.run(
        [REPOSITORY / "scripts/install", "--help"], capture_output=True, text=True, check=True
    )
    assert "scripts/install --remove" in shown.stdout
