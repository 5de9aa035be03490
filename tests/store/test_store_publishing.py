"""What publishing asks the shelf of posts, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_things import ACCOUNT, MINUTE, NOW, add_post

from ig_worker.domain.publication import ACTIVE, Status
from ig_worker.store import posts, publishing
from ig_worker.store.database import Database

HOUR = timedelta(hours=1)


def out(key: str, minutes: int, **values: object) -> dict[str, object]:
    at = NOW + minutes * MINUTE
    return {"key": key, "status": "published", "published_at": at, "ig_media_id": key, **values}


def test_the_last_post_out_is_the_newest_of_the_published_and_of_those_perhaps_out(
    database: Database,
) -> None:
    with database.writing() as connection:
        assert publishing.last_out(connection, ACCOUNT) is None
        add_post(connection, **out("a", 1))
        add_post(connection, **out("b", 5))
        add_post(connection, **out("c", 30, account="lain"))
        assert publishing.last_out(connection, ACCOUNT) == NOW + 5 * MINUTE
        add_post(connection, "d", status="publishing", intent_at=NOW + 7 * MINUTE)
        assert publishing.last_out(connection, ACCOUNT) == NOW + 7 * MINUTE
        add_post(connection, "e", status="unconfirmed", intent_at=NOW + 9 * MINUTE)
        add_post(connection, "f", status="ready", intent_at=NOW + 11 * MINUTE)
        assert publishing.last_out(connection, ACCOUNT) == NOW + 9 * MINUTE


def test_what_went_out_since_counts_the_doubtful_and_no_stories(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, **out("a", 1))
        add_post(connection, **out("b", 5))
        add_post(connection, **out("c", 6, kind="story"))
        add_post(connection, "d", status="publishing", intent_at=NOW + 7 * MINUTE)
        counts = [publishing.out_since(connection, ACCOUNT, NOW + n * MINUTE) for n in (0, 5, 6, 8)]
    assert counts == [3, 2, 1, 0]


def test_what_is_planned_is_counted_and_the_next_of_it_found(database: Database) -> None:
    with database.writing() as connection:
        for number, status in enumerate(["approved", "preparing", "ready", "draft", "held", "approved"]):
            add_post(connection, f"P-{number}", status=status, scheduled_at=NOW + number * HOUR)
        assert publishing.planned_between(connection, ACCOUNT, NOW, NOW + 4 * HOUR) == 2
        assert publishing.planned_between(connection, ACCOUNT, NOW - MINUTE, NOW + 5 * HOUR) == 4
        assert publishing.next_planned(connection, ACCOUNT, NOW - MINUTE) == NOW
        assert publishing.next_planned(connection, ACCOUNT, NOW) == NOW + 5 * HOUR
        assert publishing.next_planned(connection, ACCOUNT, NOW + 5 * HOUR) is None
        near = posts.active(connection, ACCOUNT, (Status.APPROVED, Status.READY), until=NOW + 2 * HOUR)
    assert [post.row.key for post in near] == ["P-0", "P-2"]


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({}, True),
        ({"status": "preparing"}, False),
        ({"next_at": NOW}, True),
        ({"next_at": NOW + MINUTE}, False),
        ({"scheduled_at": NOW + MINUTE}, False),
        ({"scheduled_at": NOW - 2 * MINUTE}, False),
        ({"account": "lain"}, True),
    ],
)
def test_a_post_of_any_account_that_should_be_going_out_now(
    database: Database, values: dict[str, object], due: bool
) -> None:
    with database.writing() as connection:
        add_post(connection, **{"status": "ready", **values})
        assert publishing.due_between(connection, NOW - MINUTE, NOW) is due


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_files_are_served_for_as_long_as_the_post_may_need_them(database: Database, status: str) -> None:
    needed = status in {*(state.value for state in ACTIVE), "unconfirmed"}
    with database.writing() as connection:
        post_id = add_post(
            connection, files=2, status=status, ig_media_id="m", intent_at=NOW, permalink_next_at=NOW + HOUR
        )
        posts.set_staged(connection, post_id, 1, "abc.jpg")
        left = [tuple(row) for row in publishing.still_staged(connection, ACCOUNT)]
        assert left == ([] if needed else [(post_id, 1, "abc.jpg")])
        moment = publishing.next_follow_up(connection, ACCOUNT, NOW)
    assert moment == (NOW + HOUR if needed else NOW)
