"""What a worker with nothing to do costs: how soon it runs, its memory, and its share of a core.

    .venv/bin/python benchmarks/idle.py --seconds 120

One `ig-worker run` with its defaults and one account, on SQLite in an empty folder, beside the embedded Instagram in a
process of its own. The start is counted from the command to the line "the worker runs"; memory and processor (its
children's too) after the first round of jobs has settled. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN

CONFIG = """\
timezone = "Asia/Jakarta"
data_dir = "var"

[graph]
base_url = "{graph}"

[accounts.polowijen]
ig_user_id = "{account}"
access_token = "{token}"

[media]
allow_private_addresses = true
"""

GOALS = {"start_seconds": 1.5, "rss_mb": 75.0, "core_percent": 0.5}
"""What each figure must stay below."""


def memory(pid: int) -> tuple[float, float, float]:
    """Megabytes: resident (RSS), its fair share (PSS), and the most that was ever resident."""
    status = _table(Path(f"/proc/{pid}/status"))
    return status["VmRSS"], _table(Path(f"/proc/{pid}/smaps_rollup"))["Pss"], status["VmHWM"]


def _table(file: Path) -> dict[str, float]:
    words = [line.split() for line in file.read_text("ascii", "replace").splitlines()]
    return {line[0].rstrip(":"): int(line[1]) / 1024 for line in words if line[-1] == "kB"}


def processor(pid: int) -> float:
    """Seconds of the processor that it and its ended children have taken.

    Its own by the kernel's exact clock: the ticks in ``stat`` miss most of what wakes for a millisecond and sleeps.
    """
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    children = sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(~pid << 3 | 2) + children  # clock_getcpuclockid(3)


def wakes(pid: int) -> int:
    """How often its threads have gone to sleep of their own will."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text("ascii", "replace").splitlines()
        found += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))
    return found


def started(worker: subprocess.Popen[bytes], log: Path, begun: float) -> float:
    """Seconds until it says that it runs."""
    while b'"the worker runs' not in log.read_bytes():
        assert worker.poll() is None, log.read_text("utf-8")
        time.sleep(0.005)
    return time.perf_counter() - begun


def measured(folder: Path, graph: str, *, settle: float, seconds: float) -> dict[str, Any]:
    """The figures of one idle worker."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(graph=graph, account=INSTAGRAM_ACCOUNT, token=INSTAGRAM_TOKEN), "utf-8")
    config.chmod(0o600)
    command = [sys.executable, "-m", "ig_worker", "--config", str(config)]
    subprocess.run([*command, "db", "upgrade"], check=True, stdout=subprocess.DEVNULL)
    log = folder / "stderr"
    with log.open("wb") as stderr:
        begun = time.perf_counter()
        worker = subprocess.Popen([*command, "run"], stderr=stderr, stdout=subprocess.DEVNULL)
        try:
            start = started(worker, log, begun)
            time.sleep(settle)
            before, slept, since = processor(worker.pid), wakes(worker.pid), time.perf_counter()
            time.sleep(seconds)
            took, passed = processor(worker.pid) - before, time.perf_counter() - since
            rss, pss, most = memory(worker.pid)
            woken = wakes(worker.pid) - slept
            begun = time.perf_counter()
        finally:
            worker.terminate()
            worker.wait(30)
    return {
        "start_seconds": round(start, 2),
        "rss_mb": round(rss, 1),
        "pss_mb": round(pss, 1),
        "most_rss_mb": round(most, 1),
        "core_percent": round(100 * took / passed, 3),
        "wakes_per_second": round(woken / passed, 2),
        "stop_seconds": round(time.perf_counter() - begun, 2),
        "seconds": round(passed, 1),
        "log_lines": len(log.read_bytes().splitlines()),
    }


def main() -> int:
    """Measure, print, and fail where a goal is missed."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--seconds", type=float, default=120.0, help="how long it is watched")
    words.add_argument("--settle", type=float, default=20.0, help="how long it may settle before")
    said = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="ig-worker-idle-") as folder, SandboxProcess() as instagram:
        figures = measured(Path(folder), instagram.base_url, settle=said.settle, seconds=said.seconds)
    print(json.dumps(figures, indent=2))
    missed = [
        f"{name} is {figures[name]}, not below {goal}"
        for name, goal in GOALS.items()
        if figures[name] >= goal
    ]
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
