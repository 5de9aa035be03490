"""How fast every page of the board answers over a full database, in how much memory, and what the worker feels of it.

    .venv/bin/python benchmarks/board.py [--messages 50000] [--posts 5000] [--cases 2000] [--only /kasus] [--no-worker]

The board is the real process, on one core, over a year of a busy centre on SQLite. Somebody with each role logs in and
follows every link and every filter that a page has, one of each kind; each is then asked for again and again over
loopback, in turns, and the median and the 95th are told. After that eight browsers ask for a page every half second
while a worker reads, judges and thanks beside it on the same database: its passes are timed without and with that
load, by the clock and by its own processor (the embedded Instagram shares the cores with all of them), and single
writes as well. Below stands what the same look costs as a command.
"""

from __future__ import annotations

import argparse
import http.client
import io
import itertools
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "src" / "ig_worker" / "demo" / "sample"
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "benchmarks"))

from busy_year import PASSWORD, fill_busy_year  # noqa: E402
from measured import run  # noqa: E402

from fakes.board_pages import kind_of, walk  # noqa: E402
from ig_worker import config  # noqa: E402
from ig_worker.domain.rights import Role  # noqa: E402
from ig_worker.sandbox.process import SandboxProcess  # noqa: E402
from ig_worker.store import jobs  # noqa: E402

ALLOWED_MS, ALLOWED_MB = 150.0, 100.0
BROWSERS = 8
THINKS = 0.5
"""Seconds that somebody at a browser looks at a page: what is measured is the database, not a core that has no rest."""
PASSES = 15
WRITES = 200
COMMENTS_A_PASS = 20
COMMANDS = (
    ("inbox list, newest 50", ("inbox", "list", "--limit", "50")),
    ("cases list, newest 50", ("cases", "list", "--limit", "50")),
    ("posts list, newest 50", ("posts", "list", "--limit", "50")),
)


class Browser:
    """Somebody who is logged in, on one connection that stays open."""

    def __init__(self, address: str, name: str, cookies: Mapping[str, str] | None = None) -> None:
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.address = address
        self.cookies = dict(cookies or {})
        self._connection = http.client.HTTPConnection(host, int(port), timeout=120)
        if name:
            token = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.look("/masuk")[1].decode())
            assert token is not None
            words = {"csrf": token[1], "name": name, "password": PASSWORD}
            status, _ = self.ask(
                "POST", "/masuk", urlencode(words).encode(), "application/x-www-form-urlencoded"
            )
            assert status == 303, (name, status)

    def read(self, path: str) -> tuple[int, str]:
        """Status and HTML of a page; what is no page is read as nothing."""
        status, content = self.look(path)
        is_page = content[:100].lstrip().lower().startswith(b"<!doctype html")
        return status, content.decode() if is_page else ""

    def look(self, path: str) -> tuple[int, bytes]:
        """Status and content of a page."""
        try:
            return self.ask("GET", path)
        except (
            http.client.RemoteDisconnected,
            ConnectionError,
        ):  # it stood idle for longer than the board waits
            self._connection.close()
            return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        """One request; cookies are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, said = value.split(";")[0].partition("=")
                self.cookies[key] = said
        return answer.status, content


@contextmanager
def board_on(core: int, folder: Path) -> Iterator[tuple[int, str]]:
    """The board's process on this core; its id and address."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "ig_worker", "board", "serve", "--port", "0"],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        os.sched_setaffinity(0, before)
    try:
        assert process.stdout is not None
        yield process.pid, process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(20)


def memory(pid: int) -> dict[str, float]:
    """Megabytes: resident now and at the highest, and the share that is its own."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii") + Path(f"/proc/{pid}/smaps_rollup").read_text(
        "ascii"
    )
    return {
        name: int(size) / 1024
        for name, size in re.findall(r"^(VmRSS|VmHWM|Pss):\s+(\d+)", lines, re.MULTILINE)
    }


def found_pages(browsers: dict[Role, Browser], only: str) -> dict[str, tuple[Role, str]]:
    """Every kind of page that somebody gets to by links and filters, with who looks at it and one address of it."""
    found: dict[str, tuple[Role, str]] = {}
    longest: dict[str, float] = {}
    for role, browser in browsers.items():
        for status, path, offered in walk(browser.read):
            kind, took = kind_of(path), min(timed(browser, path, 2)) if status == 200 else 0.0
            if status != 200:
                print(f"{status} for {path}, which {offered} leads to, as {role.value}")
            elif path.startswith(only) and took > longest.get(kind, -1.0):
                # Who has more rights has more on a page: it is measured as whom it costs most.
                longest[kind], found[kind] = took, (role, path)
    return found


def timed(browser: Browser, path: str, times: int) -> list[float]:
    """Milliseconds of so many looks."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        status, _ = browser.look(path)
        took.append((time.perf_counter() - began) * 1000)
        assert status == 200, (path, status)
    return took


