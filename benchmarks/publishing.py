"""How soon posts that are due at one second go out, beside simple schedulers' way of doing it in the same run.

    .venv/bin/python benchmarks/publishing.py --accounts 20 --posts 100

The worker, the board that serves its pictures and the embedded Instagram are processes of their own; a container takes
3 seconds and every answer 0.3. What counts is when ``media_publish`` arrived there, by Instagram's own record. The
hand-made way makes the container at the due time, looks each second whether it is ready, publishes, and goes on with
the account's next post. Takes about four minutes; how it comes on is told on stderr.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
from PIL import Image

from ig_worker.sandbox.process import SandboxProcess

ZONE = ZoneInfo("Asia/Jakarta")
SETTINGS = {"container_seconds": 3.0, "answer_seconds": 0.3}
SHEET_COLUMNS = (
    "kode", "akun", "tanggal", "jam", "segmen", "jenis", "media", "caption", "ada_pasien", "status", "pembuat",
    "verifikator",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """One account of the embedded Instagram, as both sides know it."""

    name: str
    ig_user_id: str
    token: str


@dataclass(frozen=True)
class Figures:
    """What Instagram's record says of one way: seconds from due to ``media_publish``, and calls by kind."""

    late: list[float]
    out_once: int
    published: int
    calls: Counter[str]


def tell(words: str) -> None:
    """How it comes on."""
    print(f"{datetime.now(ZONE):%H:%M:%S}  {words}", file=sys.stderr, flush=True)


def sandbox(accounts: list[Account]) -> SandboxProcess:
    """An embedded Instagram with these accounts."""
    known = [
        {"ig_user_id": one.ig_user_id, "username": one.name, "access_token": one.token} for one in accounts
    ]
    return SandboxProcess({"accounts": known, "settings": SETTINGS})


def caption(number: int) -> str:
    """Each post's own."""
    return f"Jadwal layanan puskesmas nomor {number:03d}"


