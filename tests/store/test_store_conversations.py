"""What is remembered of conversations, and what stood there at the first contact, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from store_things import ACCOUNT, NOW, add_message, know_account, plan_reply, the

from ig_worker.domain.instagram import Media
from ig_worker.domain.reply import Status
from ig_worker.store import accounts, backlog, conversations, inbox, messages
from ig_worker.store.database import Connection, Database

HOUR = timedelta(hours=1)


def read(connection: Connection, ig_id: str, **values: Any) -> None:
    row = {"ig_id": ig_id, "person": "sari", "person_id": "77", "updated_at": NOW, "read_at": NOW, **values}
    conversations.mark_read(connection, ACCOUNT, row)


def written(connection: Connection, ig_id: str, conversation_id: str, **changes: Any) -> None:
    add_message(connection, ig_id, channel="dm", media_id="", conversation_id=conversation_id, **changes)


def test_where_somebody_wrote_lately_is_read_again_the_longest_unread_first(database: Database) -> None:
    with database.writing() as connection:
        for number, unread in enumerate((3, 5, 4)):
            read(connection, f"t-{number}", read_at=NOW - unread * HOUR)
            written(connection, f"d-{number}", f"t-{number}")
        read(connection, "just read")
        written(connection, "d-3", "just read")
        read(connection, "ours alone", read_at=NOW - 9 * HOUR)
        written(connection, "d-4", "ours alone", own=True)
        read(connection, "long ago", read_at=NOW - 9 * HOUR, updated_at=NOW - 50 * HOUR)
        written(connection, "d-5", "long ago", sent_at=NOW - 50 * HOUR)
        read(connection, "never", read_at=None)
        written(connection, "d-6", "never")

        def due(limit: int) -> list[str]:
            since, before = NOW - 24 * HOUR, NOW - HOUR
            found = conversations.to_read_again(
                connection, ACCOUNT, written_since=since, read_before=before, now=NOW, limit=limit
            )
            return [row.ig_id for row in found]

        assert due(9) == ["t-1", "t-2", "t-0"]
        assert due(2) == ["t-1", "t-2"]
        conversations.touch(connection, ACCOUNT, "t-1", NOW)
        assert due(9) == ["t-2", "t-0"]
        conversations.touch(connection, ACCOUNT, "t-2", NOW + 24 * HOUR)
        assert due(9) == ["t-0", "t-2"], "by a clock that was ahead"


def test_what_was_lost_adds_up_and_a_further_reading_leaves_it(database: Database) -> None:
    with database.writing() as connection:
        assert conversations.lost_messages(connection) == 0
        read(connection, "t-1", lost=4, gap_since=NOW)
        read(connection, "t-2", lost=3)
        read(connection, "t-1")
        assert conversations.lost_messages(connection) == 7
        assert the(conversations.get(connection, ACCOUNT, "t-1")).gap_since == NOW
        assert conversations.get(connection, ACCOUNT, "t-3") is None


def test_the_stored_messages_of_a_conversation_begin_with_the_newest(database: Database) -> None:
    with database.writing() as connection:
        for number in range(3):
            written(connection, f"d-{number}", "t-1", sent_at=NOW + number * HOUR)
        written(connection, "d-9", "t-2")
        found = conversations.stored_messages(connection, ACCOUNT, "t-1")
        assert [row.ig_id for row in found] == ["d-2", "d-1", "d-0"]
        assert messages.known_ids(connection, ACCOUNT, ["d-1", "d-9", "d-7"]) == {"d-1", "d-9"}


def test_what_the_worker_sent_is_known_by_its_id(database: Database) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1", label="pujian")
        plan_reply(connection, praise, status=Status.SENT, ig_id="r-1")
        assert conversations.sent_by_us(connection, ACCOUNT, ["r-1", "r-2", "c-1"]) == {"r-1"}
        assert conversations.sent_by_us(connection, ACCOUNT, []) == set()


def test_the_backlog_is_counted_without_ours_and_without_what_is_gone(database: Database) -> None:
    with database.writing() as connection:
        assert backlog.backlog_of(connection, ACCOUNT) == backlog.Backlog({}, {}, None, None)
        listed = Media("m-1", "Posyandu", NOW, "IMAGE", "FEED", permalink="https://ig.example/p/1/")
        inbox.remember_media(connection, ACCOUNT, listed)
        old = {"backlog": True, "opens_case": True}
        add_message(connection, "c-1", confidence=0.7, **old)
        add_message(connection, "c-2", confidence=0.9, sent_at=NOW - HOUR, **old)
        add_message(connection, "c-3", label="lainnya", topic="lainnya", danger=True, backlog=True)
        add_message(connection, "c-4", label="pujian", backlog=True, sent_at=NOW + HOUR)
        written(connection, "d-1", "t-1", confidence=0.8, **old)
        for number, other in enumerate(({"own": True}, {"deleted": True}, {"backlog": False})):
            add_message(connection, f"c-1{number}", **{**old, **other})
        found = backlog.backlog_of(connection, ACCOUNT)
        assert found.by_label == {"keluhan": 3, "lainnya": 1, "pujian": 1}
        assert (found.by_topic, found.count) == ({"antrean": 3}, 5)
        assert (found.oldest, found.newest) == (NOW - HOUR, NOW + HOUR)
        first = backlog.worst(connection, ACCOUNT, 3)
        assert [row.ig_id for row in first] == ["c-3", "c-2", "d-1"]
        assert [row.permalink for row in first] == [listed.permalink, listed.permalink, None]


def test_the_first_poll_and_the_word_of_it_are_noted_once(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        for moment in (NOW, NOW + HOUR):
            accounts.first_poll_whole(connection, ACCOUNT, moment)
        assert the(accounts.get(connection, ACCOUNT)).first_poll_whole_at == NOW
        assert [accounts.backlog_told(connection, ACCOUNT, moment) for moment in (NOW, NOW + HOUR)] == [
            True,
            False,
        ]
        assert the(accounts.get(connection, ACCOUNT)).backlog_told_at == NOW
        accounts.conversations_walked(connection, ACCOUNT, NOW)
        assert the(accounts.get(connection, ACCOUNT)).conversations_walked_at == NOW
        accounts.conversations_walked(connection, ACCOUNT, None)
        assert the(accounts.get(connection, ACCOUNT)).conversations_walked_at is None
