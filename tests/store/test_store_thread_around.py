"""What stands around a message, and what anybody of ours has said there, on both databases."""

from __future__ import annotations

from store_things import MINUTE, NOW, add_message, know_account, plan_reply

from ig_worker.domain.reply import Reply, Status
from ig_worker.store import answers, threads
from ig_worker.store.database import Database


def test_a_thread_is_shown_around_its_message_with_what_was_deleted(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        for number in range(9):
            add_message(
                connection, f"d-{number}", channel="dm", conversation_id="t-1", media_id="",
                sent_at=NOW + MINUTE * (number // 2), deleted=number == 3,
            )  # fmt: skip
        middle = add_message(
            connection, "d-x", channel="dm", conversation_id="t-1", media_id="", sent_at=NOW + 2 * MINUTE
        )
        add_message(connection, "d-y", channel="dm", conversation_id="t-2", media_id="")
        found = [row.ig_id for row in threads.around(connection, middle, before=4, after=2)]
        assert found == ["d-2", "d-3", "d-4", "d-5", "d-x", "d-6", "d-7"]


def test_what_we_said_counts_once_though_it_is_read_back(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        message = add_message(connection, "c-1", text="Buka jam berapa?")
        assert threads.said_by_us(connection, message) == [[], [], []]
        reply = Reply(Status.SENDING, NOW, NOW, intent_at=NOW)
        given = answers.add(connection, message, reply, "Jam 8, Kak", NOW, by="Rina", human_agent=False)
        before = threads.said_by_us(connection, message)
        assert before == [[given.id], [], []]
        add_message(connection, "c-2", own=True, parent_id="c-1", text="Jam 8,  Kak", sent_at=NOW + MINUTE)
        assert threads.said_by_us(connection, message) == before
        plan_reply(connection, message, status=Status.SENT, sent_at=NOW)
        by_hand = add_message(connection, "c-3", own=True, parent_id="c-1", text="Halo", sent_at=NOW + MINUTE)
        answered, by_worker, lines = threads.said_by_us(connection, message)
        assert (answered, len(by_worker), lines) == ([given.id], 1, [by_hand.id])
