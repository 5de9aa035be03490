"""The systemd units: systemd itself finds nothing wrong with them, and they shut the worker in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dockerfile import REPOSITORY

UNITS = REPOSITORY / "docs" / "deploying"
NAMES = ("ig-worker.service", "ig-worker-board.service")
MOST_EXPOSED = 1.5
"""Of ten, as ``systemd-analyze security`` counts; docs/deploying.md says what is left and why."""


def lines(name: str) -> list[tuple[str, str]]:
    found = [line.partition("=") for line in (UNITS / name).read_text("utf-8").splitlines()]
    return [(key, value) for key, equals, value in found if equals and not key.startswith("#")]


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if not found:
        pytest.skip("no systemd-analyze here (apt install systemd)")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_nothing_wrong(analyze: str, tmp_path: Path, name: str) -> None:
    units, program = tmp_path / "etc/systemd/system", tmp_path / "opt/ig-worker/current/bin/ig-worker"
    for folder in (units, program.parent):
        folder.mkdir(parents=True)
    shutil.copy("/bin/true", program)
    shutil.copy(UNITS / name, units)
    words = ["verify", f"--root={tmp_path}", "--recursive-errors=no", units / name]
    done = subprocess.run([analyze, *words], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if name in line]
    assert (done.returncode, ours) == (0, [])
    with (units / name).open("a", encoding="utf-8") as unit:
        unit.write("[Service]\nRestart=whenever\n")
    done = subprocess.run([analyze, *words], capture_output=True, text=True, check=False)
    assert "whenever" in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_is_shut_in(analyze: str, name: str) -> None:
    words = ["security", "--offline=true", "--no-pager", UNITS / name]
    done = subprocess.run([analyze, *words], capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSED
    said = (REPOSITORY / "docs" / "deploying.md").read_text("utf-8")
    assert f"exposure level of {found[1]}" in said


@pytest.mark.parametrize("name", NAMES)
def test_what_it_starts_is_a_command(name: str) -> None:
    (started,) = [value for key, value in lines(name) if key == "ExecStart"]
    program, *command = started.split()
    assert program == "/opt/ig-worker/current/bin/ig-worker"
    subprocess.run(
        [sys.executable, "-m", "ig_worker", *command, "--help"], check=True, stdout=subprocess.DEVNULL
    )


def test_a_disk_that_is_missing_stops_no_start() -> None:
    """systemd starts nothing (226) whose ReadWritePaths are not there, unless a ``-`` stands before them."""
    advised = [
        (file.name, path)
        for file in (*UNITS.glob("*.service"), *(REPOSITORY / "docs").rglob("*.md"))
        for path in re.findall(r"ReadWritePaths=([^\s`]+)", file.read_text("utf-8"))
        # What StateDirectory makes is there.
        if path != "/var/lib/ig-worker"
    ]
    assert {name for name, _ in advised} == {"ig-worker.service", "deploying.md"}
    assert [each for each in advised if not each[1].startswith("-/")] == []


def test_the_worker_says_that_it_lives_and_is_always_started_again() -> None:
    unit = dict(lines("ig-worker.service"))
    assert unit["Type"] == "notify"
    assert unit["WatchdogSec"] == "10min"
    for name in NAMES:
        unit = dict(lines(name))
        assert (unit["Restart"], unit["StartLimitIntervalSec"]) == ("always", "0")
        assert unit["OOMPolicy"] == "continue"
        assert unit["User"] == "ig-worker"


def test_both_are_shut_in_alike() -> None:
    own = {"Description", "After", "Type", "NotifyAccess", "ExecStart", "WatchdogSec", "TimeoutStartSec"}
    own |= {"TimeoutStopSec", "MemoryHigh", "MemoryMax"}
    worker, board = ([line for line in lines(name) if line[0] not in own] for name in NAMES)
    assert worker == board


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_it_starts_where_no_memory_may_become_code(tmp_path: Path) -> None:
    # As MemoryDenyWriteExecute=yes has it; ctypes and the evidence's typesetter are what could stumble.
    script = (
        "import ctypes, os, sys\n"
        "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"
        "code = 'import ig_worker.worker, ig_worker.heap, argon2, typst, PIL.Image; ig_worker.heap.share();'\n"
        'code += \'ig_worker.heap.give_back(); argon2.PasswordHasher().hash("kata sandi"); print("well")\'\n'
        "os.execv(sys.executable, [sys.executable, '-c', code])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if done.returncode == 77:
        pytest.skip("this kernel cannot deny a process what MemoryDenyWriteExecute denies (Linux 6.3)")
    assert (done.returncode, done.stdout) == (0, "well\n"), done.stderr
