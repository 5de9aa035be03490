"""The board's process stays small, also on a morning when everybody logs in at once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from board_centre import PASSWORD, Centre

from ig_worker.domain.rights import Role

AT_ONCE = 8


def megabytes(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/status").read_text("ascii")
    return {name: int(size) / 1024 for name, size in re.findall(r"^(Vm\w+):\s+(\d+) kB", lines, re.MULTILINE)}


def log_in(address: str, name: str) -> int:
    with httpx.Client(base_url=address, timeout=60) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/masuk").text)
        assert token is not None
        return client.post("/masuk", data={"csrf": token[1], "name": name, "password": PASSWORD}).status_code


@contextmanager
def board(centre: Centre) -> Iterator[tuple[int, str]]:
    command = [sys.executable, "-m", "ig_worker", "--config", str(centre.folder / "config.toml")]
    process = subprocess.Popen([*command, "board", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.pid, process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.usefixtures("untraced_children")
def test_logins_at_once_leave_nothing_in_the_process(centre: Centre) -> None:
    """A hash takes 19 MB; left to itself, glibc keeps them on a heap of each thread: 377 MB after thirty logins."""
    names = [f"petugas{number}" for number in range(AT_ONCE)]
    for name in names:
        centre.user(Role.MAKER, name=name)
    with board(centre) as (pid, address):
        log_in(address, names[0])
        before = megabytes(pid)["VmRSS"]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(log_in, [address] * AT_ONCE, names))
        after = megabytes(pid)
    assert after["VmRSS"] < before + 15
    assert after["VmHWM"] < before + 35  # one hash at a time


@pytest.mark.usefixtures("untraced_children")
def test_a_page_does_not_wait_for_the_browsers_acknowledgement(centre: Centre) -> None:
    """Head and body go out in two pieces; where the second waits until the first was acknowledged, 40 ms later."""
    with board(centre) as (_, address), httpx.Client(base_url=address, timeout=60) as client:
        took = [client.get("/masuk").elapsed.total_seconds() for _ in range(20)]
    assert min(took) < 0.035
