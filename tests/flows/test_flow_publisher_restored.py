"""After a backup was restored: what went out since is found, not published again, and the rest asks a person once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from publishing_bench import PublishingBench

from fakes.bench import ACCOUNT, START
from fakes.fake_instagram import FaultPlan
from ig_worker.domain.errors import Silence, Throttled
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Event, Happened
from ig_worker.store import accounts, posts
from ig_worker.store.backups.aftermath import prepare
from ig_worker.store.backups.snapshot import snapshot
from ig_worker.store.database import Database
from ig_worker.store.schema import metadata

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.sqlite_only("puts an older file back")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PublishingBench]:
    """In a file: a backup is a file, too."""
    database = Database(f"sqlite:///{tmp_path / 'bench.db'}")
    with database.writing() as connection:
        metadata.create_all(connection)
        accounts.known(connection, ACCOUNT, "17841400000000001", "puskesmaspolowijen")
    yield PublishingBench(database)
    database.close()


class Disaster:
    """A backup of the bench's database, and its return."""

    def __init__(self, bench: PublishingBench, folder: Path) -> None:
        self._bench = bench
        self._copy = folder / "copy.db"
        self._taken_at: datetime = bench.clock.now()
        snapshot(bench.database.url, self._copy)

    def restore(self) -> None:
        bench = self._bench
        prepare(self._copy, self._taken_at, bench.clock.now(), None)
        bench.database.close()
        file = bench.database.sqlite_file
        assert file is not None
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._copy, file)
        bench.publisher = bench.another_publisher()


def out(bench: PublishingBench) -> Counter[str]:
    return Counter(post.caption for post in bench.instagram.published)


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.CAROUSEL, Kind.REEL])
def test_what_went_out_since_is_found_and_not_published_again(
    bench: PublishingBench, tmp_path: Path, kind: Kind, *, prepared: bool
) -> None:
    post = bench.plan(kind, caption="Jadwal pagi")
    if prepared:
        bench.go_on(START - MINUTE)
    disaster = Disaster(bench, tmp_path)
    bench.go_on(START + HOUR)
    media_id = bench.post(post).publication.media_id
    assert media_id
    disaster.restore()
    assert bench.status(post) in ("approved", "preparing", "ready")
    bench.go_on(START + 5 * HOUR)
    assert bench.status(post) == "published"
    assert bench.post(post).publication.media_id == media_id
    assert out(bench) == {"Jadwal pagi": 1}
    assert bench.letters() == []


def test_one_that_was_under_way_then_is_settled_as_ever(bench: PublishingBench, tmp_path: Path) -> None:
    post = bench.plan(caption="Jadwal pagi")
    bench.go_on(START - MINUTE)
    bench.clock.move_to(START)
    bench.publisher._book.save(bench.post(post), Happened(Event.INTEND))
    disaster = Disaster(bench, tmp_path)
    bench.instagram.publish_container(bench.post(post).publication.container_id)
    bench.clock.move_to(START + 20 * MINUTE)
    disaster.restore()
    bench.go_on(START + 5 * HOUR)
    assert (bench.status(post), out(bench)) == ("published", {"Jadwal pagi": 1})


def test_what_is_not_there_waits_and_one_yes_is_enough(bench: PublishingBench, tmp_path: Path) -> None:
    post = bench.plan(caption="Jadwal pagi")
    disaster = Disaster(bench, tmp_path)
    bench.clock.move_to(START + HOUR)
    disaster.restore()
    bench.go_on(START + 2 * HOUR)
    assert (bench.status(post), out(bench)) == ("held", {})
    ((title, body),) = bench.letters()
    assert "ditahan" in title
    assert "dipulihkan dari cadangan" in body
    with bench.database.writing() as connection:
        stored = posts.get(connection, post)
        assert stored is not None
    assert bench.publisher._book.save(stored, Happened(Event.APPROVE)) is not None
    bench.go_on(START + 4 * HOUR)
    assert (bench.status(post), out(bench)) == ("published", {"Jadwal pagi": 1})


def test_a_later_post_goes_out_on_time_unless_its_words_stand_there_already(
    bench: PublishingBench, tmp_path: Path
) -> None:
    """The one was brought forward and went out after the backup; of the other nobody has heard."""
    forward = bench.plan(caption="Jadwal malam", at=START + DAY)
    other = bench.plan(caption="Jadwal besok", at=START + DAY, key="P-02")
    disaster = Disaster(bench, tmp_path)
    with bench.database.writing() as connection:
        posts.set_values(connection, forward, scheduled_at=START)
    bench.go_on(START + HOUR)
    assert out(bench) == {"Jadwal malam": 1}
    disaster.restore()
    bench.go_on(START + DAY + HOUR)
    assert (bench.status(forward), bench.status(other)) == ("held", "published")
    assert out(bench) == {"Jadwal malam": 1, "Jadwal besok": 1}
    assert "teks yang sama terbit di Instagram" in bench.post(forward).publication.last_error
    stored = bench.post(forward)
    assert bench.publisher._book.save(stored, Happened(Event.APPROVE)) is not None
    bench.go_on(START + DAY + 3 * HOUR)
    assert out(bench)["Jadwal malam"] == 2, "a person has said that it is another one"


