"""One worker at a time on a SQLite database, however the one before it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.lock import only_worker

WORKER = """
import sys, pathlib
from ig_worker.store.lock import only_worker
with only_worker(pathlib.Path(sys.argv[1])):
    print("works", flush=True)
    sys.stdin.read()
"""


def a_worker(file: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock, until its input ends or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "works\n"
    return process


def test_a_second_worker_is_told_whose_database_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    first = a_worker(file)
    with pytest.raises(Misconfigured) as caught, only_worker(file):
        pass
    assert str(caught.value) == f"another worker (process {first.pid}) already works on {file}"
    assert caught.value.cure.startswith("stop it first")
    first.communicate()


def test_the_next_worker_may_begin_when_the_first_has_ended(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    a_worker(file).communicate()
    with only_worker(file):
        assert (tmp_path / "ig-worker.db.lock").read_text().split() == [str(os.getpid())]
    with only_worker(file):
        pass


def test_a_killed_worker_leaves_no_lock_behind(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    first = a_worker(file)
    first.kill()
    first.communicate()
    with only_worker(file):
        pass


def test_a_shorter_number_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    (tmp_path / "ig-worker.db.lock").write_text("99999999999\n")
    with only_worker(file):
        assert (tmp_path / "ig-worker.db.lock").read_text().split() == [str(os.getpid())]


def test_a_holder_that_has_not_said_its_number_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    first = a_worker(file)
    (tmp_path / "ig-worker.db.lock").write_text("")
    with pytest.raises(Misconfigured, match=r"another worker \(process unknown\)"), only_worker(file):
        pass
    first.communicate()


def test_two_databases_may_have_a_worker_each(tmp_path: Path) -> None:
    with only_worker(tmp_path / "one.db"), only_worker(tmp_path / "two.db"):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "ig-worker.db.lock").mkdir()
    with pytest.raises(Misconfigured, match="cannot write") as caught, only_worker(tmp_path / "ig-worker.db"):
        pass
    assert caught.value.cure == "make the data folder writable for the worker's user"


def test_on_postgresql_there_is_nothing_to_hold() -> None:
    with only_worker(None), only_worker(None):
        pass
