"""Nights with the real client against the embedded Instagram: what they cost, and what they leave alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from inbox_days import Centre

from fakes.stages import set_up
from ig_worker.clock import pause, stopwatch
from ig_worker.demo.day import BEGIN
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.demo.stage import Stage
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import DEFAULT_ACCOUNTS
from ig_worker.store.database import Database


def posts(centre: Centre, count: int = 30) -> list[str]:
    """Posts of all types, two hours apart."""
    kinds = ("image", "image", "carousel", "reel")
    now = centre.clock.now()
    return [
        centre.door.media(
            kinds[number % 4], f"Kiriman {number}", at=(now - timedelta(hours=2 * number + 1)).isoformat()
        )
        for number in range(count)
    ]


def night(centre: Centre) -> Counter[str]:
    """The next night; the calls that it made."""
    centre.later(days=1)
    before = centre.calls()
    centre.run("insights")
    return centre.calls() - before


def refused(centre: Centre) -> list[Any]:
    return [one for one in centre.door.state()["log"] if one["status"] >= 400]


def megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text("ascii").partition("VmRSS:")[2].split()[0]) / 1024


def test_a_night_of_thirty_posts_costs_ten_calls_and_two_for_each_day_read_again(centre: Centre) -> None:
    posts(centre)
    centre.run("insights")
    first = centre.calls()
    assert first.total() <= 10 + 3  # the audience
    for again in (1, 2, 3, 3, 3):
        assert night(centre).total() <= 10 + 2 * again
    centre.later(days=6)
    assert night(centre).total() <= 10 + 2 * (6 + 3) + 3
    assert refused(centre) == []
    figures = centre.asked("insights", "show")
    assert len(figures["media"]) == 30
    assert all(media["metrics"] for media in figures["media"])


def test_a_retired_metric_costs_one_refused_call_for_all_processes_and_not_the_night(centre: Centre) -> None:
    posts(centre, 12)
    centre.door.settings(retired_metrics="reposts,profile_links_taps")
    centre.run("insights")
    assert 1 <= len(refused(centre)) <= 3
    before = refused(centre)
    assert centre.command("insights", "collect") == "polowijen: the figures are up to date.\n"
    night(centre)
    assert refused(centre) == before
    rows = centre.rows(
        "SELECT DISTINCT name FROM missing_figures WHERE why = 'refused' AND media_id = '' ORDER BY 1"
    )
    assert [row["name"] for row in rows] == ["profile_links_taps", "reposts"]
    assert centre.rows("SELECT count(*) AS n FROM metrics WHERE name = 'views'")[0]["n"] > 12


def test_figures_that_are_read_first_keep_no_comment_from_the_inbox(centre: Centre) -> None:
    ours = posts(centre, 4)
    written = [
        centre.door.comment(f"warga_{number}", "Posyandunya jam berapa ya?", media_id=media_id)
        for number, media_id in enumerate(ours * 12)
    ]
    centre.run("insights")
    assert len(centre.rows("SELECT ig_id FROM our_media")) == 4
    centre.run("inbox")
    assert {row["ig_id"] for row in centre.rows("SELECT ig_id FROM messages")} == set(written)
    centre.later(hours=1)
    late = centre.door.comment("warga_baru", "Kalau hari Sabtu buka, Kak?", media_id=ours[0])
    centre.run("insights", "inbox")
    assert centre.message(late)["backlog"] in (False, 0)


@pytest.mark.parametrize(("hour", "days"), [(2, 45), (10, 55)])
def test_after_months_nothing_is_asked_for_that_meta_refuses(centre: Centre, hour: int, days: int) -> None:
    """Before, and after, another of Meta's days has ended since the night's hour."""
    centre.run("insights")
    centre.later(days=days, hours=hour - 2)
    centre.run("insights")
    assert refused(centre) == []
    assert centre.rows("SELECT name FROM missing_figures WHERE why = 'refused'") == []
    reach, new = (
        centre.rows(f"SELECT count(*) AS n FROM metrics WHERE name = '{name}'")[0]["n"]
        for name in ("reach", "follower_count")
    )
    assert reach == 29 + days
    assert new == 29 + 29


def test_without_posts_a_night_is_whole_and_cheap(centre: Centre) -> None:
    centre.run("insights")
    assert night(centre).total() <= 9
    assert refused(centre) == []
    assert centre.rows("SELECT count(*) AS n FROM nightly_runs WHERE job = 'insights'")[0]["n"] == 2


def test_a_story_made_by_hand_is_read_before_its_end(centre: Centre) -> None:
    centre.run("insights")
    story = centre.door.media("story", "", at=centre.clock.now().isoformat(), viewers=80)
    looks = []
    for minute in range(0, 25 * 60, 5):
        before = centre.calls()
        centre.run("insights")
        looks += [minute] * (centre.calls() - before)["GET /{account}/stories"]
        centre.later(minutes=5)
    assert len(looks) <= 8
    assert any(24 * 60 - 45 <= minute < 24 * 60 for minute in looks)
    times = "CAST(read_at AS VARCHAR) AS read_at, CAST(posted_at AS VARCHAR) AS posted_at"
    (row,) = centre.rows(f"SELECT ig_id, {times} FROM stories")
    assert row["ig_id"] == story
    assert datetime.fromisoformat(row["read_at"]) >= datetime.fromisoformat(row["posted_at"]) + timedelta(
        hours=23
    )


def test_of_twenty_followers_meta_says_less_and_nothing_becomes_zero(
    logging_as_before: None, tmp_path: Path, empty_database: Path | str
) -> None:
    accounts = [{**DEFAULT_ACCOUNTS[0], "followers": 20}]
    with SandboxProcess({"accounts": accounts}) as instagram, SmtpSink(tmp_path / "mails") as sink:
        centre = Centre(tmp_path, instagram, empty_database, sink)
        centre.run("insights")
        night(centre)
        names = {row["name"] for row in centre.rows("SELECT DISTINCT name FROM metrics")}
        few = centre.rows("SELECT DISTINCT name FROM missing_figures WHERE why = 'too_few'")
        assert {"reach", "views", "followers_count"} <= names
        withheld = {"follower_count", "follows_and_unfollows", "online_followers", "follower_demographics"}
        assert withheld == {row["name"] for row in few}
        assert not withheld & names
        # What is withheld for want of followers is not asked for every half hour.
        before = centre.calls()
        for _ in range(4):
            centre.later(minutes=31)
            centre.run("insights")
        assert (centre.calls() - before).total() == 0
        centre.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        yield stage


@pytest.mark.slow
def test_the_running_worker_wakes_for_a_storys_last_hour(stage: Stage) -> None:
    story = stage.door.media("story", "", at=BEGIN.isoformat(), viewers=80)
    database = Database(stage.database_url)

    def read_at() -> datetime | None:
        with database.reading() as connection:
            row = connection.exec_driver_sql(
                "SELECT read_at FROM stories WHERE ig_id = ?", (story,)
            ).one_or_none()
        return datetime.fromisoformat(row[0]) if row is not None and row[0] else None

    def until(moment: datetime) -> None:
        begun = stopwatch()
        while (read := read_at()) is None or read.timestamp() < moment.timestamp() - 8 * 3600:
            assert stopwatch() - begun < 30, f"{read}"
            pause(0.05)

    with stage.worker() as worker:
        until(BEGIN)
        last = BEGIN + timedelta(hours=23, minutes=42)
        stage.move_to(last)
        until(last)
        assert megabytes(worker.pid) < 90
    database.close()
    assert json.loads(stage.command("insights", "show", "--json").stdout)["media"][0]["metrics"]["views"] > 0
