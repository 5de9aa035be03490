"""What a command costs: time by the clock and of the processor, and the most memory that it and its children hold."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def run(*command: str | Path, folder: Path) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of the processor, and megabytes of the command and what it starts."""
    before = os.times()
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=folder, stdout=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(_megabytes, _family(process.pid))))
        time.sleep(0.01)
    clock = time.perf_counter() - began
    ended = os.times()
    assert process.returncode == 0, command
    return (
        clock,
        ended.children_user + ended.children_system - before.children_user - before.children_system,
        most,
    )


def _family(pid: int) -> list[int]:
    """The process and all it started, by whatever thread of theirs."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text("ascii").split()]
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