def test_two_of_the_same_words_of_which_one_is_out_are_one_and_one(
    bench: PublishingBench, tmp_path: Path
) -> None:
    first = bench.plan(caption="Jadwal")
    second = bench.plan(caption="Jadwal", at=START + 30 * MINUTE, key="P-02")
    disaster = Disaster(bench, tmp_path)
    bench.go_on(START + 10 * MINUTE)
    assert out(bench) == {"Jadwal": 1}
    disaster.restore()
    bench.go_on(START + HOUR)
    assert (bench.status(first), bench.status(second)) == ("published", "published")
    assert out(bench) == {"Jadwal": 2}


def test_a_story_cannot_be_told_by_its_words_and_waits(bench: PublishingBench, tmp_path: Path) -> None:
    story = bench.plan(Kind.STORY, caption="")
    disaster = Disaster(bench, tmp_path)
    bench.go_on(START + HOUR)
    assert bench.status(story) == "published"
    disaster.restore()
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(story), len(bench.instagram.published)) == ("held", 1)


@pytest.mark.parametrize("trouble", [Silence("nothing"), Throttled("later", wait_seconds=60)])
def test_while_instagram_cannot_be_read_nothing_goes_out(
    bench: PublishingBench, tmp_path: Path, trouble: Exception
) -> None:
    post = bench.plan(caption="Jadwal pagi")
    soon = bench.plan(caption="Jadwal siang", at=START + 70 * MINUTE, key="P-02")
    disaster = Disaster(bench, tmp_path)
    bench.go_on(START + HOUR)
    disaster.restore()
    bench.fail("media_since", *[trouble] * 30)
    calls = bench.instagram.calls.count("publish_container")
    for _ in range(2):
        with_trouble(bench)
    assert bench.instagram.calls.count("publish_container") == calls
    assert bench.status(post) == "approved"
    bench.instagram.faults = FaultPlan()
    bench.clock.move_to(START + HOUR + 5 * MINUTE)
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(post), bench.status(soon)) == ("published", "published")
    assert out(bench) == {"Jadwal pagi": 1, "Jadwal siang": 1}


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("trouble", [None, Silence("nothing"), Throttled("later", wait_seconds=60)])
def test_it_is_looked_for_where_nothing_else_would_wake_the_lanes(
    bench: PublishingBench, tmp_path: Path, trouble: Exception | None, *, prepared: bool
) -> None:
    post = bench.plan(caption="Jadwal pagi")
    soon = bench.plan(caption="Jadwal siang", at=START + 3 * HOUR, key="P-02")
    if prepared:
        bench.go_on(START - MINUTE)
    disaster = Disaster(bench, tmp_path)
    bench.go_on(START + HOUR)
    disaster.restore()
    asked = bench.instagram.calls.count("media_since")
    if trouble is not None:
        bench.fail("media_since", *[trouble] * 5)
    live_in_lanes(bench, START + 2 * HOUR)
    looks = bench.instagram.calls.count("media_since") - asked
    assert looks <= (1 if trouble is None else 6), "a list that cannot be read is left alone for a while"
    live_in_lanes(bench, START + 4 * HOUR)
    assert (bench.status(post), bench.status(soon)) == ("published", "published")
    assert out(bench) == {"Jadwal pagi": 1, "Jadwal siang": 1}


def live_in_lanes(bench: PublishingBench, until: datetime) -> None:
    """Each part when it says that it has something to do, as the worker's lanes do, and no sooner."""
    publisher = bench.publisher
    parts = (
        (publisher.publish, publisher.next_to_publish),
        (publisher.prepare, publisher.next_to_prepare),
    )
    while bench.clock.now() < until:
        for act, next_moment in parts:
            moment = next_moment()
            if moment is not None and moment <= bench.clock.now():
                with suppress(Throttled):
                    act()
        coming = [moment for _, next_moment in parts if (moment := next_moment()) is not None]
        soonest = min(coming, default=until)
        bench.clock.move_to(min(max(soonest, bench.clock.now() + timedelta(seconds=5)), until))


def with_trouble(bench: PublishingBench) -> None:
    with suppress(Throttled):
        bench.publisher.run()


def test_without_a_restore_nothing_more_is_asked(bench: PublishingBench) -> None:
    bench.plan(caption="Jadwal pagi")
    bench.go_on(START + HOUR)
    assert bench.instagram.calls.count("media_since") == 0
