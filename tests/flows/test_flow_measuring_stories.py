"""Stories are read while they are up; what was read stays (`instagram_api.md`, section E)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from measuring_bench import DAY, NIGHT, Nights

from fakes.bench import ACCOUNT, HandClock, bench_database, plan_post
from fakes.fake_instagram import FaultPlan
from fakes.instagram_faults import LOST_BEFORE
from ig_worker.domain.errors import Throttled, Unanswered
from ig_worker.domain.instagram import Kind, Why
from ig_worker.store import stories

HOUR = timedelta(hours=1)
LOOK = "stories_insights"


@pytest.fixture
def nights() -> Iterator[Nights]:
    with bench_database() as database:
        bench = Nights(database, stories_every=4 * HOUR)
        bench.collect()
        yield bench


def live(nights: Nights, hours: float) -> list[float]:
    """A worker that wakes when it should, for so long; returns after how many hours it looked at stories."""
    begun = nights.clock.now()
    end = begun + hours * HOUR
    looked = []
    while True:
        moment = nights.collector.next_moment()
        assert moment is not None
        if moment > end:
            nights.clock.move_to(end)
            return looked
        nights.clock.move_to(moment)
        if LOOK in nights.collect():
            looked.append(round((nights.clock.now() - begun) / HOUR, 2))


def rows(nights: Nights) -> list[tuple[str, bool]]:
    """The stories by id, and whether their figures were had."""
    with nights.database.reading() as connection:
        query = "SELECT ig_id, read_at IS NOT NULL FROM stories ORDER BY posted_at, ig_id"
        return [(row[0], bool(row[1])) for row in connection.exec_driver_sql(query)]


def test_without_stories_a_look_costs_one_call_every_few_hours(nights: Nights) -> None:
    assert live(nights, 23) == [4, 8, 12, 16, 20]


def test_a_story_made_by_hand_is_found_and_read_before_its_end(nights: Nights) -> None:
    nights.clock.forward(HOUR)
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    nights.instagram.figures.posts[story] = {"reach": 5, "views": 6, "likes": 0}
    looked = live(nights, 20)
    assert looked[0] == 3
    nights.instagram.figures.posts[story] = {"reach": 80, "views": 95, "likes": 0}
    assert pytest.approx(3.67, abs=0.01) in live(nights, 10)
    assert nights.named("reach", story) == {"2026-11-24": 5.0, "2026-11-25": 80.0}
    assert rows(nights) == [(story, True)]
    assert nights.missing(story) == {}


def test_stories_of_one_time_share_their_last_look(nights: Nights) -> None:
    for _ in range(5):
        nights.clock.forward(timedelta(minutes=2))
        nights.instagram.post_by_hand(Kind.STORY, "")
    assert len(live(nights, 26)) <= 6 + 1
    assert [read for _, read in rows(nights)] == [True] * 5


def test_a_story_published_here_has_its_last_look_though_no_list_had_it_before(nights: Nights) -> None:
    at = nights.clock.now()
    nights.rules = type(nights.rules)(nights.rules.zone, stories_every=12 * HOUR)
    nights.restart()
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    with nights.database.writing() as connection:
        plan_post(connection, Kind.STORY, at=at, status="published", ig_media_id=story, published_at=at)
    assert live(nights, 24) == [12, 23.67]
    assert rows(nights) == [(story, True)]


def test_too_few_viewers_is_a_reason_and_not_a_zero(nights: Nights) -> None:
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    nights.instagram.figures.without[story] = Why.TOO_FEW
    live(nights, 30)
    assert nights.figures(story) == {}
    assert list(nights.missing(story).values()) == ["too_few"]
    assert rows(nights) == [(story, False)]


def test_the_last_good_reading_stays(nights: Nights) -> None:
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    live(nights, 9)
    good = nights.figures(story)
    assert good
    nights.instagram.figures.without[story] = Why.TOO_FEW
    live(nights, 20)
    assert nights.figures(story) == good
    assert nights.missing(story) == {}
    assert rows(nights) == [(story, True)]


def test_a_story_that_ended_while_the_worker_was_off_is_a_gap_and_nothing_is_invented(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    at = nights.clock.now()
    unread = nights.instagram.post_by_hand(Kind.STORY, "")
    with nights.database.writing() as connection:
        plan_post(connection, Kind.STORY, at=at, status="published", ig_media_id=unread, published_at=at)
    nights.clock.forward(2 * DAY)
    nights.restart()
    nights.collect()
    assert nights.figures(unread) == {}
    assert nights.missing(unread) == {("2026-11-25", ""): "no_data"}
    assert caplog.text.count("ended unread") == 1
    live(nights, 24)
    assert caplog.text.count("ended unread") == 1


def test_a_story_whose_last_look_was_missed_keeps_what_was_read(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    live(nights, 5)
    before = nights.figures(story)
    nights.clock.forward(DAY)
    live(nights, 5)
    assert nights.figures(story) == before != {}
    assert nights.missing(story) == {}
    assert caplog.text.count("ended before its last look") == 1


def test_too_few_viewers_long_before_the_end_says_nothing_of_the_end(nights: Nights) -> None:
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    nights.instagram.figures.without[story] = Why.TOO_FEW
    live(nights, 5)
    assert list(nights.missing(story).values()) == ["too_few"]
    nights.clock.forward(DAY)
    nights.restart()
    nights.collect()
    assert list(nights.missing(story).values()) == ["no_data"]


def test_a_last_look_that_fails_is_tried_again_in_time(nights: Nights) -> None:
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    live(nights, 23.5)
    before = len(nights.instagram.calls)
    nights.instagram.faults = FaultPlan({before + 1: LOST_BEFORE, before + 2: LOST_BEFORE})
    tries = 0
    nights.instagram.figures.posts[story] = {"reach": 99, "views": 99, "likes": 99}
    while nights.clock.now() < NIGHT + 24 * HOUR:
        try:
            nights.collect()
        except Unanswered:
            tries += 1
        nights.clock.forward(timedelta(minutes=1))
    assert tries == 2
    assert nights.named("reach", story)["2026-11-25"] == 99.0


def test_it_gives_way_except_when_it_is_the_last_chance(nights: Nights) -> None:
    nights.instagram.post_by_hand(Kind.STORY, "")
    live(nights, 5)
    nights.instagram.percent_used = 90
    (looked,) = live(nights, 20)
    assert 18.25 <= looked <= 18.67


def test_a_limit_keeps_the_looks_away_for_as_long_as_it_lasts(nights: Nights) -> None:
    nights.instagram.faults = FaultPlan(
        {len(nights.instagram.calls) + 1: Throttled("later", wait_seconds=3600)}
    )
    nights.clock.forward(4 * HOUR)
    with pytest.raises(Throttled):
        nights.collect()
    assert live(nights, 3) == [1]


def test_who_asks_for_a_reading_gets_the_stories_too(nights: Nights) -> None:
    nights.instagram.post_by_hand(Kind.STORY, "")
    assert nights.collect(at_any_time=True).count(LOOK) == 1
    nights.clock.forward(timedelta(minutes=1))
    assert nights.collect() == []
    with nights.database.reading() as connection:
        (story,) = stories.known(connection, ACCOUNT, nights.clock.now())
    assert story.looked_at == NIGHT


class GoingClock(HandClock):
    """A clock that goes on by a microsecond whenever it is looked at, as a machine's does."""

    def now(self) -> datetime:
        self.forward(timedelta(microseconds=1))
        return super().now()


def test_the_very_first_look_happens_on_a_clock_that_goes_on() -> None:
    with bench_database() as database:
        nights = Nights(database, stories_every=4 * HOUR)
        nights.clock = GoingClock(NIGHT)
        nights.restart()
        assert LOOK in nights.collect()
        assert nights.collector.next_moment() > nights.clock.now() + 3 * HOUR
