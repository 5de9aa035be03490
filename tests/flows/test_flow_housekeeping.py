"""What nothing needs is cleared away, and posts that wait in vain are told of."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database, plan_post
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.housekeeping import LEFTOVER_AGE, Housekeeper
from ig_worker.store import posts
from ig_worker.uploads import Uploads

HOUR = timedelta(hours=1)


class Room:
    """Staged files, all of them old enough."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.asked: list[timedelta] = []

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        self.asked.append(age)
        return sorted(self.names - set(known))

    def unstage(self, name: str) -> None:
        self.names.discard(name)

    def sweep(self, age: timedelta) -> None:
        self.asked.append(age)


@pytest.mark.parametrize(
    ("status", "needed"),
    [
        ("approved", True),
        ("preparing", True),
        ("ready", True),
        ("unconfirmed", True),
        ("draft", False),
        ("held", False),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_a_staged_file_is_served_as_long_as_its_post_may_need_it(
    status: str, needed: bool, tmp_path: Path
) -> None:
    room = Room("of-the-post.jpg", "left-behind.jpg")
    with bench_database() as database:
        with database.writing() as connection:
            post_id = plan_post(connection, at=START, status=status)
            posts.set_staged(connection, post_id, 0, "of-the-post.jpg")
        Housekeeper(database, room, Uploads(tmp_path), HandClock(), [ACCOUNT]).run()
    assert room.names == ({"of-the-post.jpg"} if needed else set())
    assert room.asked == [LEFTOVER_AGE, LEFTOVER_AGE], "what is served, and what is half done"


def test_posts_of_an_account_that_the_configuration_has_lost_do_not_wait_in_silence(tmp_path: Path) -> None:
    with bench_database() as database:
        with database.writing() as connection:
            for key, status in (("P-1", "approved"), ("P-2", "publishing"), ("P-3", "cancelled")):
                plan_post(connection, key=key, status=status, intent_at=START)
        clock = HandClock()
        Housekeeper(
            database, Room(), Uploads(tmp_path), clock, ["blimbing"]
        ).run()  # another worker may be at it
        clock.forward(4 * HOUR)
        Housekeeper(database, Room(), Uploads(tmp_path), clock, [ACCOUNT]).run()
        with pytest.raises(Misconfigured, match="2 of polowijen"):
            Housekeeper(database, Room(), Uploads(tmp_path), clock, ["blimbing"]).run()


def test_what_nobody_took_for_a_day_is_removed(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    fresh, old = uploads.begin(1, "impor"), uploads.begin(1, "impor")
    left, other = tmp_path / "imports" / "kiriman-x", tmp_path / "uploads" / "not-ours"
    for folder in (left, other):
        folder.mkdir(parents=True)
    two_days_ago = left.stat().st_mtime - 2 * 86_400
    for folder in (old.folder, left, other):
        os.utime(folder, (two_days_ago, two_days_ago))
    with bench_database() as database:
        Housekeeper(database, Room(), uploads, HandClock(), [ACCOUNT]).run()
    assert (fresh.folder.exists(), old.folder.exists(), left.exists()) == (True, False, False)
    assert other.exists(), "what is no upload is left alone"
