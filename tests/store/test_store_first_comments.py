"""The shelf of first comments, and what the upgrade to it does with posts that are out already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from store_things import ACCOUNT, NOW, add_post, know_account

from ig_worker.domain.reply import Event, Happened, Reply, Status, apply
from ig_worker.store import first_comments
from ig_worker.store.database import Database
from ig_worker.store.migrate import migrations_folder, upgrade

PUBLISHED = {"status": "published", "published_at": NOW, "first_comment": "Daftar ya, Bunda 🌸"}


def test_a_published_post_is_found_until_its_comment_is_on_the_shelf(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        post_id = add_post(connection, ig_media_id="1801", **PUBLISHED)
        add_post(connection, "P-02", ig_media_id="1802", **{**PUBLISHED, "first_comment": ""})
        add_post(connection, "P-03", ig_media_id="1803", **{**PUBLISHED, "kind": "story"})
        add_post(connection, "P-04", **{**PUBLISHED, "status": "approved"})
        (post,) = first_comments.wanted(connection, ACCOUNT)
        assert (post.id, post.key, post.ig_media_id) == (post_id, "P-01", "1801")
        assert first_comments.wanted(connection, "kendalkerep") == []
        for _ in range(2):
            first_comments.plan(connection, post, Reply(Status.PLANNED, NOW, NOW), NOW)
        assert first_comments.wanted(connection, ACCOUNT) == []
        (stored,) = first_comments.active(connection, ACCOUNT)
        assert (stored.text, stored.comment) == (PUBLISHED["first_comment"], Reply(Status.PLANNED, NOW, NOW))


def test_whoever_comes_second_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        post_id = add_post(connection, ig_media_id="1801", **PUBLISHED)
        (post,) = first_comments.wanted(connection, ACCOUNT)
        first_comments.plan(connection, post, Reply(Status.PLANNED, NOW, NOW), NOW)
        (stored,) = first_comments.active(connection, ACCOUNT)
        sending = apply(stored.comment, Happened(Event.INTEND), NOW)
        assert first_comments.save(connection, stored, sending, NOW, "first comment intend")
        assert not first_comments.save(connection, stored, sending, NOW, "first comment intend")
        (again,) = first_comments.active(connection, ACCOUNT)
        unclear = apply(again.comment, Happened(Event.UNCLEAR, reason="no", said_no=True), NOW)
        assert first_comments.save(connection, again, unclear, NOW, "first comment unclear")
        (read,) = first_comments.active(connection, ACCOUNT)
        assert (read.version, read.comment) == (2, unclear)
        assert first_comments.of(connection, post_id + 1) is None


def test_what_was_out_before_the_upgrade_gets_no_comment_any_more(empty_url: Callable[[], str]) -> None:
    url = empty_url()
    older = Database(url)
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    with older.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    row = {
        "account": ACCOUNT,
        "kind": "image",
        "at": NOW - timedelta(days=30),
        "hash": "c" * 64,
        "empty": "[]",
    }
    with older.writing() as connection:
        for key, status, media_id in (("P-01", "published", "1801"), ("P-02", "approved", None)):
            connection.execute(
                text(
                    "INSERT INTO posts (account, key, status, kind, segment, scheduled_at, caption, alt_text, "
                    "first_comment, options, made_by, edited_by, verified_by, responsible, source, source_row, "
                    "sheet_status, content_hash, row_hash, child_ids, published_at, ig_media_id) VALUES "
                    "(:account, :key, :status, :kind, '', :at, '', '', 'Daftar ya', :empty, '', "
                    "'', '', '', '', 2, '', :hash, :hash, :empty, :at, :media_id)"
                ),
                {**row, "key": key, "status": status, "media_id": media_id},
            )
    older.close()
    upgrade(url)
    newer = Database(url)
    with newer.reading() as connection:
        assert first_comments.wanted(connection, ACCOUNT) == []
        assert first_comments.active(connection, ACCOUNT) == []
        kept = connection.execute(text("SELECT status, last_error FROM first_comments")).all()
    newer.close()
    assert [row.status for row in kept] == ["skipped"]
    assert "sebelum" in kept[0].last_error
