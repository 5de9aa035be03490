"""The shelf of people's answers, and people's messages as they are looked at, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from store_things import ACCOUNT, MINUTE, NOW, add_message, know_account, plan_reply, the

from fakes.bench import bench_database
from ig_worker.domain.reply import Event, Happened, Reply, Status, apply
from ig_worker.store import answers, journal, mailbox, messages, replies
from ig_worker.store.answers import StoredAnswer
from ig_worker.store.database import Connection, Database, Row

INTENT = apply(Reply(Status.PLANNED, NOW, NOW), Happened(Event.INTEND), NOW)


def answer(
    connection: Connection, message: Row[Any], text: str = "Besok, Kak", **changes: Any
) -> StoredAnswer:
    reply = replace(INTENT, **changes)
    return answers.add(connection, message, reply, text, NOW, by="Bidan Sari", human_agent=False)


def test_an_answer_lies_on_the_shelf_with_who_gives_it(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        message = add_message(connection)
        added = answer(connection, message)
        found = the(answers.get(connection, added.id))
        assert (found.reply, found.text, found.by) == (INTENT, "Besok, Kak", "Bidan Sari")
        assert found.message.id == message.id
        assert [each.id for each in answers.active(connection, ACCOUNT)] == [added.id]
        assert answers.active(connection, "lain") == []
        assert answers.get(connection, 99) is None
        (line,) = journal.of(connection, f"message:{message.id}")
        assert (line.who, line.what) == ("Bidan Sari", "answer: Besok, Kak")


def test_a_message_may_have_several_answers(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        first, second = add_message(connection), add_message(connection, "c-2")
        for message in (first, first, second):
            answer(connection, message)
        assert [row.text for row in answers.to_message(connection, first.id)] == ["Besok, Kak"] * 2
        by_message = answers.by_message(connection)
        assert {key: len(rows) for key, rows in by_message.items()} == {first.id: 2, second.id: 1}


def test_of_two_saves_one_wins(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        stored = answer(connection, add_message(connection))
        sent = apply(stored.reply, Happened(Event.SENT, ig_id="r-1"), NOW)
        tagged = replace(stored, human_agent=True)
        assert answers.save(connection, tagged, sent, NOW, "reply sent")
        assert not answers.save(connection, stored, sent, NOW, "reply sent")
        after = the(answers.get(connection, stored.id))
        assert (after.reply.status, after.human_agent, after.version) == (Status.SENT, True, 1)
        assert answers.active(connection, ACCOUNT) == []
        assert journal.of(connection, f"message:{stored.message.id}")[-1].what == "answer sent"


def test_what_is_known_to_be_something_else_is_not_taken_for_an_answer(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        asked = add_message(connection)
        said = {"own": True, "parent_id": "c-1", "text": "Besok, Kak"}
        add_message(connection, "before", first_seen_at=NOW - MINUTE, **said)
        add_message(connection, "after", first_seen_at=NOW + MINUTE, **said)
        answer(connection, asked, status=Status.SENT, ig_id="earlier", sent_at=NOW)
        plan_reply(
            connection, add_message(connection, "c-2"), status=Status.SENT, ig_id="thanks", sent_at=NOW
        )
        now = answer(connection, asked)
        found = ["before", "after", "earlier", "thanks", "unknown"]
        assert answers.taken(connection, now, found) == {"before", "earlier", "thanks"}
        unclear = replies.StoredReply(9, 0, now.reply, now.text, asked)
        assert replies.taken(connection, unclear, found) == {"earlier", "thanks"}


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_whether_somebody_spoke_meanwhile_is_known(database: Database, channel: str) -> None:
    place: dict[str, Any] = {"channel": channel}
    if channel == "dm":
        place |= {"media_id": "", "conversation_id": "t_1"}
    below = place if channel == "dm" else {**place, "parent_id": "c-1"}
    with database.writing() as connection:
        know_account(connection)
        stored = answer(connection, add_message(connection, **place))
        own = {"own": True, "author": "puskesmas"}
        add_message(connection, "early", first_seen_at=NOW - MINUTE, **own, **below)
        add_message(connection, "theirs", first_seen_at=NOW + MINUTE, **below)
        elsewhere = {"parent_id": "c-9"} if channel == "comment" else {"conversation_id": "t_9"}
        add_message(connection, "there", first_seen_at=NOW + MINUTE, **own, **{**below, **elsewhere})
        add_message(connection, "thanks", first_seen_at=NOW + MINUTE, **own, **below)
        plan_reply(connection, stored.message, status=Status.SENT, ig_id="thanks", sent_at=NOW)
        assert not answers.someone_spoke(connection, stored)
        add_message(connection, "phone", first_seen_at=NOW + MINUTE, **own, **below)
        assert answers.someone_spoke(connection, stored)


def test_an_answers_echo_is_ours_though_its_author_is_withheld(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        answer(connection, add_message(connection), ig_id="r-1")
        assert replies.is_ours(connection, ACCOUNT, "r-1", "puskesmas", "lain")
        assert not replies.is_ours(connection, ACCOUNT, "r-2", "orang", "Besok, Kak")
        assert replies.is_ours(connection, ACCOUNT, "r-2", "", "Besok, Kak")
        assert not replies.is_ours(connection, ACCOUNT, "r-2", "", "lain")
        assert not replies.is_ours(connection, "lain", "r-1", "", "Besok, Kak")


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_planned_is_let_go(database: Database, status: Status) -> None:
    with database.writing() as connection:
        know_account(connection)
        message = add_message(connection)
        assert replies.skip_planned(connection, message.id, "Sari answers", NOW, who="Sari") is None
        intent = NOW if status is Status.SENDING else None
        plan_reply(connection, message, status=status, intent_at=intent)
        planned = status is Status.PLANNED
        purpose = replies.skip_planned(connection, message.id, "Sari answers", NOW, who="Sari")
        assert purpose == ("thanks" if planned else None)
        assert the(replies.of(connection, message.id)).status == ("skipped" if planned else status)


def test_a_persons_label_is_kept_for_the_words_it_was_given_to(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        message = add_message(connection)
        assert messages.relabel(connection, message, NOW, "relabelled", by="Sari", label="saran")
        after = the(messages.get(connection, message.id))
        assert (after.label, after.label_by) == ("saran", "Sari")
        messages.change(connection, message.id, NOW, "edited", text="lain")
        assert not messages.relabel(connection, message, NOW, "relabelled", by="Sari", label="pujian")
        assert journal.of(connection, f"message:{message.id}")[0].who == "Sari"


def test_a_message_is_found_by_either_number(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        first = add_message(connection, "17900000000000001")
        ours = add_message(connection, "17900000000000002", own=True)
        twin = add_message(connection, "17900000000000001", account="kendalkerep")

        def found(said: str) -> list[int]:
            return [row.id for row in mailbox.found(connection, said)]

        assert found(str(first.id)) == [first.id]
        assert found("17900000000000001") == [first.id, twin.id]
        for said in (str(ours.id), "17900000000000002", "9" * 40, "", "-1", "²", "\u0661"):
            assert found(said) == []


def test_what_waits_is_found_without_reading_all_for_each() -> None:
    many = 1000
    with bench_database() as database, database.writing() as connection:
        for number in range(many):
            add_message(connection, f"c-{number}", label="pertanyaan")
        steps = [0]

        def count() -> int:
            steps[0] += 1
            return 0

        the(connection.connection.driver_connection).set_progress_handler(count, 1000)
        assert len(mailbox.listed(connection, mailbox.Wanted(waiting=True))) == many
        the(connection.connection.driver_connection).set_progress_handler(None, 0)
    # Thousands of the database's own steps: for each message a few, not a few for each pair of messages.
    assert steps[0] < many
