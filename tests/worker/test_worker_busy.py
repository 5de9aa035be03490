"""The running worker on a bad night: the inbox hangs for a minute, the figures come slowly, and a post is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from worker_plans import PICTURE, import_plan

from ig_worker.clock import SystemClock, pause, stopwatch
from ig_worker.demo.day import BEGIN, ZONE
from ig_worker.demo.stage import Stage, set_up
from ig_worker.store import jobs, posts
from ig_worker.store.database import Database

SECONDS_TO_PREPARE = 25
PUNCTUAL_SECONDS = 2.0
KEYS = ("S-1", "S-2", "S-3")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The demo's stage, by the machine's own clock, with figures to read and patience for a server that hangs."""
    with set_up(tmp_path / "malam", BEGIN) as stage:
        stage.door.reset(SystemClock().now())  # so that its tokens are of today
        stage.door.let_clock_run()
        stage.door.settings(container_seconds=1.0)
        for number in range(3):
            stage.door.media("image", f"Kiriman lama {number}")
        text = stage.config.read_text("utf-8")
        text = text.replace('played_clock = "clock.txt"\n', "")
        text = text.replace("[graph]\n", "[graph]\ntimeout_seconds = 90\n")
        text = text.replace("[schedule]\n", '[schedule]\ninsights_at = "00:00"\n')
        stage.config.write_text(text, "utf-8")
        yield stage


def _hanging(database: Database) -> set[str]:
    """The jobs that have begun and not come back."""
    with database.reading() as connection:
        rows = jobs.listed(connection)
    never = datetime.min.replace(tzinfo=UTC)
    return {
        row.name
        for row in rows
        if row.last_started_at > max(row.last_success_at or never, row.last_failed_at or never)
    }


def _statuses(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {post.row.key: post.publication.status.value for post in posts.listed(connection)}


def test_due_posts_go_out_in_time_while_the_inbox_hangs_and_the_figures_are_read(stage: Stage) -> None:
    for path in ("conversations", "insights"):
        stage.door.fault("delay", method="GET", path=path, seconds=60, times=20)
    due = (SystemClock().now().astimezone(ZONE) + timedelta(seconds=SECONDS_TO_PREPARE)).replace(
        microsecond=0
    )
    import_plan(
        stage,
        (
            (key, due + timedelta(seconds=number), PICTURE, f"Kiriman {key}")
            for number, key in enumerate(KEYS)
        ),
    )
    database = Database(stage.database_url)
    with stage.worker():
        begun = stopwatch()
        while not (all(_ready(database)) and {"inbox", "insights"} <= _hanging(database)):
            assert stopwatch() - begun < SECONDS_TO_PREPARE, (_statuses(database), _hanging(database))
            pause(0.2)
        while SystemClock().now() < due + timedelta(seconds=len(KEYS)):
            pause(0.2)
        begun = stopwatch()
        while set(_statuses(database).values()) != {"published"}:
            assert stopwatch() - begun < 15, _statuses(database)
            pause(0.2)
        assert {"inbox", "insights"} <= _hanging(database)
        state = stage.door.state()
    database.close()
    captions = {media["id"]: media["caption"] for media in state["media"]}
    arrived = {
        captions[line["id"]]: datetime.fromisoformat(line["arrived_at"])
        for line in state["log"]
        if line["path"].endswith("/media_publish")
    }
    late = [
        (arrived[f"Kiriman {key}"] - due - timedelta(seconds=number)).total_seconds()
        for number, key in enumerate(KEYS)
    ]
    print("published after their time, in seconds:", ", ".join(f"{seconds:.2f}" for seconds in late))
    assert all(0 <= seconds < PUNCTUAL_SECONDS for seconds in late)


def _ready(database: Database) -> list[bool]:
    statuses = _statuses(database)
    return [statuses[key] == "ready" for key in KEYS]
