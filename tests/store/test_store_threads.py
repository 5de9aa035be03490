"""Who has spoken in a thread: a person of the centre, or only the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from store_things import ACCOUNT, MINUTE, NOW, add_message, add_post, plan_reply

from ig_worker.domain.reply import Reply, Status
from ig_worker.store import first_comments, messages
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.our_words import columns_of
from ig_worker.store.schema import answers, replies

HOUR = timedelta(hours=1)
TALK = {"channel": "dm", "conversation_id": "t-1", "media_id": ""}
WORDS = "Terima kasih, Bunda!"


def say(connection: Connection, message: Row[Any], purpose: str = "thanks", **changes: Any) -> None:
    """The worker's own words to this message, with what became of them."""
    plan_reply(connection, message, **changes)
    connection.execute(update(replies).where(replies.c.message_id == message.id).values(purpose=purpose))


def answer(connection: Connection, message: Row[Any], status: Status, sent_after: timedelta | None) -> None:
    """A person answers through ``inbox reply``."""
    sent_at = None if sent_after is None else NOW + sent_after
    words = Reply(status, asked_at=NOW + MINUTE, due_at=NOW + MINUTE, sent_at=sent_at)
    values = {"message_id": message.id, "account": ACCOUNT, "text": "Baik, Bu.", "by": "Rina"}
    connection.execute(insert(answers).values(**values, asked_at=words.asked_at, **columns_of(words)))


@pytest.mark.parametrize("purpose", ["thanks", "acknowledgement", "emergency", "answer"])
def test_only_an_answer_of_the_worker_answers_a_message_and_only_that_one(
    database: Database, purpose: str
) -> None:
    with database.writing() as connection:
        first = add_message(connection, "c-1")
        other = add_message(connection, "c-2", parent_id="c-1")
        say(connection, first, purpose, status=Status.SENT, ig_id="r-1", sent_at=NOW + MINUTE)
        add_message(connection, "r-1", parent_id="c-1", own=True, text="other words", sent_at=NOW + MINUTE)
        assert messages.answered_by_us(connection, first) is (purpose == "answer")
        assert not messages.answered_by_us(connection, other)
        assert not messages.staff_spoke_here(connection, other, NOW - HOUR)


@pytest.mark.parametrize(
    ("status", "of_the_worker"),
    [(Status.SENDING, True), (Status.UNCONFIRMED, True), (Status.PLANNED, False), (Status.SKIPPED, False)],
)
def test_words_whose_id_was_lost_are_the_workers_by_what_they_say(
    database: Database, status: Status, of_the_worker: bool
) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1")
        say(connection, praise, status=status, intent_at=NOW)
        add_message(connection, "r-1", parent_id="c-1", own=True, text=f" {WORDS}", sent_at=NOW + MINUTE)
        assert messages.answered_by_us(connection, praise) is not of_the_worker
        assert messages.staff_spoke_here(connection, praise, NOW) is not of_the_worker


def test_a_person_of_the_centre_who_wrote_before_is_in_the_thread_and_has_not_answered(
    database: Database,
) -> None:
    with database.writing() as connection:
        add_message(connection, "c-1", sent_at=NOW - 60 * 24 * HOUR)
        add_message(connection, "c-2", parent_id="c-1", own=True, sent_at=NOW - 50 * 24 * HOUR)
        praise = add_message(connection, "c-3", parent_id="c-1")
        assert not messages.answered_by_us(connection, praise)
        assert messages.staff_spoke_here(connection, praise, NOW - HOUR)
        elsewhere = add_message(connection, "c-9")
        assert not messages.staff_spoke_here(connection, elsewhere, NOW - HOUR)


def test_a_person_of_the_centre_is_in_a_conversation_for_a_while(database: Database) -> None:
    with database.writing() as connection:
        add_message(connection, "d-1", own=True, sent_at=NOW - 2 * HOUR, **TALK)
        praise = add_message(connection, "d-2", **TALK)
        assert messages.staff_spoke_here(connection, praise, NOW - 3 * HOUR)
        assert not messages.staff_spoke_here(connection, praise, NOW - HOUR)


def test_words_of_the_centre_that_were_taken_back_do_not_count(database: Database) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1")
        add_message(connection, "c-2", parent_id="c-1", own=True, deleted=True, sent_at=NOW + MINUTE)
        assert not messages.answered_by_us(connection, praise)
        assert not messages.staff_spoke_here(connection, praise, NOW)


@pytest.mark.parametrize(
    ("status", "sent_after", "answered", "in_the_thread"),
    [
        (Status.PLANNED, None, False, True),
        (Status.SENDING, None, False, True),
        (Status.UNCONFIRMED, None, False, True),
        (Status.SENT, MINUTE, True, True),
        (Status.SENT, -MINUTE, False, True),
        (Status.FAILED, None, False, False),
        (Status.SKIPPED, None, False, False),
    ],
)
@pytest.mark.parametrize("place", [{"parent_id": "c-0"}, TALK])
def test_what_a_person_answers_through_the_worker_counts(
    database: Database,
    place: dict[str, Any],
    status: Status,
    sent_after: timedelta | None,
    answered: bool,
    in_the_thread: bool,
) -> None:
    with database.writing() as connection:
        asked = add_message(connection, "c-1", **place)
        beside = add_message(connection, "c-2", **place)
        answer(connection, asked, status, sent_after)
        for message in (asked, beside):
            assert messages.answered_by_us(connection, message) is answered
            assert messages.staff_spoke_here(connection, message, NOW) is in_the_thread
        later = messages.staff_spoke_here(connection, beside, NOW + HOUR)
        assert later is (in_the_thread and "parent_id" in place)


@pytest.mark.parametrize("known_by", [{"ig_id": "c-1"}, {}])
def test_the_workers_first_comment_under_our_post_is_nobody_in_the_thread(
    database: Database, known_by: dict[str, str]
) -> None:
    with database.writing() as connection:
        add_post(
            connection,
            status="published",
            ig_media_id="m-1",
            published_at=NOW,
            first_comment="Info: (0341) 123",
        )
        (post,) = first_comments.wanted(connection, ACCOUNT)
        sending = Reply(Status.SENDING, asked_at=NOW, due_at=NOW, intent_at=NOW, **known_by)
        first_comments.plan(connection, post, sending, NOW)
        add_message(connection, "c-1", own=True, text="Info: (0341) 123")
        praise = add_message(connection, "c-2", parent_id="c-1", sent_at=NOW + MINUTE)
        assert not messages.staff_spoke_here(connection, praise, NOW - HOUR)
        add_message(connection, "c-3", own=True, text="Halo Bunda!", parent_id="c-1", sent_at=NOW + MINUTE)
        assert messages.staff_spoke_here(connection, praise, NOW - HOUR)


def test_who_hides_a_praise_does_not_want_it_answered(database: Database) -> None:
    with database.writing() as connection:
        add_message(connection, "c-1", auto_thank=True, hidden=True)
        assert messages.to_thank(connection, ACCOUNT, NOW) == []
