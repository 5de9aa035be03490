"""What an evaluation is computed from, on both databases, out of a generated year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from fakes.bench import HandClock
from fakes.generated_year import ACCOUNT, NOW, TARGETS, ZONE, fill
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating.evaluator import Evaluator, Rules
from ig_worker.store import evaluated, schema
from ig_worker.store.database import Database
from store.conftest import Cluster

DAY = date(2026, 10, 6)


def test_the_generated_year_has_what_was_asked_for_and_takes_more(database: Database) -> None:
    fill(database, posts=40, messages=600, cases=30)
    with database.writing() as connection:
        for table, count in ((schema.posts, 40), (schema.cases, 30)):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == count
        peoples = select(func.count()).where(~schema.messages.c.own)
        assert connection.execute(peoples).scalar() == 600
        values = dict(connection.execute(select(schema.posts)).mappings().first() or {})
        values |= {"key": "one more", "ig_media_id": None, "status": "draft"}
        del values["id"]
        added = connection.execute(schema.posts.insert().values(**values)).inserted_primary_key
        assert added is not None
        assert added[0] == 41


def test_both_databases_say_the_same_of_a_month(
    cluster: Cluster, sqlite_database: Database, tmp_path: Path
) -> None:
    calendar = WorkingCalendar(dict.fromkeys(range(5), (time(7, 30), time(14))), frozenset(), ZONE)
    rules = Rules(ZONE, "WIB", "Puskesmas Polowijen", "#0e5360", lambda _first, _last: calendar, TARGETS)
    postgresql = Database(cluster.new_shelves())
    documents = []
    for database in (sqlite_database, postgresql):
        fill(database, posts=60, messages=900, cases=60)
        evaluator = Evaluator(database, HandClock(NOW), rules, tmp_path)
        documents.append(evaluator.gather(Month(2026, 10), ACCOUNT))
    postgresql.close()
    assert documents[0] == documents[1]
    assert documents[0]["posts"]["best"]
    assert documents[0]["answers"]["opened"]


def _put(database: Database, *rows: tuple[str, date, str, str, float]) -> None:
    with database.writing() as connection:
        for media_id, day, name, breakdown, value in rows:
            where = {"media_id": media_id, "day": day, "name": name, "breakdown": breakdown}
            connection.execute(insert(schema.metrics).values(account=ACCOUNT, **where, value=value))
            connection.execute(insert(schema.metrics).values(account="another", **where, value=99_999))


def test_a_breakdown_is_no_total(database: Database) -> None:
    _put(
        database,
        ("", DAY, "reach", "media_product_type=REELS", 5),
        ("", DAY, "reach", "", 8),
        ("", DAY, "follows_and_unfollows", "follow_type=FOLLOWER", 3),
        ("", DAY, "follows_and_unfollows", "follow_type=NON_FOLLOWER", 1),
        ("", DAY, "follows_and_unfollows", "follow_type=UNKNOWN", 7),
        ("m1", DAY, "reach", "", 400),
    )
    with database.reading() as connection:
        found = evaluated.figures(connection, ACCOUNT, DAY, DAY, DAY)
    assert found.by_name == {"reach": {DAY: 8}}
    assert (found.won, found.lost) == ({DAY: 3}, {DAY: 1})


def test_any_figure_of_a_day_makes_it_measured_and_a_total_does_not(database: Database) -> None:
    later = DAY + timedelta(days=1)
    _put(
        database,
        ("", DAY, "likes", "", 5),
        ("", later, "followers_count", "", 8),
        ("", later, "online_followers", "hour=3", 8),
        ("", later, "follower_demographics", "age=25-34", 8),
    )
    with database.reading() as connection:
        found = evaluated.figures(connection, ACCOUNT, DAY, later, later)
    assert found.others == {DAY}


def test_the_newest_reading_of_each_figure_stands(database: Database) -> None:
    later = DAY + timedelta(days=2)
    _put(
        database,
        ("m1", DAY, "reach", "", 10),
        ("m1", later, "reach", "", 30),
        ("m1", DAY, "views", "", 12),
        ("m1", later, "likes", "", 4),
        ("m2", DAY, "likes", "", 4),
    )
    with database.reading() as connection:
        found = evaluated.readings(connection, ACCOUNT, ["m1", "m2"])
    assert found.keys() == {"m1"}
    assert found["m1"].figures == {"reach": 30, "views": 12}
    assert found["m1"].read_at == datetime(2026, 10, 6, 7, tzinfo=UTC), (
        "the older of the two says how old they are"
    )


def test_demographics_are_those_of_one_reading(database: Database) -> None:
    later = DAY + timedelta(weeks=1)
    name = "follower_demographics"
    _put(
        database,
        ("", DAY, name, "age=25-34", 10),
        ("", DAY, name, "gender=F", 10),
        ("", later, name, "age=25-34", 12),
    )
    with database.reading() as connection:
        found = evaluated.demographics(connection, ACCOUNT, DAY, later)
        earlier = evaluated.demographics(connection, ACCOUNT, DAY, later - timedelta(days=1))
        assert evaluated.demographics(connection, ACCOUNT, later + timedelta(days=1), later) is None
    assert found == evaluated.Demographics(later, {"age": [("25-34", 12)]})
    assert earlier == evaluated.Demographics(DAY, {"age": [("25-34", 10)], "gender": [("F", 10)]})
