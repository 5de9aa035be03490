"""Posts are put on the shelf by the hundred, and what is known of their media is written only where it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store_things import ACCOUNT, NOW, add_post, the

from ig_worker.domain.approval import Approval
from ig_worker.domain.publication import Status
from ig_worker.store import approvals, journal, plans, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.plans import FreshPost
from ig_worker.store.posts import COVER, MediaFile

CONTENT = "d" * 64


def fresh(number: int, **changes: Any) -> FreshPost:
    values = {
        "account": ACCOUNT,
        "key": f"P-{number:03}",
        "status": Status.APPROVED.value,
        "kind": "reel",
        "segment": "",
        "scheduled_at": NOW + timedelta(hours=number),
        "caption": "Posyandu besok 🌸",
        "options": {"cover": "sampul.jpg"},
        "made_by": "Rina",
        "edited_by": "",
        "verified_by": "dr. Wulan",
        "responsible": "",
        "source": "rencana.csv",
        "source_row": number,
        "sheet_status": "disetujui",
        "content_hash": CONTENT,
        "row_hash": f"{number:064}",
        "gather_next_at": NOW,
        **changes,
    }
    files = [MediaFile(0, "a.mp4", f"copy-{number}.mp4", "0" * 64), MediaFile(1, "sampul.jpg", role=COVER)]
    return FreshPost(
        values,
        files,
        [Approval("verifikator", "dr. Wulan", CONTENT)],
        [("Rina", "planned"), ("dr. Wulan", "yes")],
    )


def put(connection: Connection, *numbers: int, **changes: Any) -> None:
    plans.add_all(connection, [fresh(number, **changes) for number in numbers], NOW)


def by_key(connection: Connection, key: str) -> posts.StoredPost:
    stored: posts.StoredPost = the(posts.by_key(connection, ACCOUNT, key))
    return stored


def test_what_belongs_to_a_post_stands_with_it_however_many_come_at_once(database: Database) -> None:
    with database.writing() as connection:
        put(connection, *range(700))
        plans.add_all(connection, [], NOW)
    with database.reading() as connection:
        for number in (0, 1, 350, 699):
            post = by_key(connection, f"P-{number:03}")
            assert (post.row.source_row, post.media[0].original) == (number, f"copy-{number}.mp4")
            assert the(post.cover).written == "sampul.jpg"
            assert approvals.of(connection, post.id) == [Approval("verifikator", "dr. Wulan", CONTENT)]
            lines = [(line.at, line.who, line.what) for line in journal.of(connection, f"post:{post.id}")]
            assert lines == [(NOW, "Rina", "planned"), (NOW, "dr. Wulan", "yes")]


def test_a_post_is_known_by_account_and_key(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1, 2)
        put(connection, 1, account="arjosari")
        known = plans.known(connection, ["P-001", "P-009"])
    assert set(known) == {(ACCOUNT, "P-001"), ("arjosari", "P-001")}
    assert (known[ACCOUNT, "P-001"].row_hash, known[ACCOUNT, "P-001"].status) == (f"{1:064}", Status.APPROVED)


def test_a_sheet_misses_what_it_showed_last_and_another_sheet_does_not(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1, 2, 3)
        put(connection, 4, status=Status.CANCELLED.value)
        moved = by_key(connection, "P-003")
        plans.seen(connection, "lain.csv", [(moved.id, 77)])
        plans.seen(connection, "lain.csv", [])
        gone = plans.left_out(connection, "rencana.csv", [Status.APPROVED], {(ACCOUNT, "P-001")})
        assert gone == [by_key(connection, "P-002").id]
        assert by_key(connection, "P-003").row.source_row == 77


def test_the_soonest_posts_that_are_still_to_come_are_gathered_first(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 3, 1)
        put(connection, 2, gather_next_at=NOW + timedelta(minutes=5))
        put(connection, 4, gather_next_at=None)
        put(connection, 5, status=Status.CANCELLED.value)
        due = [the(posts.get(connection, each)).row.key for each in plans.to_gather(connection, NOW)]
        assert due == ["P-001", "P-003"]
        assert len(plans.to_gather(connection, NOW, most=1)) == 1
        assert plans.next_gathering(connection) == NOW
        assert plans.to_gather(connection, NOW, copied_from="rencana.csv") == [], (
            "their covers are not copied yet"
        )
        whole = add_post(connection, "P-006", gather_next_at=NOW)
        assert plans.to_gather(connection, NOW, copied_from="rencana.csv") == [whole]


def test_nothing_waits_where_nothing_is_planned(database: Database) -> None:
    with database.reading() as connection:
        assert plans.next_gathering(connection) is None
        assert plans.to_gather(connection, NOW) == []


def test_what_was_gathered_is_not_written_into_a_post_that_changed_meanwhile(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1)
        seen = by_key(connection, "P-001")
        assert posts.save(connection, seen, seen.publication, NOW, "the row changed")
        files = [replace(file, sha256="f" * 64, tried=True) for file in seen.files]
        assert not plans.gathered(connection, seen, files, content_hash="f" * 64)
        now = by_key(connection, "P-001")
        assert (now.row.content_hash, now.row.gather_next_at) == (CONTENT, NOW)
        assert not any(file.tried for file in now.files)
        assert plans.gathered(connection, now, files, content_hash="f" * 64)
        after = by_key(connection, "P-001")
        assert (after.row.content_hash, after.row.gather_next_at, after.version) == (
            "f" * 64,
            None,
            now.version + 1,
        )
        assert all(file.tried for file in after.files)


def test_a_try_that_changes_nothing_leaves_the_version_to_the_publisher(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1)
        seen = by_key(connection, "P-001")
        assert plans.gathered(connection, seen, seen.files, again_at=NOW + timedelta(minutes=1), tries=1)
        now = by_key(connection, "P-001")
    assert (now.version, now.row.gather_tries) == (seen.version, 1)


def test_a_post_is_meant_by_its_number_or_its_key(database: Database) -> None:
    with database.writing() as connection:
        first = add_post(connection, "P-01")
        second = add_post(connection, str(first))
        add_post(connection, "P-01", account="arjosari")

        def meant(said: str) -> list[str]:
            return [f"{post.account} {post.row.key}" for post in posts.named(connection, said)]

        assert meant(str(second)) == [f"{ACCOUNT} {first}"]
        assert meant(str(first)) == [f"{ACCOUNT} P-01", f"{ACCOUNT} {first}"]
        assert meant(f"id:{first}") == [f"{ACCOUNT} P-01"]
        assert meant(f"kode:{first}") == [f"{ACCOUNT} {first}"]
        assert meant("P-01") == [f"{ACCOUNT} P-01", "arjosari P-01"]
        assert meant("9" * 30) == meant("id:satu") == meant("") == []


def test_a_list_is_complete_however_long_it_is(database: Database) -> None:
    count = posts.ASKED_AT_ONCE + 3
    with database.writing() as connection:
        put(connection, *range(count))
    with database.reading() as connection:
        listed = posts.listed(connection)
    assert [post.row.key for post in listed] == [f"P-{number:03}" for number in range(count)]
    assert {len(post.files) for post in listed} == {2}
