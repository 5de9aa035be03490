"""The outbox under two workers and under kills: everybody is told at least once, exactly once where nothing failed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.bench import HandClock
from ig_worker.clock import pause, stopwatch
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.notice import Rules
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.store import notices, recipients
from ig_worker.store.database import Database

TARGETS = ("wulan", "budi", "rina")
OUTBOX = Outbox({"complaint_team": [Recipient(target, f"tgram …{target}") for target in TARGETS]})
ADDRESSES = Addresses({target: target for target in TARGETS})
PATIENT = Rules(digest_after=1000)
LEASE = PATIENT.lease


class Post:
    """Delivers; what arrived stands in the order in which it came. `flaky` fails every third time."""

    def __init__(self, flaky: str = "") -> None:
        self.arrived: list[tuple[str, str]] = []
        self._flaky = flaky
        self._tries = Counter[str]()
        self._lock = threading.Lock()

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        with self._lock:
            self._tries[url] += 1
            if url == self._flaky and self._tries[url] % 3 == 1:
                raise Unanswered("no answer")
            self.arrived.append((url, title))


def write(database: Database, now: datetime, count: int) -> list[str]:
    titles = [f"K-2026-{number:04}" for number in range(1, count + 1)]
    with database.writing() as connection:
        for title in titles:
            OUTBOX.tell(connection, now, "complaint_team", Letter(title, title, ""))
    return titles


@pytest.mark.parametrize("flaky", ["", "budi"])
def test_two_workers_tell_everybody_once_and_in_order(url: str, tmp_path: Path, flaky: str) -> None:
    clock, post = HandClock(), Post(flaky)
    databases = [Database(url), Database(url)]
    titles = write(databases[0], clock.now(), 25)
    workers = [Notifier(each, post, OUTBOX, ADDRESSES, tmp_path, clock, PATIENT) for each in databases]
    start = threading.Barrier(2)

    def work(notifier: Notifier) -> None:
        start.wait()
        notifier.run()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(40):
            list(pool.map(work, workers))
            clock.forward(timedelta(minutes=1))
    for target in TARGETS:
        told = [title for to, title in post.arrived if to == target]
        assert sorted(told) == titles, "each exactly once"
        if target != flaky:
            assert told == titles, "and in order"
    for database in databases:
        database.close()


def test_of_two_who_want_a_recipient_one_gets_it(url: str) -> None:
    databases = [Database(url) for _ in range(4)]
    now = HandClock().now()
    start = threading.Barrier(len(databases))

    def take(database: Database) -> bool:
        start.wait()
        with database.writing() as connection:
            return recipients.claim(connection, "wulan", now, LEASE) is not None

    with ThreadPoolExecutor(len(databases)) as pool:
        assert list(pool.map(take, databases)).count(True) == 1
    for database in databases:
        database.close()


def test_a_claim_ends_with_its_time_or_when_it_is_given_back(database: Database) -> None:
    clock = HandClock()
    with database.writing() as connection:
        first = recipients.claim(connection, "wulan", clock.now(), LEASE)
        assert first is not None
        assert recipients.claim(connection, "wulan", clock.now(), LEASE) is None
        recipients.release(connection, first)
        second = recipients.claim(connection, "wulan", clock.now(), LEASE)
        assert second is not None
        clock.forward(timedelta(minutes=1))
        kept = recipients.keep(connection, second, clock.now(), LEASE)
        assert kept is not None
        clock.forward(LEASE)
        third = recipients.claim(connection, "wulan", clock.now(), LEASE)
        assert third is not None
        assert recipients.keep(connection, kept, clock.now(), LEASE) is None
        recipients.release(connection, kept)
        assert recipients.claim(connection, "wulan", clock.now(), LEASE) is None, "it is another's now"


WORKER = """
import random, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
sys.path[:0] = sys.argv[3].split(":")
from ig_worker.clock import SystemClock, pause
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.notice import Rules
from ig_worker.flows.notifier import Notifier
from ig_worker.store import notices
from ig_worker.store.database import Database
from test_store_telling import ADDRESSES, OUTBOX, TARGETS

chance = random.Random(sys.argv[4])

class Post:
    def send(self, url, title, body, attachments):
        if url == "budi" and chance.random() < 0.3:
            raise Unanswered("no answer")
        with open(sys.argv[2], "a") as told:
            told.write(f"{url} {title}\\n")

database = Database(sys.argv[1])
soon = Rules(digest_after=1000, first_pause=timedelta(milliseconds=5), longest_pause=timedelta(milliseconds=20))
notifier = Notifier(database, Post(), OUTBOX, ADDRESSES, Path(), SystemClock(), soon)
notifier.free()
while True:
    notifier.run()
    with database.reading() as connection:
        if "pending" not in notices.counts(connection):
            break
    pause(0.005)
"""


@pytest.mark.slow
def test_killed_at_any_moment_everybody_is_told_and_nobody_is_forgotten(
    sqlite_database: Database, tmp_path: Path
) -> None:
    chance = random.Random(20261122)
    titles = write(sqlite_database, datetime.now(UTC), 25)
    told = tmp_path / "told"
    told.touch()
    kills = 0
    for turn in range(200):
        folders = f"{Path(__file__).parent}:{Path(__file__).parents[1]}"
        words = [sqlite_database.url, str(told), folders, str(turn)]
        worker = subprocess.Popen([sys.executable, "-c", WORKER, *words])
        begun = stopwatch()
        enough = len(told.read_bytes().splitlines()) + chance.randint(1, 10)
        while worker.poll() is None and stopwatch() - begun < 60:
            if len(told.read_bytes().splitlines()) >= enough:
                break
            pause(0.001)
        pause(chance.uniform(0.0, 0.01))
        if kills < 5 and worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        if worker.wait(120) == 0:
            break
    lines = Counter(told.read_text("ascii").splitlines())
    assert {f"{target} {title}" for target in TARGETS for title in titles} == set(lines)
    assert kills >= 3
    assert sum(lines.values()) - len(lines) <= kills, (
        "a kill doubles what it was about to write down, nothing else"
    )
    with sqlite_database.reading() as connection:
        assert notices.counts(connection) == {"sent": 3 * 25}
    print(f"{kills} kills, {sum(lines.values()) - len(lines)} told twice of {len(lines)}")
