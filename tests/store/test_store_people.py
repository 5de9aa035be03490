"""Who is the same person, what they said elsewhere, and which of the messages in a thread are ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_things import ACCOUNT, NOW, add_case, add_message, plan_reply, the

from ig_worker.domain import reply
from ig_worker.store import cases, messages, replies
from ig_worker.store.database import Database

HOUR = timedelta(hours=1)


def test_whoever_complains_in_the_same_place_is_known(database: Database) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1", label="pujian")
        assert not messages.complains_here(connection, praise, NOW)
        add_message(connection, "c-2", label="keluhan", media_id="m-2")
        add_message(connection, "c-3", label="keluhan", author_id="78", author="pak_budi")
        assert not messages.complains_here(connection, praise, NOW)
        add_message(connection, "c-4", label="keluhan", author="a_new_name", sent_at=NOW + HOUR)
        assert messages.complains_here(connection, praise, NOW)
        assert not messages.complains_here(connection, praise, NOW + 2 * HOUR)


@pytest.mark.parametrize("sign", ["opens_case", "danger"])
def test_a_complaint_is_one_by_what_it_opens_too(database: Database, sign: str) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1", label="pujian")
        add_message(connection, "c-2", label="lainnya", **{sign: True})
        assert messages.complains_here(connection, praise, NOW)


def test_people_without_an_id_are_known_by_name_and_without_a_name_not_at_all(database: Database) -> None:
    with database.writing() as connection:
        for author, known in (("bunda_rara", True), ("", False)):
            where = {"media_id": f"media of {author}", "author": author, "author_id": ""}
            praise = add_message(connection, f"praise-{author}", label="pujian", **where)
            add_message(connection, f"complaint-{author}", label="keluhan", **where)
            assert messages.complains_here(connection, praise, NOW) is known


def test_only_messages_that_are_not_stored_are_unknown(database: Database) -> None:
    with database.writing() as connection:
        add_message(connection, "c-1")
        add_message(connection, "c-2", account="kendalsari")
        assert messages.unknown_ids(connection, ACCOUNT, ["c-1", "c-2", "c-3"]) == {"c-2", "c-3"}
        assert messages.unknown_ids(connection, ACCOUNT, []) == set()


def test_dangers_outside_of_cases_are_alarms(database: Database) -> None:
    with database.writing() as connection:
        add_message(connection, "c-1", danger=True)
        for number, why_not in enumerate(({"opens_case": True}, {"own": True}, {"backlog": True}), 2):
            add_message(connection, f"c-{number}", danger=True, **why_not)
        add_message(connection, "c-9")
        assert [row.ig_id for row in messages.alarms(connection, ACCOUNT, NOW)] == ["c-1"]
        assert messages.alarms(connection, ACCOUNT, NOW + HOUR) == []
        assert messages.alarms(connection, "kendalsari", NOW) == []


def test_a_case_can_become_graver(database: Database) -> None:
    with database.writing() as connection:
        number = add_case(connection)
        cases.raise_severity(connection, 1, "darurat")
        assert the(cases.get(connection, number)).row.severity == "darurat"


@pytest.mark.parametrize(
    ("status", "ours"),
    [(reply.Status.SENDING, True), (reply.Status.SENT, True), (reply.Status.PLANNED, False)],
)
def test_a_reply_of_ours_is_known_by_its_id_or_where_the_author_is_withheld_by_its_words(
    database: Database, status: reply.Status, ours: bool
) -> None:
    with database.writing() as connection:
        plan_reply(connection, add_message(connection), status=status, intent_at=NOW, ig_id="r-1")
        assert replies.is_ours(connection, ACCOUNT, "r-1", "puskesmas", "other words")
        assert replies.is_ours(connection, ACCOUNT, "r-1", "", "other words")
        assert not replies.is_ours(connection, ACCOUNT, "r-2", "bunda_rara", "Terima kasih, Bunda!")
        assert replies.is_ours(connection, ACCOUNT, "r-2", "", "Terima kasih, Bunda!") is ours
        assert not replies.is_ours(connection, "kendalsari", "r-1", "", "Terima kasih, Bunda!")
