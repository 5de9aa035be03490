"""Instagram is away for an hour in the middle of a day of twenty posts; the real worker lives through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from worker_plans import CAROUSEL, PICTURE, STORY, import_plan

from ig_worker.demo.day import BEGIN, ZONE, wait_until_done
from ig_worker.demo.stage import Stage, set_up
from ig_worker.store import posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

FIRST = datetime(2026, 11, 25, 7, 0, tzinfo=ZONE)
BETWEEN = timedelta(minutes=10)
POSTS = 20
AWAY = datetime(2026, 11, 25, 8, 0, tzinfo=ZONE)
BACK = AWAY + timedelta(hours=1)
END = FIRST + POSTS * BETWEEN + timedelta(minutes=40)
SPACING = timedelta(seconds=300)
LATE = timedelta(minutes=5)
"""The played clock moves by some minutes, so a post in time may be a little behind."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        rows = []
        for number in range(POSTS):
            what = STORY if number % 5 == 4 else CAROUSEL if number % 5 == 2 else PICTURE
            caption = "" if what is STORY else f"Kiriman nomor {number:02d}"
            rows.append((f"D-{number:02d}", FIRST + number * BETWEEN, what, caption))
        import_plan(stage, rows)
        yield stage


def _moments() -> list[datetime]:
    """Every ten minutes until Instagram is back, then every two."""
    moments = [BEGIN]
    while moments[-1] < END:
        now = moments[-1]
        step = 10 if now < BACK else 2
        moments.append(now + timedelta(minutes=step))
    return moments


def _go_away(stage: Stage) -> None:
    """The first publication of the hour goes out and its answer is lost; after it nothing reaches Instagram."""
    for_ever = 1_000_000
    stage.door.fault("lost_after", method="POST", path="media_publish")
    stage.door.fault("lost_before", method="POST", times=for_ever)
    stage.door.fault("http_500", method="GET", times=for_ever)


def test_an_hour_away_doubles_nothing_loses_nothing_and_ends_in_no_burst(stage: Stage) -> None:
    database = Database(stage.database_url)
    with stage.worker():
        for moment in _moments():
            if moment == AWAY:
                _go_away(stage)
            if moment == BACK:
                stage.door.clear_faults()
            stage.move_to(moment)
            wait_until_done(database, moment)
    with database.reading() as connection:
        stored = posts.listed(connection)
    database.close()
    state = stage.door.state()
    out = Counter(media["container_id"] for media in state["media"])
    print("at the end:", dict(Counter(post.publication.status.value for post in stored)))
    assert len(stored) == POSTS
    assert [post.row.key for post in stored if _fate(post) not in ("published", "held")] == []
    # What is held was held by policy and is not out; what is published is out once, and nothing else is.
    published = [post for post in stored if _fate(post) == "published"]
    assert sorted(media["id"] for media in state["media"]) == sorted(
        post.publication.media_id for post in published
    )
    assert max(out.values()) == 1
    assert [
        post.row.key for post in stored if _fate(post) == "held" and not post.publication.last_error
    ] == []
    assert len(published) >= POSTS - 4

    times = {media["id"]: datetime.fromisoformat(media["timestamp"]) for media in state["media"]}
    late = sorted(
        times[post.publication.media_id]
        for post in published
        if times[post.publication.media_id] > post.publication.scheduled_at + LATE
    )
    print("late, by the played clock:", ", ".join(f"{moment.astimezone(ZONE):%H.%M}" for moment in late))
    assert late, "the hour made nothing late: it was no outage"
    assert [(one, next_one) for one, next_one in pairwise(late) if next_one - one < SPACING] == []


def _fate(post: StoredPost) -> str:
    return post.publication.status.value
