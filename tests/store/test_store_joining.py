"""A message joins the case of the same person on the same topic, and no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from store_things import ACCOUNT, NOW, add_case, add_message, the

from ig_worker.domain import case
from ig_worker.store import cases, joining, messages
from ig_worker.store.database import AlreadyThere, Connection, Database, Row

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMELESS = {"author": "", "author_id": ""}


def number_for(connection: Connection, message: Row[Any], at: datetime = NOW) -> str | None:
    found = joining.case_for(connection, message, at)
    return found.number if found is not None else None


def move(connection: Connection, number: str, event: case.Event, at: datetime = NOW, **said: str) -> None:
    stored = the(cases.get(connection, number))
    assert cases.save(connection, stored, case.apply(stored.case, event, at, **said), at, event.value)


def test_a_later_message_of_the_same_person_on_the_same_topic_finds_the_open_case(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        again = add_message(connection, "c-2")
        assert number_for(connection, again) == "K-2026-0001"
        for number, other in enumerate(
            ({"author": "pak_budi", "author_id": "78"}, {"topic": "obat"}, {"account": "kendalsari"}), 3
        ):
            assert number_for(connection, add_message(connection, f"c-{number}", **other)) is None
        add_case(connection)
        assert number_for(connection, again) == "K-2026-0002"


def test_what_kind_of_words_and_where_they_were_said_makes_no_difference(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        for number, other in enumerate(({"channel": "dm"}, {"label": "saran"}, {"media_id": "m-9"})):
            assert number_for(connection, add_message(connection, f"c-{number}", **other)) == "K-2026-0001"


@pytest.mark.parametrize(
    ("known", "joins"),
    [
        ({"author": "bunda_rara", "author_id": "9"}, True),
        ({"author": "bunda_rara", "author_id": ""}, True),
        ({"author": "rara_baru", "author_id": "77"}, True),
        ({"author": "", "author_id": "77"}, True),
        ({"author": "bunda_rara2", "author_id": "9"}, False),
        ({"author": "", "author_id": "9"}, False),
        (NAMELESS, False),
    ],
)
def test_a_person_is_known_by_the_id_or_by_the_name(
    database: Database, known: dict[str, str], joins: bool
) -> None:
    with database.writing() as connection:
        add_case(connection)
        assert number_for(connection, add_message(connection, **known)) == ("K-2026-0001" if joins else None)


def test_a_person_is_known_by_whatever_is_in_the_case_already(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection, author="bunda_rara", author_id="")
        by_name = add_message(connection, "d-1", author="bunda_rara", author_id="900", channel="dm")
        cases.join(connection, 1, by_name.id)
        renamed = add_message(connection, "d-2", author="rara_baru", author_id="900", channel="dm")
        assert number_for(connection, renamed) == "K-2026-0001"
        assert joining.written_by_author(connection, 1, renamed) == 1


def test_two_people_whose_names_are_withheld_do_not_share_a_case(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection, **NAMELESS)
        first = add_message(connection, "c-1", **NAMELESS)
        cases.join(connection, 1, first.id)
        second = add_message(connection, "c-2", **NAMELESS)
        assert number_for(connection, second) is None
        assert joining.written_by_author(connection, 1, second) == 0


def test_a_resolved_case_takes_words_for_seven_days_and_a_rejected_one_none(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message = add_message(connection)
        move(connection, "K-2026-0001", case.Event.RESOLVE)
        assert number_for(connection, message, NOW + 7 * DAY - timedelta(seconds=1)) == "K-2026-0001"
        assert number_for(connection, message, NOW + 7 * DAY) is None
        assert number_for(connection, message, NOW - HOUR) == "K-2026-0001"
        move(connection, "K-2026-0001", case.Event.WRITTEN_AGAIN)
        move(connection, "K-2026-0001", case.Event.REJECT, reason="bukan keluhan")
        assert number_for(connection, message) is None


def test_an_open_case_is_joined_before_a_resolved_one_is_opened_again(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        add_case(connection)
        move(connection, "K-2026-0002", case.Event.RESOLVE)
        assert number_for(connection, add_message(connection)) == "K-2026-0001"


def test_words_for_a_merged_case_belong_to_the_one_in_which_it_goes_on(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection, author="pak_budi", author_id="78")
        add_case(connection, topic="obat", author="bu_sri", author_id="79")
        add_case(connection)
        message = add_message(connection)
        move(connection, "K-2026-0003", case.Event.MERGE, into="K-2026-0002")
        assert number_for(connection, message) == "K-2026-0002"
        move(connection, "K-2026-0002", case.Event.MERGE, into="K-2026-0001")
        assert number_for(connection, message) == "K-2026-0001"
        move(connection, "K-2026-0001", case.Event.RESOLVE)
        assert number_for(connection, message, NOW + 6 * DAY) == "K-2026-0001"
        assert number_for(connection, message, NOW + 8 * DAY) is None


@pytest.mark.parametrize("into", ["K-2026-0001", "K-2026-0002", "K-2020-9999", ""])
def test_cases_merged_in_a_circle_or_into_nothing_take_no_words(database: Database, into: str) -> None:
    with database.writing() as connection:
        add_case(connection)
        add_case(connection)
        move(connection, "K-2026-0001", case.Event.MERGE, into="K-2026-0002")
        move(connection, "K-2026-0002", case.Event.MERGE, into=into)
        assert number_for(connection, add_message(connection)) is None


def test_a_case_that_a_person_rejects_while_a_message_is_joining_is_not_joined(database: Database) -> None:
    """On SQLite the second waits for the first; on PostgreSQL it holds the row and looks again."""
    with database.writing() as connection:
        add_case(connection)
        message = add_message(connection)
    rejecting, found = Event(), []

    def join() -> None:
        rejecting.wait(10)
        with database.writing() as connection:
            joining.take_turn(connection, 2026)
            found.append(number_for(connection, message))

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(join)
        with database.writing() as connection:
            move(connection, "K-2026-0001", case.Event.REJECT, reason="ganda")
            rejecting.set()
        done.result(30)
    assert found == [None]


def person(number: int) -> dict[str, Any]:
    return {"author": f"warga{number}", "author_id": str(1000 + number)}


def open_or_join(database: Database, message_id: int, year: int = 2026) -> None:
    """What the worker does with a message, without the rest."""
    with database.writing() as connection:
        message = the(messages.get(connection, message_id))
        joining.take_turn(connection, year)
        if joining.in_a_case(connection, message.id):
            return
        stored = joining.case_for(connection, message, NOW)
        if stored is None:
            row = {"author": message.author, "author_id": message.author_id, "topic": message.topic}
            stored = the(cases.get(connection, add_case(connection, year, **row)))
        cases.join(connection, stored.id, message.id)


@pytest.mark.parametrize("years", [(2026,), (2026, 2027)])
def test_twenty_threads_make_one_case_a_person_whatever_they_do_at_once(
    database: Database, years: tuple[int, ...]
) -> None:
    """Every message is worked on by four threads, and each person writes four times, at the turn of the year too."""
    with database.writing() as connection:
        ids = [add_message(connection, f"c-{n}", **person(n % 8)).id for n in range(32)]
        for year in years:
            joining.take_turn(connection, year)
    work = [(message_id, years[turn % len(years)]) for turn in range(4) for message_id in ids]
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda each: open_or_join(database, *each), work))
    with database.reading() as connection:
        opened = cases.listed(connection)
        inside = {
            stored.number: [row.ig_id for row in cases.messages_of(connection, stored.id)]
            for stored in opened
        }
    assert len(opened) == 8
    assert sorted(ig_id for ids in inside.values() for ig_id in ids) == sorted(f"c-{n}" for n in range(32))
    for year in years:
        numbers = sorted(stored.number for stored in opened if stored.number.startswith(f"K-{year}"))
        assert numbers == [f"K-{year}-{count:04d}" for count in range(1, len(numbers) + 1)]


def test_a_message_that_another_worker_took_without_a_turn_costs_no_number(database: Database) -> None:
    with database.writing() as connection:
        message = add_message(connection)
        add_case(connection)
        cases.join(connection, 1, message.id)
    with pytest.raises(AlreadyThere), database.writing() as connection:
        cases.join(connection, the(cases.get(connection, add_case(connection))).id, message.id)
    with database.writing() as connection:
        assert add_case(connection) == "K-2026-0002"


def test_the_account_of_a_case_is_its_own(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection, account="kendalsari")
        message = add_message(connection, account=ACCOUNT)
        assert number_for(connection, message) is None