class Centre:
    """A folder with the worker's configuration, its sheet and three pictures."""

    def __init__(self, folder: Path, accounts: list[Account], graph: str) -> None:
        self.folder = folder
        self.accounts = accounts
        self._graph = graph
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")
        }
        for number, colour in enumerate(("seagreen", "steelblue", "darkorange"), 1):
            Image.effect_noise((1200, 1200), 60).convert("RGB").save(folder / f"noise-{number}.jpg")
            tinted = Image.blend(
                Image.open(folder / f"noise-{number}.jpg"), Image.new("RGB", (1200, 1200), colour), 0.7
            )
            tinted.save(folder / f"gambar-{number}.jpg", quality=88)
        self.configure("")

    def configure(self, media: str) -> None:
        """Write the configuration; `media` is where the pictures are served."""
        tables = "\n".join(
            f'[accounts.{one.name}]\nig_user_id = "{one.ig_user_id}"\naccess_token = "{one.token}"\n'
            for one in self.accounts
        )
        text = (
            f'timezone = "Asia/Jakarta"\ndata_dir = "var"\n[graph]\nbase_url = "{self._graph}"\n'
            f'[media]\npublic_base_url = "{media}"\nallow_private_addresses = true\n'
            f'[log]\nlevel = "INFO"\njson = true\n{tables}'
        )
        (self.folder / "config.toml").write_text(text)

    def start(self, *words: str, **rest: Any) -> subprocess.Popen[bytes]:
        """Start a command of the worker."""
        command = [sys.executable, "-m", "ig_worker", "--config", str(self.folder / "config.toml"), *words]
        return subprocess.Popen(command, env=self._environment, **rest)

    def do(self, *words: str) -> str:
        """Run a command to its end; what it said."""
        process = self.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, complaints = process.communicate()
        if process.returncode:
            raise SystemExit(f"ig-worker {' '.join(words)}: {complaints.decode()}{said.decode()}")
        return said.decode()

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that serves, until it is not needed any more; its log is in ``<first word>.log``."""
        with (self.folder / f"{words[0]}.log").open("wb") as log:
            process = self.start(*words, stdout=subprocess.PIPE, stderr=log)
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(20)
                assert process.stdout is not None
                process.stdout.close()

    def write_sheet(self, posts: int, due: datetime) -> Path:
        """A plan of so many approved pictures, dealt out to the accounts, all of them for the same second."""
        path = self.folder / "rencana.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(SHEET_COLUMNS)
            for number in range(posts):
                account = self.accounts[number % len(self.accounts)].name
                rows.writerow(
                    [f"P-{number:03d}", account, f"{due:%d/%m/%Y}", f"{due:%H.%M.%S}", "Pengumuman", "gambar",
                     f"gambar-{number % 3 + 1}.jpg", caption(number), "tidak", "disetujui", "Rina", "dr. Sari"]
                )  # fmt: skip
        return path

    def counts(self) -> Counter[str]:
        """How many posts are in which state."""
        return Counter(post["status"] for post in json.loads(self.do("posts", "list", "--json")))


def the_worker(centre: Centre, posts: int, due: datetime) -> None:
    """Let ``ig-worker run`` prepare the posts and publish them."""
    tell(f"importing {posts} posts for {len(centre.accounts)} accounts, all due at {due:%H:%M:%S}")
    centre.do("posts", "import", str(centre.write_sheet(posts, due)))
    with centre.running("run") as worker:
        while (left := (due - datetime.now(ZONE)).total_seconds()) > 12:
            counts = centre.counts()
            tell(f"{left:4.0f} s to go: {_listed(counts)}")
            time.sleep(min(8.0, max(0.0, left - 12)) if counts["ready"] < posts else max(0.0, left - 10))
        tell(f"   due soon: {_listed(centre.counts())}")
        time.sleep(max(0.0, (due - datetime.now(ZONE)).total_seconds()) + 8)
        for _ in range(20):
            counts = centre.counts()
            tell(f"  after due: {_listed(counts)}")
            if counts["published"] == posts:
                break
            time.sleep(3)
        status = Path(f"/proc/{worker.pid}/status").read_text("ascii").splitlines()
        highest = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        tell(f"the worker's highest memory: {highest / 1024:.0f} MB")


def by_hand(base_url: str, picture: str, accounts: list[Account], posts: int, due: datetime) -> None:
    """What a simple scheduler does: at the due time each account's posts, one after another."""
    time.sleep(max(0.0, (due - datetime.now(ZONE)).total_seconds()))

    def publish_all(account: Account, captions: list[str]) -> None:
        http = requests.Session()
        http.headers["Authorization"] = f"Bearer {account.token}"
        address = f"{base_url}/v25.0"

        def asked(method: str, path: str, **rest: Any) -> dict[str, Any]:
            answer = http.request(method, f"{address}/{path}", timeout=60, **rest)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
            return found

        for text in captions:
            form = {"image_url": picture, "caption": text}
            container = asked("POST", f"{account.ig_user_id}/media", data=form)["id"]
            while asked("GET", container, params={"fields": "status_code"})["status_code"] != "FINISHED":
                time.sleep(1)
            media = asked("POST", f"{account.ig_user_id}/media_publish", data={"creation_id": container})[
                "id"
            ]
            asked("GET", media, params={"fields": "permalink"})

    threads = [
        threading.Thread(
            target=publish_all,
            args=(account, [caption(number) for number in range(place, posts, len(accounts))]),
        )
        for place, account in enumerate(accounts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def look(state: dict[str, Any], posts: int, due: datetime) -> Figures:
    """Instagram's own record of what happened."""
    seen = Counter(media["caption"] for media in state["media"])
    publications = [
        line for line in state["log"] if line["path"].endswith("/media_publish") and line["status"] == 200
    ]
    late = sorted((datetime.fromisoformat(line["arrived_at"]) - due).total_seconds() for line in publications)
    calls = Counter(
        {
            template: count
            for template, count in state["calls"].items()
            if template.startswith("POST") or template in _READS
        }
    )
    once = sum(seen[caption(number)] == 1 for number in range(posts))
    return Figures(late, once, len(state["media"]), calls)


_READS = (
    "GET /{container}",
    "GET /?ids",
    "GET /{media}",
    "GET /{account}/content_publishing_limit",
)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


def _line(name: str, found: Figures, posts: int) -> str:
    ordered = found.late or [float("nan")]
    centile = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (
        f"{name:<12}{found.out_once:>4} of {posts:<4}{found.published:>6}"
        f"{statistics.median(ordered):>10.2f} s{centile:>8.2f} s{ordered[-1]:>8.2f} s"
        f"{sum(found.calls.values()) / posts:>8.2f}"
    )


def show(ours: Figures, theirs: Figures, posts: int) -> None:
    """The table."""
    print("            out once  posts    median      p99      max  calls a post")
    print(_line("ig-worker", ours, posts))
    print(_line("by hand", theirs, posts))
    for name, found in (("ig-worker", ours), ("by hand", theirs)):
        print(
            f"{name}: " + ", ".join(f"{count} {template}" for template, count in sorted(found.calls.items()))
        )


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--accounts", type=int, default=20)
    options.add_argument("--posts", type=int, default=100)
    options.add_argument("--lead", type=float, default=120, help="seconds from the import to the due time")
    chosen = options.parse_args()
    posts = chosen.posts
    accounts = [
        Account(f"puskesmas{number:02d}", str(17841400000001000 + number), f"IGAAbenchmark{number:02d}")
        for number in range(1, chosen.accounts + 1)
    ]
    with tempfile.TemporaryDirectory(prefix="ig-worker-benchmark-") as made, sandbox(accounts) as instagram:
        centre = Centre(Path(made), accounts, instagram.base_url)
        centre.do("db", "upgrade")
        with centre.running("board", "serve", "--port", "0") as board:
            assert board.stdout is not None
            media = board.stdout.readline().decode().split()[-1] + "/media"
            centre.configure(media)
            due = (datetime.now(ZONE) + timedelta(seconds=chosen.lead)).replace(microsecond=0)
            the_worker(centre, posts, due)
            ours = look(instagram.door.state(), posts, due)
            with sandbox(accounts) as another:
                # The board serves only names that nobody can guess.
                name = f"{secrets.token_urlsafe(24)}.jpg"
                (centre.folder / "gambar-1.jpg").rename(centre.folder / "var" / "media" / name)
                due = (datetime.now(ZONE) + timedelta(seconds=3)).replace(microsecond=0)
                tell(f"the same by hand, due at {due:%H:%M:%S}")
                by_hand(another.base_url, f"{media}/{name}", accounts, posts, due)
                theirs = look(another.door.state(), posts, due)
    show(ours, theirs, posts)
    if ours.out_once != posts or ours.published != posts:
        raise SystemExit("not every post is out exactly once")


if __name__ == "__main__":
    main()
