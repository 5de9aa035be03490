"""How fast ten thousand comments are read, stored and judged, and what a quiet poll costs, beside a naive poller.

    .venv/bin/python benchmarks/inbox.py

The worker's job ``inbox`` as it is, on SQLite with every commit on the disk, in this process and on one core; the
embedded Instagram is a process of its own. A third of the comments are replies, on few comments many and on most none,
and the words are the classifier's own sentences, misspelt so that nothing is remembered from before. The naive poller
asks for every post's comments and for the replies of each, at every poll; it only reads, and stores nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from ig_worker.bootstrap import House
from ig_worker.config import load
from ig_worker.lanes import Job
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN
from ig_worker.store.migrate import upgrade_in_own_process
from ig_worker.training import read_sentences, shipped_sentences

POSTS = 25
CONVERSATIONS = 60
MESSAGES_EACH = 5
A_BATCH = 1000
COMMENT_FIELDS = "id,text,timestamp,username,from,like_count,hidden,parent_id"
CONFIG = """\
timezone = "Asia/Jakarta"
data_dir = "var"
[graph]
base_url = "{graph}"
[log]
level = "WARNING"
[accounts.polowijen]
ig_user_id = "{account}"
access_token = "{token}"
"""


class Counted:
    """The account's door to Instagram; notes this process's memory as the comments come in."""

    def __init__(self, door: Any, comments: int) -> None:
        self._door = door
        self._marks = [comments // 4, comments // 2, comments * 3 // 4]
        self._comments = 0
        self.memory: list[float] = []

    def __getattr__(self, name: str) -> Any:
        """Everything else is the door's own."""
        return getattr(self._door, name)

    def comments(self, *words: Any, **rest: Any) -> Any:
        """A page of comments with the first replies to each."""
        return self._count(self._door.comments(*words, **rest))

    def comment_replies(self, *words: Any, **rest: Any) -> Any:
        """A page of the replies to one comment."""
        return self._count(self._door.comment_replies(*words, **rest))

    def _count(self, page: Any) -> Any:
        self._comments += sum(1 + len(one.replies) for one in page.items)
        while self._marks and self._comments >= self._marks[0]:
            self._marks.pop(0)
            self.memory.append(resident_mb())
        return page


class CountedHouse(House):
    """The worker's house with that door."""

    comments_to_come = 0
    counted: Counted | None = None

    def instagram(self, name: str) -> Any:
        """The account's door, counted."""
        if self.counted is None:
            self.counted = Counted(super().instagram(name), self.comments_to_come)
        return self.counted


@dataclass
class Spent:
    """What something cost: seconds of the clock and of this process's core, and Instagram's count of the calls."""

    wall: float = 0.0
    cpu: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)


def resident_mb() -> float:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


@contextmanager
def spending(instagram: SandboxProcess) -> Iterator[Spent]:
    """Measure what is done inside."""
    spent = Spent()
    before = Counter(instagram.door.state()["calls"])
    wall, cpu = time.perf_counter(), time.process_time()
    yield spent
    spent.wall, spent.cpu = time.perf_counter() - wall, time.process_time() - cpu
    spent.calls = Counter(instagram.door.state()["calls"]) - before


def texts(number: int, chance: random.Random) -> list[str]:
    """So many texts of a comment's length."""
    sentences = [sentence.text for sentence in read_sentences(shipped_sentences())]

    def misspelt(text: str) -> str:
        words = text.split()
        where = chance.randrange(len(words))
        words[where] += chance.choice("aeiou") * chance.randrange(1, 4)
        return " ".join(words)

    return [misspelt(chance.choice(sentences)) for _ in range(number)]


