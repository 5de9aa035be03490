"""A calendar's lines: the posts of some days, and what was published by hand on them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, text
from store_things import ACCOUNT, MINUTE, NOW, add_post

from ig_worker.domain.approval import Approval
from ig_worker.store import approvals, calendar, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import COVER, MediaFile
from ig_worker.store.schema import our_media

DAY = timedelta(days=1)


def stands(connection: Connection, ig_id: str, **changes: object) -> None:
    values = {
        "account": ACCOUNT,
        "ig_id": ig_id,
        "caption": "Langsung dari telepon",
        "media_type": "IMAGE",
        "product_type": "FEED",
        "posted_at": NOW,
        **changes,
    }
    connection.execute(insert(our_media).values(values))


def test_the_posts_of_some_days_come_by_their_time_with_their_first_picture(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, "late", scheduled_at=NOW + DAY)
        add_post(connection, "second", scheduled_at=NOW + MINUTE, files=2)
        add_post(connection, "first", scheduled_at=NOW, files=0)
        add_post(connection, "before", scheduled_at=NOW - MINUTE)
        found = calendar.planned_between(connection, NOW, NOW + DAY)
    assert [(line.key, line.picture) for line in found] == [("first", None), ("second", "copy-0.jpg")]
    assert found[0].scheduled_at == NOW


def test_a_reels_cover_is_its_picture(database: Database) -> None:
    with database.writing() as connection:
        number = add_post(connection, kind="reel", files=0)
        files = [MediaFile(0, "a.mp4", "film.mp4"), MediaFile(1, "b.jpg", "sampul.jpg", role=COVER)]
        posts.put_media(connection, number, files)
        found = calendar.planned_between(connection, NOW, NOW + DAY)
    assert [line.picture for line in found] == ["sampul.jpg"]


def test_what_was_published_by_hand_is_what_no_post_of_the_plan_has_become(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, status="published", ig_media_id="1", published_at=NOW)
        stands(connection, "1")
        stands(connection, "2", posted_at=NOW + MINUTE)
        stands(connection, "1", account="lain")
        stands(connection, "3", posted_at=NOW + DAY)
        found = calendar.made_by_hand(connection, NOW, NOW + DAY)
    assert [(line.account, line.ig_id) for line in found] == [("lain", "1"), (ACCOUNT, "2")]


def test_a_month_is_found_by_an_index(database: Database) -> None:
    if database.url.startswith("postgresql"):
        return  # a table as small as this one it reads whole, and rightly
    with database.reading() as connection:
        for table, column in (("posts", "scheduled_at"), ("our_media", "posted_at")):
            asked = f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} >= '2026' AND {column} < '2027'"
            assert f"ix_{table}_{column}" in str(connection.execute(text(asked)).all())


def test_the_approvals_of_many_posts_come_at_once(database: Database) -> None:
    with database.writing() as connection:
        numbers = [add_post(connection, key) for key in ("a", "b", "c")]
        for number in numbers[:2]:
            for role in ("verifikator", "penanggung_jawab"):
                approvals.put(connection, number, Approval(role, f"dr. {number}", "c" * 64), NOW)
        found = approvals.of_each(connection, numbers)
        assert found == {number: approvals.of(connection, number) for number in numbers[:2]}
        assert [each.role for each in found[numbers[0]]] == ["verifikator", "penanggung_jawab"]
