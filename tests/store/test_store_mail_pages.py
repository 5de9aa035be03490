"""People's messages by the page: the newest first, each once, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, text
from store_things import ACCOUNT, MINUTE, NOW, add_case, add_message, know_account

from ig_worker.domain.reply import Status
from ig_worker.store import answers, cases, mail_pages, waiting
from ig_worker.store.database import Connection, Database
from ig_worker.store.mail_pages import Asked, Unit
from ig_worker.store.schema import our_media


@pytest.fixture
def shelf(database: Database) -> Database:
    with database.writing() as connection:
        know_account(connection)
    return database


EVERYTHING = Asked()


def ids(connection: Connection, asked: Asked = EVERYTHING, after: Any = None, limit: int = 51) -> list[str]:
    return [row.ig_id for row in mail_pages.page(connection, asked, after, limit)]


def test_pages_follow_each_other_without_a_gap_where_many_came_in_one_moment(shelf: Database) -> None:
    with shelf.writing() as connection:
        for number in range(23):
            add_message(connection, f"c-{number}", sent_at=NOW + MINUTE * (number // 5))
        seen: list[str] = []
        after = None
        while rows := mail_pages.page(connection, Asked(), after, 4):
            seen += [row.ig_id for row in rows]
            after = rows[-1].sent_at, rows[-1].id
        assert seen == [f"c-{number}" for number in reversed(range(23))]


def test_each_wish_leaves_only_what_was_asked_for(shelf: Database) -> None:
    with shelf.writing() as connection:
        add_message(connection, "complaint", label="keluhan", topic="obat", exposes="nomor HP")
        add_message(connection, "praise", label="pujian", topic="petugas", channel="dm", sent_at=NOW + MINUTE)
        add_message(connection, "other", account="lain", sent_at=NOW + 2 * MINUTE)
        add_message(connection, "hidden", exposes="nama pasien", hidden=True, sent_at=NOW + 3 * MINUTE)
        add_message(connection, "gone", exposes="nama pasien", deleted=True, sent_at=NOW + 4 * MINUTE)
        add_message(connection, "ours", own=True, sent_at=NOW + 5 * MINUTE)
        assert ids(connection) == ["gone", "hidden", "other", "praise", "complaint"]
        assert ids(connection, Asked(label="pujian")) == ["praise"]
        assert ids(connection, Asked(topic="obat")) == ["complaint"]
        assert ids(connection, Asked(channel="dm")) == ["praise"]
        assert ids(connection, Asked(account="lain")) == ["other"]
        assert ids(connection, Asked(exposing=True)) == ["complaint"]
        assert ids(connection, Asked(exposing=True, label="pujian")) == []


def test_what_waits_is_there_until_it_is_answered_or_settled(shelf: Database) -> None:
    with shelf.writing() as connection:
        first = add_message(connection, "asked", label="pertanyaan", topic="obat")
        add_message(connection, "unsure", label="lainnya", needs_review=True, sent_at=NOW + MINUTE)
        add_message(connection, "praise", label="pujian", sent_at=NOW + MINUTE)
        add_message(connection, "by hand", label="pertanyaan", media_id="m-2", sent_at=NOW + MINUTE)
        add_message(
            connection, "ours", own=True, parent_id="by hand", media_id="m-2", sent_at=NOW + 2 * MINUTE
        )
        assert ids(connection, Asked(waiting=True)) == ["unsure", "asked"]
        assert ids(connection, Asked(waiting=True, topic="obat")) == ["asked"]
        assert waiting.settle_by_hand(connection, first, "Rina", NOW)
        assert not waiting.settle_by_hand(connection, first, "Sari", NOW)
        assert ids(connection, Asked(waiting=True)) == ["unsure"]
        settled = mail_pages.settled(connection, [first.id, first.id + 1])
        assert {key: row.settled_by for key, row in settled.items()} == {first.id: "Rina"}
        assert waiting.take_back(connection, first, "Sari", NOW + MINUTE)
        assert not waiting.take_back(connection, first, "Sari", NOW + MINUTE)
        assert ids(connection, Asked(waiting=True)) == ["unsure", "asked"]


def test_many_that_were_answered_by_hand_do_not_end_a_page(shelf: Database) -> None:
    with shelf.writing() as connection:
        add_message(connection, "oldest", label="pertanyaan", media_id="m-0", sent_at=NOW - MINUTE)
        for number in range(mail_pages.AT_ONCE + 5):
            asked = f"c-{number}"
            add_message(connection, asked, label="pertanyaan", sent_at=NOW + MINUTE * number)
            add_message(connection, f"o-{number}", own=True, parent_id=asked, sent_at=NOW + MINUTE * number)
        assert ids(connection, Asked(waiting=True), limit=3) == ["oldest"]


def test_a_unit_sees_its_topics_and_its_cases_and_nothing_else(shelf: Database) -> None:
    with shelf.writing() as connection:
        mine = add_message(connection, "topic", topic="obat")
        in_case = add_message(connection, "case", topic="antrean")
        foreign = add_message(connection, "foreign", topic="antrean")
        add_case(connection, unit="farmasi")
        cases.join(connection, 1, in_case.id)
        unit = Unit("farmasi", ("obat",))
        assert ids(connection, Asked(unit=unit)) == ["case", "topic"]
        assert mail_pages.one(connection, foreign.id, unit) is None
        found = mail_pages.one(connection, mine.id, unit)
        assert found is not None
        assert found.ig_id == "topic"
        assert mail_pages.one(connection, foreign.id, None) is not None
        assert mail_pages.one(connection, 999, None) is None
        everything = [mine.id, in_case.id, foreign.id]
        assert mail_pages.of_unit(connection, everything, unit) == {mine.id, in_case.id}
        nobody = Unit("", ("obat",))
        assert ids(connection, Asked(unit=nobody)) == []
        assert mail_pages.one(connection, mine.id, nobody) is None


def test_the_post_of_a_comment_is_known_with_its_link(shelf: Database) -> None:
    with shelf.writing() as connection:
        comment = add_message(connection, "c-1", media_id="m-1")
        assert mail_pages.post_of(connection, comment) is None
        values = {"account": ACCOUNT, "ig_id": "m-1", "caption": "Posyandu", "media_type": "IMAGE",
                  "product_type": "FEED", "permalink": "https://www.instagram.com/p/x/", "posted_at": NOW}  # fmt: skip
        connection.execute(insert(our_media).values(**values))
        found = mail_pages.post_of(connection, comment)
        assert found is not None
        assert (found.caption, found.permalink, found.post_id) == (
            "Posyandu",
            "https://www.instagram.com/p/x/",
            None,
        )
        assert (
            mail_pages.post_of(connection, add_message(connection, "d-1", media_id="", channel="dm")) is None
        )


def test_a_page_begins_in_the_index_and_sorts_nothing(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM messages WHERE own = 0 AND ig_id != '' AND sent_at <= 'x'"
                " AND (sent_at < 'x' OR id < 3) ORDER BY sent_at DESC, id DESC LIMIT 51"
            )
        ).all()
        assert [row.detail.split("(")[0].split("INDEX ")[1].strip() for row in plan] == ["ix_messages_listed"]


def test_the_workers_queries_are_not_drawn_to_the_index_by_time(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        for query in (
            "SELECT * FROM messages WHERE own = 0 AND account = 'a' ORDER BY sent_at, id",
            "SELECT * FROM messages WHERE own = 0 AND sent_at >= 'x' ORDER BY sent_at, id",
            "SELECT count(*) FROM messages WHERE own = 0",
        ):
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
            assert "listed" not in " ".join(row.detail for row in plan)


def test_an_answer_through_the_board_counts_once_for_its_form(shelf: Database) -> None:
    from ig_worker.domain.reply import Reply

    with shelf.writing() as connection:
        message = add_message(connection)
        reply = Reply(Status.SENDING, NOW, NOW, intent_at=NOW)
        given = answers.add(
            connection, message, reply, "Besok", NOW, by="Rina", human_agent=False, form="f" * 40
        )
        again = answers.of_form(connection, "f" * 40)
        assert again is not None
        assert (again.id, again.by, again.text) == (given.id, "Rina", "Besok")
        assert answers.of_form(connection, "g") is None
        answers.add(connection, message, reply, "Lusa", NOW, by="Sari", human_agent=False)
        answers.add(connection, message, reply, "Kapan", NOW, by="Sari", human_agent=False)
        assert [row.text for row in answers.among(connection, [message.id])[message.id]] == [
            "Besok", "Lusa", "Kapan",
        ]  # fmt: skip
