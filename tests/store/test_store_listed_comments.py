"""What a list of Instagram's showed is marked on the comments themselves, whichever database keeps them."""

from __future__ import annotations

from datetime import timedelta

from store_things import ACCOUNT, MINUTE, NOW, add_message, know_account, the

from ig_worker.domain.instagram import Media
from ig_worker.domain.sweeping import Sweep
from ig_worker.store import inbox, journal, listed_comments, messages
from ig_worker.store.database import Connection, Database


def test_what_is_listed_missing_and_gone_is_remembered(database: Database) -> None:
    with database.writing() as connection:
        rows = [add_message(connection, name, media_id="m-1") for name in ("a", "b", "c")]
        add_message(connection, "elsewhere", media_id="m-2")
        listed_comments.mark_listed(connection, ACCOUNT, ["a", "b"], NOW)
        listed_comments.mark_missing(connection, [rows[2].id], NOW)
        listed_comments.mark_missing(connection, [rows[1].id, rows[2].id], NOW + MINUTE)
        assert [(one.ig_id, one.listed_since(NOW), one.missing_since) for one in _under(connection)] == [
            ("a", True, None),
            ("b", True, NOW + MINUTE),
            ("c", False, NOW),
        ]
        assert listed_comments.count_listed(connection, ACCOUNT, "m-1", NOW) == 2
        assert listed_comments.count_listed(connection, ACCOUNT, "m-1", NOW + MINUTE) == 0
        assert listed_comments.listed_since(connection, ACCOUNT, ["b", "c", "x"], NOW) == {"b"}
        assert set(listed_comments.stored(connection, ACCOUNT, ["b", "x"])) == {"b"}
        listed_comments.mark_listed(connection, ACCOUNT, ["b"], NOW + 2 * MINUTE)
        listed_comments.mark_deleted(connection, rows[2].id, NOW)
        assert [one.missing_since for one in _under(connection)] == [None, None, None]
        gone = the(messages.by_ig_id(connection, ACCOUNT, "c"))
        assert (gone.deleted, gone.deleted_at) == (True, NOW)
        assert [line.what for line in journal.of(connection, f"message:{gone.id}")] == [
            "it is gone from Instagram"
        ]
        assert listed_comments.count(connection, ACCOUNT, "m-1") == 2
        listed_comments.mark_missing(connection, [rows[0].id], NOW)
        listed_comments.mark_there(connection, rows[0].id)
        assert _under(connection)[0].missing_since is None


def _under(connection: Connection) -> list[listed_comments.KnownComment]:
    return listed_comments.under(connection, ACCOUNT, "m-1")


def test_posts_whose_comments_cannot_be_seen_are_told_of_and_forgotten(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        for number in range(3):
            listed = Media(f"m-{number}", "Posyandu", NOW, "IMAGE", "FEED", "https://example.org/p/1")
            inbox.remember_media(connection, ACCOUNT, listed)
            since = NOW - number * timedelta(hours=1) if number else None
            inbox.keep_sweep(connection, ACCOUNT, f"m-{number}", Sweep(1, 0, NOW, NOW, unseen_since=since))
        assert [post.ig_id for post in inbox.unseen(connection, ACCOUNT)] == ["m-2", "m-1"]
        assert inbox.count_unseen(connection) == 2
        inbox.mark_unseen_told(connection, ACCOUNT, ["m-2"], NOW)
        inbox.forget_unseen(connection, ACCOUNT, ["m-1"])
        (left,) = inbox.unseen(connection, ACCOUNT)
        assert (left.ig_id, left.caption, left.told_at) == ("m-2", "Posyandu", NOW)
