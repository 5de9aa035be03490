"""Whole nights on both databases: an outage is caught up and nothing is doubled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from store_things import ACCOUNT

from fakes.bench import HandClock
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.instagram import Kind, Why
from ig_worker.domain.nights import ONE_DAY
from ig_worker.flows.measuring.collector import Collector
from ig_worker.flows.measuring.rules import Rules
from ig_worker.store import read_figures
from ig_worker.store.database import Database

NIGHT = datetime(2026, 11, 24, 18, 20, tzinfo=UTC)
NEWEST = date(2026, 11, 23)


def test_a_weeks_outage_is_caught_up_and_nothing_is_doubled(database: Database) -> None:
    clock = HandClock(NIGHT)
    instagram = FakeInstagram(clock)
    instagram.figures.audience = {"age=25-34": 80, "city=Malang, East Java": 300}
    instagram.figures.hours = {str(hour): hour for hour in range(24)}
    instagram.figures.follows = (3, 1)
    post = instagram.post_by_hand(Kind.REEL, "Senam lansia 🏃\u200d♀️")
    story = instagram.post_by_hand(Kind.STORY, "")
    instagram.figures.without[story] = Why.TOO_FEW
    gap = NEWEST + 4 * ONE_DAY
    instagram.figures.no_data.add(gap)
    collector = Collector(ACCOUNT, database, instagram, clock, Rules(ZoneInfo("Asia/Jakarta")))
    collector.run()
    clock.forward(timedelta(days=8))
    collector.run()
    last = NEWEST + 8 * ONE_DAY
    for _ in range(2):
        with database.reading() as connection:
            days = read_figures.account_days(connection, ACCOUNT, NEWEST, last)
            missing = read_figures.missing(connection, ACCOUNT, NEWEST, last)
            of_posts = read_figures.latest_of_media(connection, ACCOUNT)
            reasons = read_figures.missing_of_media(connection, ACCOUNT)
            count = connection.exec_driver_sql("SELECT count(*) FROM metrics").scalar()
        assert [day for day, found in days.items() if "views" in found] == [
            NEWEST + back * ONE_DAY for back in range(9) if back != 4
        ]
        assert missing[gap] == {"": "no_data"}
        assert days[NEWEST]["follows_and_unfollows:follow_type=NON_FOLLOWER"] == 1
        assert days[NEWEST]["online_followers:hour=23"] == 23
        assert of_posts == {post: {"reach": 120, "views": 260, "likes": 14}}
        assert set(reasons[story].values()) == {"too_few"} or reasons[story] == {"": "no_data"}
        collector.run(at_any_time=True)
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM metrics").scalar() == count
