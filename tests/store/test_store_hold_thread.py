"""Two people who answer in one thread at the same moment: the second waits, and then sees what the first has said."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from store_things import MINUTE, NOW, add_message, know_account

from ig_worker.store import messages
from ig_worker.store.database import Database, StorageError


@pytest.fixture
def shelf(database: Database) -> Database:
    with database.writing() as connection:
        know_account(connection)
    return database


def _impatient(shelf: Database, message_id: int) -> bool:
    """Whether a second person gets the message without waiting."""
    try:
        with shelf.writing() as connection:
            connection.execute(text("SET lock_timeout = '50ms'"))
            return messages.hold_with_thread(connection, message_id) is not None
    except StorageError as error:
        if "lock timeout" not in str(error):
            raise
        return False


def test_only_one_at_a_time_holds_a_thread(shelf: Database) -> None:
    with shelf.writing() as connection:
        talk = {"channel": "dm", "conversation_id": "t-1", "media_id": ""}
        first = add_message(connection, "m-1", **talk)
        second = add_message(connection, "m-2", sent_at=NOW + MINUTE, **talk)
        elsewhere = add_message(connection, "m-3", **{**talk, "conversation_id": "t-2"})
        comment = add_message(connection, "c-1")
        below = add_message(connection, "c-2", parent_id="c-1")
        beside = add_message(connection, "c-3", parent_id="c-1")
    with shelf.writing() as connection:
        assert messages.hold_with_thread(connection, second.id) is not None
        assert messages.hold_with_thread(connection, below.id) is not None
        if not shelf.url.startswith("postgresql"):
            return  # SQLite has one writer at a time anyway
        assert not _impatient(shelf, first.id)
        assert not _impatient(shelf, comment.id)
        assert not _impatient(shelf, beside.id)
        assert _impatient(shelf, elsewhere.id)
    assert _impatient(shelf, first.id)
    assert _impatient(shelf, beside.id)


def test_a_message_that_is_not_there_holds_nothing(shelf: Database) -> None:
    with shelf.writing() as connection:
        assert messages.hold_with_thread(connection, 4242) is None
