"""What the worker may answer by itself is found, and what speaks against it as well, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from store_things import ACCOUNT, MINUTE, NOW, add_case, add_message, plan_reply, the

from ig_worker.domain.reply import Purpose, Reply, Status
from ig_worker.store import answerable, cases, messages, replies
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import cases as cases_table

DAY = timedelta(days=1)
AGAINST = ("own", "backlog", "deleted", "hidden")


def ids(rows: Any) -> list[str]:
    return [row.ig_id for row in rows]


def registered(connection: Connection, ig_id: str, **changes: Any) -> Any:
    """A complaint with a case of its own whose unit has its notice."""
    message = add_message(connection, ig_id, opens_case=True)
    number = add_case(connection)
    stored = the(cases.get(connection, number))
    cases.join(connection, stored.id, message.id)
    values = {"notices_written": True, **changes}
    connection.execute(update(cases_table).where(cases_table.c.id == stored.id).values(**values))
    return message


@pytest.mark.parametrize(
    ("find", "sign"),
    [
        (messages.to_thank, {"auto_thank": True}),
        (answerable.questions, {"label": "pertanyaan"}),
        (answerable.in_danger, {"danger": True}),
    ],
)
def test_what_people_wrote_lately_and_nobody_dealt_with_is_found(
    database: Database, find: Any, sign: dict[str, Any]
) -> None:
    with database.writing() as connection:
        add_message(connection, "c-2", sent_at=NOW + MINUTE, **sign)
        add_message(connection, "c-1", **sign)
        add_message(connection, "c-old", sent_at=NOW - DAY, **sign)
        add_message(connection, "c-other", account="kendalsari", **sign)
        for why_not in AGAINST:
            add_message(connection, f"c-{why_not}", **sign, **{why_not: True})
        assert ids(find(connection, ACCOUNT, NOW)) == ["c-1", "c-2"]
        plan_reply(connection, the(messages.by_ig_id(connection, ACCOUNT, "c-1")))
        assert ids(find(connection, ACCOUNT, NOW)) == ["c-2"]


@pytest.mark.parametrize(
    "why_not", [{"needs_review": True}, {"opens_case": True}, {"danger": True}, {"label_by": "Rina"}]
)
def test_a_question_that_may_be_more_than_one_is_not_the_workers(
    database: Database, why_not: dict[str, Any]
) -> None:
    with database.writing() as connection:
        add_message(connection, label="pertanyaan", **why_not)
        assert answerable.questions(connection, ACCOUNT, NOW) == []


def test_the_first_message_of_a_told_case_may_be_answered_once(database: Database) -> None:
    with database.writing() as connection:
        first = registered(connection, "c-1")
        second = add_message(connection, "c-2", opens_case=True, sent_at=NOW - MINUTE)
        cases.join(connection, 1, second.id)
        assert ids(answerable.numbered(connection, ACCOUNT, NOW - DAY)) == ["c-1"]
        assert answerable.numbered(connection, ACCOUNT, NOW + MINUTE) == []
        assert answerable.numbered(connection, "kendalsari", NOW - DAY) == []
        told = Reply(Status.SKIPPED, NOW, NOW)
        replies.plan(connection, second, told, "K-2026-0001", 0, NOW, Purpose.ACKNOWLEDGEMENT)
        assert answerable.numbered(connection, ACCOUNT, NOW - DAY) == []
        assert first.id < second.id


@pytest.mark.parametrize(
    "changes", [{"status": "resolved"}, {"severity": "darurat"}, {"notices_written": False}]
)
def test_a_case_that_is_settled_grave_or_not_told_yet_is_not_acknowledged(
    database: Database, changes: dict[str, Any]
) -> None:
    with database.writing() as connection:
        registered(connection, "c-1", **changes)
        assert answerable.numbered(connection, ACCOUNT, NOW) == []


def test_the_case_of_a_message_is_known_with_its_number(database: Database) -> None:
    with database.writing() as connection:
        message = registered(connection, "c-1")
        case = the(answerable.case_of(connection, message))
        assert (case.number, case.label, case.severity, bool(case.open)) == (
            "K-2026-0001",
            "keluhan",
            "biasa",
            True,
        )
        connection.execute(update(cases_table).values(status="rejected"))
        assert not the(answerable.case_of(connection, message)).open
        assert answerable.case_of(connection, add_message(connection, "c-2")) is None


def test_what_was_said_in_one_breath_belongs_together(database: Database) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1", needs_review=True)
        assert not answerable.half_said(connection, praise, MINUTE)
        early = add_message(connection, "c-2", needs_review=True, sent_at=NOW - 2 * MINUTE)
        assert not answerable.half_said(connection, praise, MINUTE)
        assert answerable.half_said(connection, praise, 2 * MINUTE)
        messages.change(connection, early.id, NOW, "taken back", deleted=True)
        assert not answerable.half_said(connection, praise, 2 * MINUTE)
        add_message(connection, "c-3", needs_review=True, sent_at=NOW + DAY)
        assert answerable.half_said(connection, praise, MINUTE)


def test_danger_is_known_by_person_and_place(database: Database) -> None:
    with database.writing() as connection:
        complaint = add_message(connection, "c-1")
        add_message(connection, "c-2", danger=True, author="pak_budi", author_id="78")
        add_message(connection, "c-3", danger=True, media_id="m-2")
        assert not answerable.danger_here(connection, complaint, NOW)
        add_message(connection, "c-4", danger=True)
        assert answerable.danger_here(connection, complaint, NOW)
        assert not answerable.danger_here(connection, complaint, NOW + MINUTE)


def test_what_was_said_today_is_known_by_its_purpose_its_place_and_its_day(database: Database) -> None:
    with database.writing() as connection:
        first = add_message(connection, "c-1", sent_at=NOW - DAY)
        plan_reply(connection, first, status=Status.SENT, sent_at=NOW, ig_id="r-1")
        again = add_message(connection, "c-2", sent_at=NOW + MINUTE)
        elsewhere = add_message(connection, "c-3", media_id="m-2")

        def said(message: Any, purpose: Purpose, **how: bool) -> bool:
            return replies.said_since(connection, message, NOW, purpose, **how)

        assert said(again, Purpose.THANKS)
        assert not said(again, Purpose.ANSWER)
        assert not said(elsewhere, Purpose.THANKS)
        assert said(elsewhere, Purpose.THANKS, anywhere=True)
        assert not replies.said_since(connection, again, NOW + MINUTE, Purpose.THANKS)


def test_of_two_that_are_planned_the_earlier_goes_out(database: Database) -> None:
    with database.writing() as connection:
        both = [add_message(connection, f"c-{number}") for number in range(2)]
        for message in both:
            plan_reply(connection, message)
        said = [replies.said_since(connection, message, NOW, Purpose.THANKS) for message in both]
        assert said == [False, True]


def test_phrasings_are_remembered_by_purpose_and_post(database: Database) -> None:
    with database.writing() as connection:
        for number, (media_id, purpose) in enumerate(
            [("m-1", Purpose.THANKS), ("m-2", Purpose.THANKS), ("m-1", Purpose.ACKNOWLEDGEMENT)]
        ):
            message = add_message(connection, f"c-{number}", media_id=media_id)
            replies.plan(connection, message, Reply(Status.SENT, NOW, NOW), "x", number, NOW, purpose)
        assert replies.newest_phrases(connection, ACCOUNT, 8) == [1, 0]
        assert replies.newest_phrases(connection, ACCOUNT, 8, Purpose.ACKNOWLEDGEMENT) == [2]
        assert replies.phrases_under(connection, ACCOUNT, "m-1", 8) == [0]
        assert replies.phrases_under(connection, ACCOUNT, "", 8) == []


def test_emergencies_come_first_among_what_is_to_be_done(database: Database) -> None:
    with database.writing() as connection:
        for number, purpose in enumerate((Purpose.THANKS, Purpose.EMERGENCY, Purpose.ANSWER)):
            message = add_message(connection, f"c-{number}")
            planned = Reply(Status.PLANNED, NOW, NOW + number * MINUTE)
            replies.plan(connection, message, planned, "x", number, NOW, purpose)
        waiting = replies.active(connection, ACCOUNT)
        assert [stored.purpose for stored in waiting] == ["emergency", "thanks", "answer"]
        assert [stored.phrase for stored in waiting] == [1, 0, 2]


@pytest.mark.parametrize("change", [{"version": 7}, {"status": "sending"}, {"calls": 1}])
def test_words_are_changed_only_while_nobody_can_have_seen_them(
    database: Database, change: dict[str, Any]
) -> None:
    with database.writing() as connection:
        plan_reply(connection, add_message(connection))
        (stored,) = replies.active(connection, ACCOUNT)
        fresh = the(replies.reword(connection, stored, "Selamat malam"))
        assert (fresh.text, fresh.version) == ("Selamat malam", stored.version + 1)
        assert replies.active(connection, ACCOUNT)[0].text == "Selamat malam"
        connection.execute(update(replies.replies).values(**change))
        assert replies.reword(connection, fresh, "Selamat pagi") is None
