"""Every night's figures are read once, every missed night is caught up (`instagram_api.md`, section E)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from fakes.bench import ACCOUNT, HandClock, bench_database
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind, MediaRead, MetricsRead
from ig_worker.flows.insights import JOB, InsightsCollector, Rules
from ig_worker.store import figures
from ig_worker.store.database import Database

WIB = ZoneInfo("Asia/Jakarta")
# Wednesday 25 November 2026, 01.20 in Malang: 24 November, 10.20 in California. Its last closed day is the 23rd.
NIGHT = datetime(2026, 11, 24, 18, 20, tzinfo=UTC)
DAY = timedelta(days=1)


class Watching(FakeInstagram):
    """Remembers which days it was asked for, and since when for posts."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.days: list[date] = []
        self.since: list[datetime] = []

    def account_insights(self, day: date) -> MetricsRead:
        read = super().account_insights(day)
        self.days.append(day)
        return read

    def media_insights(self, since: datetime) -> tuple[MediaRead, ...]:
        self.since.append(since)
        return super().media_insights(since)


class Nights:
    """An account whose figures are collected."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(NIGHT)
        self.instagram = Watching(self.clock)

    def collect(self, **how: bool) -> None:
        rules = Rules(WIB, time(1, 15), media_days=30)
        InsightsCollector(ACCOUNT, self.database, self.instagram, self.clock, rules).run(**how)

    def nights(self) -> list[date]:
        with self.database.reading() as connection:
            return sorted(figures.nights_done(connection, JOB, ACCOUNT))

    def metrics(self) -> list[tuple[Any, ...]]:
        with self.database.reading() as connection:
            query = text("SELECT media_id, day, name, value FROM metrics ORDER BY media_id, day, name")
            return [tuple(row) for row in connection.execute(query)]


@pytest.fixture
def nights() -> Iterator[Nights]:
    with bench_database() as database:
        yield Nights(database)


def test_the_first_night_reads_the_last_day_that_is_closed_in_california(nights: Nights) -> None:
    nights.collect()
    assert nights.instagram.days == nights.nights() == [date(2026, 11, 23)]
    assert ("", "2026-11-23", "reach", 340.0) in nights.metrics()
    assert ("", "2026-11-25", "followers_count", 1200.0) in nights.metrics()


def test_a_night_is_read_once_however_often_it_is_asked_for(nights: Nights) -> None:
    nights.collect()
    before, calls = nights.metrics(), len(nights.instagram.calls)
    for _ in range(3):
        nights.clock.forward(timedelta(minutes=1))
        nights.collect()
    assert (nights.metrics(), len(nights.instagram.calls)) == (before, calls)


def test_before_the_nights_hour_there_is_nothing_new(nights: Nights) -> None:
    nights.collect()
    calls = len(nights.instagram.calls)
    nights.clock.move_to(NIGHT + timedelta(hours=23, minutes=50))
    nights.collect()
    assert len(nights.instagram.calls) == calls
    nights.clock.move_to(NIGHT + DAY)
    nights.collect()
    assert nights.nights() == [date(2026, 11, 23), date(2026, 11, 24)]


def test_every_missed_night_is_caught_up_each_once(nights: Nights) -> None:
    nights.collect()
    nights.clock.forward(5 * DAY)
    nights.collect()
    assert nights.instagram.days == [date(2026, 11, day) for day in range(23, 29)]
    nights.collect()
    assert len(nights.instagram.days) == 6


def test_after_months_of_silence_thirty_days_are_caught_up(nights: Nights) -> None:
    nights.collect()
    nights.instagram.days.clear()
    nights.clock.forward(100 * DAY)
    nights.collect()
    newest = date(2026, 11, 23) + 100 * DAY
    assert nights.instagram.days == [newest - (29 - offset) * DAY for offset in range(30)]


def test_at_any_time_a_day_that_closed_since_is_read_at_once(nights: Nights) -> None:
    nights.collect()
    nights.clock.move_to(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    nights.collect()
    assert len(nights.nights()) == 1
    nights.collect(at_any_time=True)
    assert nights.nights()[-1] == date(2026, 11, 24)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, 8))
def test_an_interrupted_night_is_ended_by_the_next_run_with_the_same_figures(
    nights: Nights, call: int, fault: str
) -> None:
    nights.instagram.post_by_hand(Kind.IMAGE, "Halo")
    with nights.database.writing() as connection:
        figures.mark_night(connection, JOB, ACCOUNT, date(2026, 11, 21), NIGHT - 2 * DAY)
    nights.instagram.faults = FaultPlan({call: fault})
    with pytest.raises((Killed, IgWorkerError)):
        nights.collect()
    nights.collect()
    assert nights.nights() == [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)]
    metrics = nights.metrics()
    assert len(metrics) == len({row[:3] for row in metrics}) == 3 + 2 * 3 + 2


def test_a_metric_that_instagram_refuses_is_logged_and_the_others_are_kept(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    nights.instagram.figures.refused = {"views": "(#100) no longer supported"}
    nights.collect()
    assert "Instagram no longer gives views: (#100) no longer supported" in caplog.text
    names = {name for media, _, name, _ in nights.metrics() if not media}
    assert {"reach", "accounts_engaged"} <= names
    assert "views" not in names


def test_posts_are_followed_for_thirty_days_and_stories_while_they_are_up(nights: Nights) -> None:
    post = nights.instagram.post_by_hand(Kind.IMAGE, "Halo")
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    nights.collect()
    assert nights.instagram.since == [NIGHT - 30 * DAY]
    assert {row[0] for row in nights.metrics()} == {"", post, story}
    assert (post, "2026-11-25", "likes", 14.0) in nights.metrics()


def test_numbers_that_instagram_withholds_are_left_out(nights: Nights) -> None:
    nights.instagram.me = replace(nights.instagram.me, followers_count=None, follows_count=None)
    nights.collect()
    assert {name for _, _, name, _ in nights.metrics()} == {"reach", "views", "accounts_engaged"}
