"""What waits for a person is on the list once, from its first moment to its answer, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from store_things import ACCOUNT, MINUTE, NOW, add_case, add_message, know_account, plan_reply, the

from ig_worker.domain.reply import Status
from ig_worker.store import cases, journal, messages, waiting
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import answers, waiting_messages
from ig_worker.store.schema import messages as messages_table

HERE = (ACCOUNT,)


@pytest.fixture
def shelf(database: Database) -> Database:
    with database.writing() as connection:
        know_account(connection)
    return database


def ask(connection: Connection, ig_id: str = "c-1", **changes: Any) -> Any:
    values = {"label": "pertanyaan", "text": "Buka jam berapa?", **changes}
    return add_message(connection, ig_id, **values)


def beginning(connection: Connection) -> list[str]:
    return [row.ig_id for row in waiting.beginning(connection, HERE)]


def wait(connection: Connection, ig_id: str = "c-1", **changes: Any) -> Any:
    message = ask(connection, ig_id, **changes)
    waiting.begin(connection, message, NOW, NOW)
    return message


def test_questions_and_what_nobody_is_sure_of_should_wait(shelf: Database) -> None:
    with shelf.writing() as connection:
        ask(connection, "c-1")
        ask(connection, "c-2", label="lainnya", needs_review=True)
        ask(connection, "c-3", label="keluhan", opens_case=True)
        ask(connection, "c-4", label="pujian")
        for number, why_not in enumerate(("own", "backlog", "deleted", "opens_case"), 5):
            ask(connection, f"c-{number}", **{why_not: True})
        ask(connection, "c-9", account="lain")
        in_case = ask(connection, "c-10")
        add_case(connection)
        cases.join(connection, 1, in_case.id)
        assert beginning(connection) == ["c-1", "c-2"]
        assert waiting.standing(connection) == (3, NOW)


def test_a_message_is_on_the_list_once_and_the_journal_says_since_when(shelf: Database) -> None:
    with shelf.writing() as connection:
        message = wait(connection)
        waiting.begin(connection, message, NOW + MINUTE, NOW + MINUTE)
        assert beginning(connection) == []
        (row,) = waiting.perhaps_due(connection, HERE, NOW, 5)
        assert (row.id, row.since, row.told_at, row.permalink) == (message.id, NOW, None, None)
        assert [line.what for line in journal.of(connection, f"message:{message.id}")] == [
            "waits for a person"
        ]
        assert waiting.standing(connection) == (1, NOW)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"deleted": True}, "deleted"), ({"label": "lainnya"}, "label"), ({"opens_case": True}, "case")],
)
def test_what_needs_nobody_any_more_is_released(shelf: Database, change: dict[str, Any], why: str) -> None:
    with shelf.writing() as connection:
        message = wait(connection)
        assert waiting.released(connection, HERE) == []
        connection.execute(update(messages_table).values(**change))
        assert waiting.standing(connection) == (0, None)
        assert waiting.released(connection, HERE) == [(message.id, why)]
        assert waiting.settle(connection, message.id, why, NOW)
        assert not waiting.settle(connection, message.id, "Sari", NOW)
        assert waiting.released(connection, HERE) == []


def test_what_joined_a_case_is_released(shelf: Database) -> None:
    with shelf.writing() as connection:
        message = wait(connection)
        add_case(connection)
        cases.join(connection, 1, message.id)
        assert waiting.released(connection, HERE) == [(message.id, "case")]


@pytest.mark.parametrize("why", ["label", "deleted"])
def test_what_was_released_can_begin_again_as_if_nobody_had_been_told(shelf: Database, why: str) -> None:
    later = NOW + timedelta(days=2)
    with shelf.writing() as connection:
        message = wait(connection)
        (row,) = waiting.perhaps_due(connection, HERE, NOW, 5)
        assert waiting.mark_told(connection, row, NOW)
        waiting.settle(connection, message.id, why, NOW)
        assert waiting.resumed(connection, HERE) == [message.id]
        waiting.begin_again(connection, message.id, later)
        (again,) = waiting.perhaps_due(connection, HERE, NOW, 5)
        assert (again.since, again.told_at, again.reminders) == (later, None, 0)


def test_what_was_answered_does_not_begin_again(shelf: Database) -> None:
    with shelf.writing() as connection:
        message = wait(connection)
        waiting.settle(connection, message.id, "Sari", NOW)
        assert waiting.resumed(connection, HERE) == []
        assert beginning(connection) == []
        assert waiting.standing(connection) == (0, None)


def test_an_answer_in_the_thread_is_looked_at_and_one_elsewhere_is_not(shelf: Database) -> None:
    with shelf.writing() as connection:
        comment = wait(connection, "c-1")
        nested = wait(connection, "c-2", parent_id="c-1")
        message = wait(connection, "d-1", channel="dm", media_id="", conversation_id="t-1")
        ours = {"own": True, "label": "lainnya", "sent_at": NOW + MINUTE}
        ask(connection, "o-1", parent_id="c-9", **ours)
        ask(connection, "o-2", channel="dm", media_id="", conversation_id="t-9", **ours)
        ask(connection, "o-3", parent_id="c-1", **{**ours, "sent_at": NOW - MINUTE})
        assert waiting.perhaps_answered(connection, HERE) == []
        ask(connection, "o-4", parent_id="c-1", **ours)
        ask(connection, "o-5", channel="dm", media_id="", conversation_id="t-1", **ours)
        found = [row.id for row in waiting.perhaps_answered(connection, HERE)]
        assert found == [comment.id, nested.id, message.id]
        assert waiting.answered_by(connection, comment) == "answered"


def test_who_answered_is_told_by_name_or_as_a_frequent_question(shelf: Database) -> None:
    with shelf.writing() as connection:
        first, second = wait(connection, "c-1"), wait(connection, "c-2")
        values = {"account": ACCOUNT, "text": "Jam 7.30, Kak", "asked_at": NOW, "due_at": NOW}
        line = {"message_id": first.id, "by": "Sari", "status": "sending", **values}
        connection.execute(insert(answers).values(**line))
        assert waiting.perhaps_answered(connection, HERE) == []
        connection.execute(update(answers).values(status="sent"))
        assert waiting.answered_by(connection, first) == "Sari"
        plan_reply(connection, second, status=Status.SENT)
        connection.exec_driver_sql("UPDATE replies SET purpose = 'answer'")
        assert waiting.answered_by(connection, second) == "faq"
        assert [row.id for row in waiting.perhaps_answered(connection, HERE)] == [first.id, second.id]


def test_an_answer_given_to_another_line_of_the_thread_is_looked_at(shelf: Database) -> None:
    with shelf.writing() as connection:
        talk = {"channel": "dm", "media_id": "", "conversation_id": "t-1"}
        first = wait(connection, "d-1", **talk)
        second = ask(connection, "d-2", **talk, label="lainnya")
        values = {"account": ACCOUNT, "text": "Jam 7.30", "by": "Sari", "asked_at": NOW, "due_at": NOW}
        connection.execute(insert(answers).values(message_id=second.id, status="sent", **values))
        root, nested = wait(connection, "c-1"), wait(connection, "c-2", parent_id="c-1")
        connection.execute(insert(answers).values(message_id=root.id, status="sent", **values))
        found = [row.id for row in waiting.perhaps_answered(connection, HERE)]
        assert found == [first.id, root.id, nested.id]


def test_a_row_is_told_of_once_and_reminded_of_until_the_last_time(shelf: Database) -> None:
    with shelf.writing() as connection:
        wait(connection)
        (row,) = waiting.perhaps_due(connection, HERE, NOW, 2)
        assert [waiting.mark_told(connection, row, NOW) for _ in range(2)] == [True, False]
        assert waiting.perhaps_due(connection, HERE, NOW - MINUTE, 2) == []
        for number in range(2):
            (row,) = waiting.perhaps_due(connection, HERE, NOW + number * MINUTE, 2)
            assert row.reminders == number
            assert waiting.mark_told(connection, row, NOW + (number + 1) * MINUTE)
            assert not waiting.mark_told(connection, row, NOW)
        assert waiting.perhaps_due(connection, HERE, NOW + timedelta(days=9), 2) == []


def test_what_was_answered_before_it_was_seen_never_waits(shelf: Database) -> None:
    with shelf.writing() as connection:
        message = ask(connection)
        waiting.begin_answered(connection, message, "answered", NOW)
        assert beginning(connection) == []
        assert waiting.standing(connection) == (0, None)
        (row,) = connection.execute(waiting_messages.select())
        assert (row.settled_at, row.settled_by) == (NOW, "answered")
        assert the(messages.get(connection, message.id)).label == "pertanyaan"