def fill(instagram: SandboxProcess, comments: int) -> None:
    """25 posts with these comments under them, a third of them replies, and some conversations."""
    chance = random.Random(17)
    now = datetime.now(UTC)
    door = instagram.door
    posts = [
        door.media("image", f"Kiriman {n}", at=(now - timedelta(days=n + 1)).isoformat())
        for n in range(POSTS)
    ]
    words = texts(comments, chance)
    times = sorted(now - timedelta(seconds=chance.randrange(60, 20 * 3600)) for _ in range(comments))
    above: list[str] = []
    made = [
        {"author": f"warga{chance.randrange(comments // 3)}", "text": text, "at": at.isoformat()}
        for text, at in zip(words, times, strict=True)
    ]
    first, replies = made[: comments - comments // 3], made[comments - comments // 3 :]
    for start in range(0, len(first), A_BATCH):
        batch = first[start : start + A_BATCH]
        for n, one in enumerate(batch):
            one["media_id"] = posts[(start + n) % POSTS]
        above += [one["id"] for one in door.comments(batch)]
    for start in range(0, len(replies), A_BATCH):
        batch = replies[start : start + A_BATCH]
        for one in batch:
            # Most comments have no reply, one in a hundred has many.
            one["parent_id"] = above[int(len(above) * chance.random() ** 8)]
        door.comments(batch)
    for n in range(CONVERSATIONS):
        door.messages({"author": f"pesan{n}", "text": text} for text in texts(MESSAGES_EACH, chance))


def naive_poll(base_url: str) -> None:
    """Every post's comments and the replies of each, every conversation and its messages; no counts."""
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {INSTAGRAM_TOKEN}"

        def listed(path: str, **query: str) -> Iterator[Mapping[str, Any]]:
            after: dict[str, str] = {}
            while True:
                page = http.get(f"{base_url}/v25.0/{path}", params={**query, **after}).json()
                yield from page["data"]
                if "next" not in page.get("paging", {}):
                    return
                after = {"after": page["paging"]["cursors"]["after"]}

        for media in listed(f"{INSTAGRAM_ACCOUNT}/media", fields="id"):
            for comment in listed(f"{media['id']}/comments", fields=COMMENT_FIELDS, limit="50"):
                for _ in listed(f"{comment['id']}/replies", fields=COMMENT_FIELDS, limit="50"):
                    pass
        for conversation in listed("me/conversations", platform="instagram"):
            for _ in listed(
                f"{conversation['id']}/messages", fields="id,created_time,from,message", limit="20"
            ):
                pass


def stored(house: House) -> tuple[int, int]:
    """Comments and direct messages in the database."""
    with house.database.reading() as connection:
        query = "SELECT channel, count(*) FROM messages GROUP BY channel"
        found = dict(connection.exec_driver_sql(query).all())
    return found.get("comment", 0), found.get("dm", 0)


def _open(folder: Path, base_url: str, comments: int) -> tuple[CountedHouse, Job]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(graph=base_url, account=INSTAGRAM_ACCOUNT, token=INSTAGRAM_TOKEN))
    config.chmod(0o600)
    settings = load(config, env={})
    upgrade_in_own_process(settings.database_url)
    house = CountedHouse(settings)
    house.comments_to_come = comments
    return house, next(job for job in house.jobs() if job.name == "inbox")


def _line(name: str, spent: Spent) -> str:
    return f"{name:<34}{spent.wall:>8.2f} s{spent.cpu:>8.2f} s{spent.calls.total():>8}"


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--comments", type=int, default=10_000)
    options.add_argument(
        "--no-naive", action="store_true", help="leave the naive poll out (it takes a minute)"
    )
    chosen = options.parse_args()
    core = min(os.sched_getaffinity(0))
    with SandboxProcess() as instagram, tempfile.TemporaryDirectory(prefix="ig-worker-benchmark-") as made:
        os.sched_setaffinity(0, {core})
        fill(instagram, chosen.comments)
        house, job = _open(Path(made), instagram.base_url, chosen.comments)
        before = resident_mb()
        with spending(instagram) as first:
            job.run()
            after = resident_mb()
        # What was written in the very second of the reading is looked at once more.
        time.sleep(2)
        job.run()
        with spending(instagram) as quiet:
            job.run()
        kept, messages = stored(house)
        print("                                     clock      core   calls")
        print(_line(f"{chosen.comments:,} comments, {messages} messages", first))
        print(_line("a quiet poll after it", quiet))
        if not chosen.no_naive:
            with spending(instagram) as naive:
                naive_poll(instagram.base_url)
            print(_line("any poll of a naive poller", naive))
        memory = house.counted.memory if house.counted else []
        shown = ", ".join(f"{one:.0f}" for one in (before, *memory, after))
        print(f"memory in MB before, at each quarter, and after: {shown}")
        print("calls: " + ", ".join(f"{count} {name}" for name, count in sorted(first.calls.items())))
        print("quiet: " + ", ".join(f"{count} {name}" for name, count in sorted(quiet.calls.items())))
        if (kept, messages) != (chosen.comments, CONVERSATIONS * MESSAGES_EACH):
            raise SystemExit(f"{kept} comments and {messages} messages are stored")


if __name__ == "__main__":
    main()
