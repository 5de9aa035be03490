"""The weeks before the played day: always the same, and nothing in them larger than its whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fakes.bench import ACCOUNT, bench_database, plan_post
from ig_worker.demo.past import FIRST, LAST, made_up, put_cases, put_the_rest
from ig_worker.demo.past_figures import NOT_READ
from ig_worker.store import cases, messages, read_figures
from ig_worker.store.database import Database


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as found:
        with found.writing() as connection:
            plan_post(connection)
        yield found


def test_they_are_made_up_the_same_each_time() -> None:
    past = made_up()
    assert past == made_up()
    numbers = [case["number"] for _, case in past.cases]
    assert numbers == [f"K-2026-{number:04d}" for number in range(1, len(numbers) + 1)]
    assert all(case["opened_at"] <= case["first_response_at"] <= case["closed_at"] for _, case in past.cases)
    assert len({post["key"] for post in past.posts}) == len(past.posts)


def test_the_shelves_take_them_and_the_next_case_goes_on_from_theirs(database: Database) -> None:
    past = made_up()
    put_cases(database, past)
    put_the_rest(database, past)
    with database.reading() as connection:
        assert len(cases.listed(connection)) == len(past.cases)
        rows = messages.listed(connection)
        last = connection.exec_driver_sql("SELECT last FROM case_numbers WHERE year = 2026").scalar()
    assert last == len(past.cases)
    assert sum(bool(row.case_number) for row in rows) == len(past.cases)
    assert all(row.reply_status == "sent" for row in rows if row.auto_thank)


def test_no_part_of_a_day_is_larger_than_its_whole(database: Database) -> None:
    past = made_up()
    put_cases(database, past)
    put_the_rest(database, past)
    with database.reading() as connection:
        days = read_figures.account_days(connection, ACCOUNT, FIRST, LAST)
        media = read_figures.latest_of_media(connection, ACCOUNT)
    assert set(NOT_READ).isdisjoint(days)
    assert len(days) == (LAST - FIRST).days + 1 - len(NOT_READ)
    for day, known in days.items():
        assert known["accounts_engaged"] <= known["reach"] <= known["views"]
        parts = sum(known[name] for name in ("likes", "comments", "saves", "shares"))
        assert known["total_interactions"] == parts
        after: date = day + timedelta(days=1)
        if after in days:
            moved = days[after]
            won, lost = (
                moved[f"follows_and_unfollows:follow_type={kind}"] for kind in ("FOLLOWER", "NON_FOLLOWER")
            )
            assert moved["followers_count"] - known["followers_count"] == won - lost
    assert all(
        figures["total_interactions"] <= figures["reach"] <= figures["views"] for figures in media.values()
    )