def measure_pages(pages: dict[str, tuple[Role, str]], browsers: dict[Role, Browser], times: int) -> list[str]:
    """Print a line for each page, the slowest first; those that are too slow."""
    took: dict[str, list[float]] = {kind: [] for kind in pages}
    for _ in range(max(1, times // 5)):  # in turns: a noisy second of the machine is not one page's
        for kind, (role, path) in pages.items():
            took[kind] += timed(browsers[role], path, 5)
    print(f"\n{'page':<64}{'median':>9}{'95th':>9}  as")
    slow = []
    for kind, each in sorted(took.items(), key=lambda pair: -statistics.median(pair[1])):
        median, high = statistics.median(each), sorted(each)[int(len(each) * 0.95)]
        late = median > ALLOWED_MS
        slow += [kind] if late else []
        print(
            f"{kind:<64}{median:>6.1f} ms{high:>6.1f} ms  {pages[kind][0].value}{'  TOO SLOW' if late else ''}"
        )
    return slow


@contextmanager
def load(core: int, browsers: dict[Role, Browser], pages: dict[str, tuple[Role, str]]) -> Iterator[list[int]]:
    """Eight browsers that ask for one page after another, from the board's core; how many they have had, at the end."""
    spawn = multiprocessing.get_context("spawn")
    over, had = spawn.Event(), spawn.Value("i", 0)
    turn = [(browsers[role].address, browsers[role].cookies, path) for role, path in pages.values()]
    process = spawn.Process(target=browse, args=(core, turn, over, had))
    process.start()
    count = [0]
    while not had.value:
        time.sleep(0.05)
    begun = had.value
    try:
        yield count
    finally:
        count[0] = had.value - begun
        over.set()
        process.join()


def browse(core: int, turn: list[tuple[str, dict[str, str], str]], over: Any, had: Any) -> None:
    """In a process of its own: the pages in turn, each of the browsers from another one on."""
    os.sched_setaffinity(0, {core})

    def one(place: int) -> None:
        first = place * len(turn) // BROWSERS
        for address, cookies, path in itertools.cycle([*turn[first:], *turn[:first]]):
            if over.is_set():
                return
            Browser(address, "", cookies).look(path)
            with had.get_lock():
                had.value += 1
            over.wait(THINKS)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(BROWSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Worker:
    """The worker's people lane in this process: what it reads, judges and answers in one pass."""

    def __init__(self, folder: Path, instagram: SandboxProcess) -> None:
        from ig_worker.bootstrap import House

        self._house = House(config.load(folder / "config.toml", env={}))
        self._jobs = [each for each in self._house.jobs() if each.name in {"inbox", "replies", "cases"}]
        self._door = instagram.door
        self._media = [self._door.media("image", f"Kiriman {number}") for number in range(10)]
        self._written = 0

    def writes(self, count: int) -> list[float]:
        """Milliseconds of so many single writes, begun and on the disk: what the other side of the file could delay."""
        took = []
        for _ in range(count):
            began = time.perf_counter()
            with self._house.database.writing() as connection:
                jobs.started(connection, "benchmark", self._house.clock.now())
            took.append((time.perf_counter() - began) * 1000)
        return took

    def passes(self, count: int) -> list[tuple[float, float]]:
        """Milliseconds of so many passes, each with fresh comments to read: by the clock, and of the processor."""
        took = []
        for _ in range(count):
            self._door.comments(
                {
                    "author": f"warga{self._written}_{number}",
                    "text": f"Terima kasih bidannya sabar sekali, pelayanan cepat {self._written} {number}",
                    "media_id": self._media[number % len(self._media)],
                }
                for number in range(COMMENTS_A_PASS)
            )
            self._written += 1
            began, core = time.perf_counter(), time.process_time()
            for job in self._jobs:
                job.run()
            took.append(((time.perf_counter() - began) * 1000, (time.process_time() - core) * 1000))
        return took


def measure_worker(
    core: int,
    folder: Path,
    instagram: SandboxProcess,
    browsers: dict[Role, Browser],
    pages: dict[str, tuple[Role, str]],
) -> None:
    """Print what the worker's passes take without and with eight browsers at the board."""
    worker = Worker(folder, instagram)
    worker.passes(3)
    alone, wrote = worker.passes(PASSES), worker.writes(WRITES)
    with load(core, browsers, pages) as count:
        began = time.perf_counter()
        beside, wrote_beside = worker.passes(PASSES), worker.writes(WRITES)
        took = time.perf_counter() - began
    alone += worker.passes(PASSES)
    wrote += worker.writes(WRITES)
    print(
        f"\nthe worker, on another core, while {BROWSERS} browsers have {count[0] / took:.0f} pages a second"
    )
    print(f"{'median (longest), ms':<40}{'nobody there':>18}{'browsers there':>18}{'ratio':>8}")
    for what, quiet, busy in (
        (f"a pass over {COMMENTS_A_PASS} fresh comments", [a for a, _ in alone], [b for b, _ in beside]),
        ("of it its own processor", [a for _, a in alone], [b for _, b in beside]),
        ("one write, on the disk", wrote, wrote_beside),
    ):
        middle, loud = statistics.median(quiet), statistics.median(busy)
        shown = f"{middle:.1f} ({max(quiet):.0f})", f"{loud:.1f} ({max(busy):.0f})"
        print(f"{what:<40}{shown[0]:>18}{shown[1]:>18}{loud / middle:>8.2f}")


def upload(browser: Browser) -> int:
    """One sheet with its pictures sent to the import, to be looked at; the answer's status."""
    status, page = browser.read("/impor")
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    field = re.search(
        r'<input[^>]*type="file"[^>]*name="(\w+)"|<input[^>]*name="(\w+)"[^>]*type="file"', page
    )
    if status != 200 or token is None or field is None:
        return status
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.write(SAMPLE / "rencana.xlsx", "rencana.xlsx")
        for picture in sorted((SAMPLE / "gambar").iterdir()):
            archive.write(picture, f"gambar/{picture.name}")
    parts = (
        b'--BATAS\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token[1].encode()
        + b'\r\n--BATAS\r\nContent-Disposition: form-data; filename="rencana.zip"; '
        + f'name="{field[1] or field[2]}"'.encode()
        + b"\r\nContent-Type: application/zip\r\n\r\n" + made.getvalue() + b"\r\n--BATAS--\r\n"
    )  # fmt: skip
    return browser.ask("POST", "/impor", parts, "multipart/form-data; boundary=BATAS")[0]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--messages", type=int, default=50_000)
    asked.add_argument("--posts", type=int, default=5_000)
    asked.add_argument("--cases", type=int, default=2_000)
    asked.add_argument("--times", type=int, default=100)
    asked.add_argument("--only", default="/", metavar="PATH", help="measure pages below this address only")
    asked.add_argument("--no-worker", action="store_true", help="leave worker and commands out")
    given = asked.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="ig-worker-benchmark-") as made, SandboxProcess() as instagram:
        folder = Path(made)
        fill_busy_year(
            folder, instagram.base_url, posts=given.posts, messages=given.messages, cases=given.cases
        )
        print(f"{given.messages:,} messages, {given.posts:,} posts, {given.cases:,} cases")
        with board_on(cores[-1], folder) as (pid, address):
            begun = memory(pid)
            browsers = {role: Browser(address, role.value) for role in Role}
            pages = found_pages(browsers, given.only)
            slow = measure_pages(pages, browsers, given.times)
            looked = memory(pid)
            status = upload(browsers[Role.VERIFIER])
            after = memory(pid)
            print(f"\n{'the board in MB':<40}{'resident':>10}{'at most':>10}{'its own':>10}")
            for what, each in (
                ("begun", begun),
                ("after every page", looked),
                (f"after an upload ({status})", after),
            ):
                print(f"{what:<40}{each['VmRSS']:>10.1f}{each['VmHWM']:>10.1f}{each['Pss']:>10.1f}")
            if not given.no_worker:
                os.sched_setaffinity(0, {cores[0]})
                measure_worker(cores[-1], folder, instagram, browsers, pages)
                busy = memory(pid)
                print(
                    f"\nthe board after that: {busy['VmRSS']:.1f} MB resident, {busy['VmHWM']:.1f} MB at most"
                )
                after = max(after, busy, key=lambda each: each["VmHWM"])
        if not given.no_worker:
            print(f"\n{'the same look as a command':<40}{'clock':>10}{'memory':>12}")
            for what, words in COMMANDS:
                clock, _, megabytes = run("-m", "ig_worker", *words, folder=folder)
                print(f"{what:<40}{clock * 1000:>7.0f} ms{megabytes:>9.0f} MB")
    if slow or after["VmHWM"] > ALLOWED_MB:
        raise SystemExit(f"too slow: {', '.join(slow) or 'none'}; memory at most {after['VmHWM']:.0f} MB")


if __name__ == "__main__":
    main()
