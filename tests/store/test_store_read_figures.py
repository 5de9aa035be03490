"""Figures are found again by day and by post, the newest reading only, and what is not there says why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from store_things import ACCOUNT, NOW, add_post

from ig_worker.domain.instagram import Kind, Media, Metric
from ig_worker.store import figures, inbox, read_figures
from ig_worker.store.database import Connection, Database
from ig_worker.store.published import published
from ig_worker.store.schema import missing_figures, stories

FIRST, SECOND, THIRD = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)
HOUR = timedelta(hours=1)


def read(connection: Connection, media_id: str, day: date, account: str = ACCOUNT, **values: float) -> None:
    figures.store(connection, account, media_id, day, [Metric(name, value) for name, value in values.items()])


def miss(connection: Connection, media_id: str, day: date, name: str, why: str) -> None:
    row = {"account": ACCOUNT, "media_id": media_id, "day": day, "name": name, "why": why, "read_at": NOW}
    connection.execute(missing_figures.insert().values(row))


def test_days_are_of_one_account_and_of_the_span_asked_for(database: Database) -> None:
    with database.writing() as connection:
        for day, reach in ((FIRST, 10.0), (SECOND, 0.0), (THIRD, 30.0)):
            read(connection, "", day, reach=reach)
        part = Metric("follows_and_unfollows", 4.0, SECOND, "follow_type=FOLLOWER")
        figures.store(connection, ACCOUNT, "", SECOND, [part])
        read(connection, "1800", SECOND, reach=7)
        read(connection, "", SECOND, "arjosari", reach=99)
        assert read_figures.account_days(connection, ACCOUNT, FIRST, SECOND) == {
            FIRST: {"reach": 10.0},
            SECOND: {"follows_and_unfollows:follow_type=FOLLOWER": 4.0, "reach": 0.0},
        }
        assert read_figures.first_day(connection, ACCOUNT) == FIRST
        assert read_figures.first_day(connection, "nobody") is None


def test_each_figure_of_a_post_is_the_newest_that_was_read(database: Database) -> None:
    with database.writing() as connection:
        read(connection, "1800", FIRST, reach=10, saved=2)
        read(connection, "1800", THIRD, reach=30)
        read(connection, "1801", SECOND, reach=0)
        read(connection, "1800", THIRD, "arjosari", reach=99)
        newest = {"1800": {"reach": 30.0, "saved": 2.0}, "1801": {"reach": 0.0}}
        assert read_figures.latest_of_media(connection, ACCOUNT) == newest
        assert read_figures.latest_of_media(connection, ACCOUNT, ["1801", "1900"]) == {"1801": {"reach": 0.0}}
        assert read_figures.latest_of_media(connection, ACCOUNT, []) == {}


def test_posts_since_a_moment_are_planned_ones_hand_made_ones_and_stories(database: Database) -> None:
    with database.writing() as connection:
        remember_everything(connection)
        for media_id in ("old", "1800", "1801", "1900"):
            read(connection, media_id, FIRST, reach=1)
        found = read_figures.latest_of_media(connection, ACCOUNT, since=NOW - 2 * HOUR)
        assert set(found) == {"1800", "1801", "1900"}


def test_what_was_read_after_all_is_not_missing(database: Database) -> None:
    with database.writing() as connection:
        miss(connection, "", FIRST, "", "no_data")
        miss(connection, "", SECOND, "views", "no_data")
        miss(connection, "", SECOND, "reach", "refused")
        read(connection, "", SECOND, reach=3)
        miss(connection, "1900", FIRST, "", "no_data")
        miss(connection, "1900", SECOND, "", "too_few")
        miss(connection, "1901", FIRST, "", "too_few")
        read(connection, "1901", SECOND, reach=6)
        miss(connection, "1902", SECOND, "navigation", "no_data")
        read(connection, "1902", FIRST, navigation=6)
        found = read_figures.missing(connection, ACCOUNT, FIRST, THIRD)
        assert found == {FIRST: {"": "no_data"}, SECOND: {"views": "no_data"}}
        of_media = read_figures.missing_of_media(connection, ACCOUNT)
        assert of_media == {"1900": {"": "too_few"}, "1902": {"navigation": "no_data"}}
        assert read_figures.missing_of_media(connection, ACCOUNT, ["1901"]) == {}


def test_when_a_day_was_read_last_counts_what_was_not_there_too(database: Database) -> None:
    with database.writing() as connection:
        read(connection, "", FIRST, reach=1)  # before schema 0005
        figures.store(connection, ACCOUNT, "", SECOND, [Metric("reach", 1.0)], NOW - HOUR)
        figures.store(connection, ACCOUNT, "", SECOND, [Metric("views", 1.0)], NOW - 2 * HOUR)
        figures.store(connection, ACCOUNT, "1800", FIRST, [Metric("views", 1.0)], NOW)
        miss(connection, "", SECOND, "saves", "refused")
        miss(connection, "", THIRD, "", "no_data")
        found = read_figures.read_at(connection, ACCOUNT, FIRST)
        assert found == {FIRST: None, SECOND: NOW, THIRD: NOW}
        assert list(read_figures.read_at(connection, ACCOUNT, THIRD)) == [THIRD]


def remember_everything(connection: Connection) -> None:
    """A planned post, one by hand and a story, and one of long ago; the planned one is in Instagram's list, too."""
    add_post(connection, status="published", ig_media_id="1800", published_at=NOW - HOUR)
    for ig_id, hours, product in (("1800", 1, "FEED"), ("1801", 2, "REELS"), ("old", 90, "FEED")):
        media = Media(ig_id, "by hand", NOW - hours * HOUR, "VIDEO", product, permalink=f"https://ig/{ig_id}")
        inbox.remember_media(connection, ACCOUNT, media)
    story: dict[str, Any] = {"account": ACCOUNT, "ig_id": "1900", "media_type": "IMAGE", "posted_at": NOW}
    connection.execute(stories.insert().values(story))


@pytest.mark.parametrize("end", [None, NOW])
def test_everything_that_went_out_is_there_once_with_what_is_known_of_it(
    database: Database, end: Any
) -> None:
    with database.writing() as connection:
        remember_everything(connection)
        found = published(connection, ACCOUNT, NOW - 2 * HOUR, end)
    assert [(each.ig_id, each.kind, each.segment) for each in found] == [
        ("1801", Kind.REEL, ""),
        ("1800", Kind.IMAGE, "Pengumuman"),
        *([("1900", Kind.STORY, "")] if end is None else []),
    ]
    assert [each.permalink for each in found[:2]] == ["https://ig/1801", "https://ig/1800"]
