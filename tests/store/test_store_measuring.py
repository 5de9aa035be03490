"""Figures, gaps, stories and refusals are kept once, and nothing that was had is taken away by an emptier answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event, text
from store_things import ACCOUNT, NOW, add_post

from ig_worker.domain.instagram import Media, Metric, MetricsRead, Why
from ig_worker.store import figures, stories
from ig_worker.store.database import Connection, Database
from ig_worker.store.refusals import RefusalShelf

DAY = date(2026, 11, 24)
ONE_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def values(connection: Connection, media_id: str = "") -> dict[tuple[str, str, str], float]:
    query = text("SELECT day, name, breakdown, value FROM metrics WHERE media_id = :media_id")
    rows = connection.execute(query, {"media_id": media_id})
    return {(str(row.day), row.name, row.breakdown): row.value for row in rows}


def reasons(connection: Connection, media_id: str = "") -> dict[tuple[str, str], str]:
    query = text("SELECT day, name, why FROM missing_figures WHERE media_id = :media_id")
    return {(str(row.day), row.name): row.why for row in connection.execute(query, {"media_id": media_id})}


def test_a_reading_is_kept_with_its_reasons_and_once_however_often(database: Database) -> None:
    read = MetricsRead((Metric("views", 9.0, DAY),), {}, {"likes": Why.NO_DATA, "follows": Why.TOO_FEW})
    for _ in range(3):
        with database.writing() as connection:
            figures.keep(connection, ACCOUNT, DAY, read, NOW)
    with database.reading() as connection:
        assert values(connection) == {("2026-11-24", "views", ""): 9.0}
        assert reasons(connection) == {
            ("2026-11-24", "likes"): "no_data",
            ("2026-11-24", "follows"): "too_few",
        }


def test_what_comes_later_is_no_longer_missing_and_what_was_had_stays(database: Database) -> None:
    with database.writing() as connection:
        figures.note_gaps(connection, ACCOUNT, [DAY, DAY - ONE_DAY], NOW)
        figures.keep(connection, ACCOUNT, DAY, MetricsRead((Metric("views", 9.0),)), NOW)
        figures.keep(
            connection, ACCOUNT, DAY, MetricsRead((), {}, {"views": Why.NO_DATA, "": Why.NO_DATA}), NOW
        )
        assert values(connection) == {("2026-11-24", "views", ""): 9.0}
        assert reasons(connection) == {("2026-11-23", ""): "no_data"}


def test_the_first_reading_of_the_followers_stands(database: Database) -> None:
    with database.writing() as connection:
        figures.note_missing(connection, ACCOUNT, DAY, {"followers_count": Why.NO_DATA}, NOW)
        for count in (1200.0, 1300.0):
            figures.keep_first(connection, ACCOUNT, [Metric("followers_count", count, DAY)], NOW)
        figures.keep_first(connection, ACCOUNT, [], NOW)
        assert values(connection) == {("2026-11-24", "followers_count", ""): 1200.0}
        assert reasons(connection) == {}


def test_a_snapshot_replaces_the_days_parts_of_its_kind_only(database: Database) -> None:
    def audience(**parts: float) -> MetricsRead:
        return MetricsRead(
            tuple(
                Metric("follower_demographics", value, None, part.replace("_", "="))
                for part, value in parts.items()
            )
        )

    with database.writing() as connection:
        figures.keep_snapshot(connection, ACCOUNT, DAY - ONE_DAY, audience(city_Batu=5), NOW)
        figures.keep_snapshot(
            connection, ACCOUNT, DAY, audience(city_Batu=5, city_Malang=30, gender_F=9), NOW
        )
        figures.keep_snapshot(connection, ACCOUNT, DAY, audience(city_Malang=31), NOW)
        found = {(day, part): value for (day, _, part), value in values(connection).items()}
        assert found == {
            ("2026-11-23", "city=Batu"): 5,
            ("2026-11-24", "city=Malang"): 31,
            ("2026-11-24", "gender=F"): 9,
        }


def test_of_a_post_only_the_newest_reasons_are_kept(database: Database) -> None:
    with database.writing() as connection:
        for back in (2, 1):
            empty = MetricsRead((), {}, {"": Why.TOO_FEW})
            figures.keep_media(connection, ACCOUNT, DAY - back * ONE_DAY, {"m-1": empty, "m-2": empty}, NOW)
        assert reasons(connection, "m-1") == {("2026-11-23", ""): "too_few"}
        part = MetricsRead((Metric("reach", 0.0),), {}, {"likes": Why.REFUSED})
        figures.keep_media(connection, ACCOUNT, DAY, {"m-1": part}, NOW)
        assert values(connection, "m-1") == {("2026-11-24", "reach", ""): 0.0}
        assert reasons(connection, "m-1") == {("2026-11-24", "likes"): "refused"}
        # A later reading that has nothing finds what was had before.
        figures.keep_media(
            connection, ACCOUNT, DAY + ONE_DAY, {"m-1": MetricsRead((), {}, {"": Why.NO_DATA})}, NOW
        )
        assert reasons(connection, "m-1") == {}
        assert reasons(connection, "m-2") == {("2026-11-23", ""): "too_few"}


def test_the_figures_of_thirty_posts_are_a_handful_of_statements(database: Database) -> None:
    sent: list[Any] = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: sent.append(seen[2]))
    reads = {
        f"m-{post}": MetricsRead(
            tuple(Metric(f"metric_{name}", float(name)) for name in range(12)), {}, {"likes": Why.NO_DATA}
        )
        for post in range(30)
    }
    for _ in range(2):
        with database.writing() as connection:
            sent.clear()
            figures.keep_media(connection, ACCOUNT, DAY, reads, NOW)
            assert len(sent) <= 5
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM metrics").scalar() == 360
        assert connection.exec_driver_sql("SELECT count(*) FROM missing_figures").scalar() == 30


def test_of_some_jobs_only_the_last_run_is_remembered(database: Database) -> None:
    with database.writing() as connection:
        for back in (2, 1, 0):
            figures.mark_last(
                connection, "insights media", ACCOUNT, DAY - back * ONE_DAY, NOW - back * ONE_DAY
            )
        figures.mark_nights(connection, "insights", ACCOUNT, [DAY, DAY - ONE_DAY], NOW)
        figures.mark_nights(connection, "insights", "kendalsari", [DAY], NOW)
        assert figures.last_nights(connection, ACCOUNT, ["insights media", "insights online"]) == {
            "insights media": (DAY, NOW)
        }
        assert figures.nights_done(connection, "insights media", ACCOUNT) == {DAY}
        assert figures.nights(connection, "insights", ACCOUNT) == {DAY: NOW, DAY - ONE_DAY: NOW}
        assert figures.nights(connection, "insights", ACCOUNT, DAY) == {DAY: NOW}
        assert figures.nights_done(connection, "insights", ACCOUNT, DAY + ONE_DAY) == set()
        figures.unmark(connection, "insights", ACCOUNT, date.min, DAY - ONE_DAY)
        assert figures.nights_done(connection, "insights", ACCOUNT) == {DAY}
        assert figures.nights_done(connection, "insights", "kendalsari") == {DAY}


# Stories


def story(ig_id: str, at: datetime) -> Media:
    return Media(ig_id, "Imunisasi 💉", at, "IMAGE", "STORY", "https://www.instagram.com/stories/x/1/")


def test_stories_listed_and_published_here_are_known_while_they_are_up(database: Database) -> None:
    with database.writing() as connection:
        out = {"kind": "story", "status": "published"}
        add_post(connection, "ours", ig_media_id="s-1", published_at=NOW - 3 * HOUR, **out)
        add_post(connection, "old", ig_media_id="s-0", published_at=NOW - 30 * HOUR, **out)
        add_post(connection, "picture", ig_media_id="m-1", status="published", published_at=NOW)
        stories.looked_at(connection, ACCOUNT, [story("s-2", NOW - HOUR)], ["s-2"], NOW)
        assert [(one.ig_id, one.looked_at) for one in stories.known(connection, ACCOUNT, NOW)] == [
            ("s-1", None),
            ("s-2", NOW),
        ]
        stories.adopt_published(connection, ACCOUNT, NOW - 24 * HOUR)
        later = NOW + 2 * HOUR
        stories.looked_at(connection, ACCOUNT, [], [], later)
        assert [one.looked_at for one in stories.known(connection, ACCOUNT, later)] == [later, later]
        assert stories.known(connection, "kendalsari", NOW) == []


def test_stories_that_ended_say_whether_they_have_figures(database: Database) -> None:
    with database.writing() as connection:
        began = [NOW - 25 * HOUR, NOW - 26 * HOUR, NOW - 27 * HOUR, NOW - 60 * HOUR, NOW - HOUR]
        listed = [story(f"s-{count}", at) for count, at in enumerate(began)]
        stories.looked_at(connection, ACCOUNT, listed, ["s-0"], NOW - 20 * HOUR)
        figures.keep_media(connection, ACCOUNT, DAY, {"s-0": MetricsRead((Metric("reach", 9.0),))}, NOW)
        figures.keep_media(connection, ACCOUNT, DAY, {"s-1": MetricsRead((), {}, {"": Why.TOO_FEW})}, NOW)
        found = stories.ended(connection, ACCOUNT, NOW - 20 * HOUR, NOW)
        assert [(one.story.ig_id, one.measured, one.excused) for one in found] == [
            ("s-2", False, False),
            ("s-1", False, True),
            ("s-0", True, False),
        ]


# Refusals


class HandClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def test_a_refusal_is_known_to_the_next_process_for_thirty_days(database: Database) -> None:
    clock = HandClock()
    shelf = RefusalShelf(ACCOUNT, database, clock)
    assert shelf.load() == {}
    shelf.keep("media metrics FEED", "reposts", "(#100) metric[0] must be one of … \0 😀")
    shelf.keep("media metrics FEED", "reposts", "said otherwise")
    clock.at += timedelta(days=10)
    shelf.keep("account metrics", "x" * 300, "a long name")
    again = RefusalShelf(ACCOUNT, database, clock)
    assert again.load() == {
        "media metrics FEED": {"reposts": "said otherwise"},
        "account metrics": {"x" * 120: "a long name"},
    }
    assert RefusalShelf("kendalsari", database, clock).load() == {}
    clock.at = NOW + timedelta(days=30)
    assert list(again.load()) == ["account metrics"]
    again.keep("account metrics", "views", "no")
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM refusals").scalar() == 2
