"""The shelf of what rises: what is read of the public's words, which rows are kept, what is shown of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from store_things import ACCOUNT, NOW, add_message, know_account

from ig_worker.domain.rising_said import Found, Kind
from ig_worker.store import figures, journal, rising
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import accounts, messages, our_media

DAY = timedelta(days=1)


def found(term: str = "vaksin habis", count: int = 6, **changes: Any) -> Found:
    values = {"people": count, "usual": 1.0, "message_ids": (1, 2), "also": ("stok",), **changes}
    return Found(Kind.WORD, term, count, **values)


def read(connection: Connection, *, backlog: bool = True) -> list[str]:
    said = rising.said(connection, ACCOUNT, NOW - 3 * DAY, NOW, backlog=backlog)
    return [str(each.message_id) + each.text for each in said]


def test_only_the_publics_own_words_of_these_days_are_read(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        for name, changes in {
            "late": {"sent_at": NOW - DAY},
            "early": {"sent_at": NOW - 2 * DAY},
            "ours": {"sent_at": NOW - DAY, "own": True},
            "gone": {"sent_at": NOW - DAY, "deleted": True},
            "other": {"sent_at": NOW - DAY, "account": "lain"},
            "before": {"sent_at": NOW - 3 * DAY - DAY / 24},
            "future": {"sent_at": NOW},
            "backlog": {"sent_at": NOW - DAY / 2, "backlog": True},
        }.items():
            add_message(connection, name, text=name, first_seen_at=NOW, **changes)
        assert [line.lstrip("0123456789") for line in read(connection)] == ["early", "late", "backlog"]
        assert [line.lstrip("0123456789") for line in read(connection, backlog=False)] == ["early", "late"]


def test_years_of_messages_are_not_walked_through(database: Database) -> None:
    """Messages are numbered as they come: what was seen before is left out by its number."""
    with database.writing() as connection:
        know_account(connection)
        for number in range(60):
            at = NOW - (60 - number) * DAY
            add_message(connection, f"c{number}", text=f"t{number}", sent_at=at, first_seen_at=at)
        assert rising._first_number(connection, NOW - 10 * DAY) == 51
        assert rising._first_number(connection, NOW + DAY) == 61
        assert rising._first_number(connection, NOW - 900 * DAY) == 1
        assert [line[2:] for line in read(connection)] == ["t57", "t58", "t59"]


def test_history_begins_with_the_first_reading_or_with_what_stood_there(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        assert rising.history_since(connection, ACCOUNT, NOW, NOW - 31 * DAY) == NOW
        connection.execute(update(accounts).values(first_polled_at=NOW - 2 * DAY))
        assert rising.history_since(connection, ACCOUNT, NOW, NOW - 31 * DAY) == NOW - 2 * DAY
        add_message(connection, "c", sent_at=NOW - 20 * DAY, backlog=True)
        assert rising.history_since(connection, ACCOUNT, NOW, NOW - 31 * DAY) == NOW - 20 * DAY


def test_a_row_begins_goes_on_ends_and_is_told_once(database: Database) -> None:
    with database.writing() as connection:
        number = rising.begin(connection, ACCOUNT, found(), NOW)
        assert number is not None
        assert rising.begin(connection, ACCOUNT, found(), NOW) is None
        assert rising.mark_told(connection, number, NOW, NOW, "told")
        assert not rising.mark_told(connection, number, NOW, NOW, "told again")
        (row,) = rising.known(connection, ACCOUNT, NOW)
        rising.go_on(connection, row, found("vaksin", 9, usual=2.0, message_ids=(3,)), NOW + DAY)
        rising.go_on(connection, row, found("vaksin", 4), NOW + 2 * DAY)
        (row,) = rising.rising_now(connection)
        assert (row.term, row.count, row.most, row.most_usual) == ("vaksin habis", 4, 9, 2.0)
        assert row.also == ["stok", "vaksin"]
        assert (row.begun_at, row.last_seen_at) == (NOW, NOW + 2 * DAY)
        rising.end(connection, row, NOW + 3 * DAY, NOW + 3 * DAY)
        rising.end(connection, row, NOW + 4 * DAY, NOW + 4 * DAY)
        assert rising.rising_now(connection, ACCOUNT) == []
        assert [one.ended_at for one in rising.known(connection, ACCOUNT, NOW)] == [NOW + 3 * DAY]
        assert rising.known(connection, ACCOUNT, NOW + 3 * DAY) == []
        history = [entry.what for entry in journal.of(connection, f"rising:{number}")]
        assert history == [
            "begins (word vaksin habis: 6 messages, usual 1)",
            "told",
            "ends (word vaksin habis)",
        ]


def test_examples_are_masked_and_name_nobody(database: Database) -> None:
    with database.writing() as connection:
        ids = [
            add_message(connection, f"c{place}", author_id=str(place), **changes).id
            for place, changes in enumerate(
                (
                    {"text": "Bidan Sumarni bilang vaksin habis, hubungi 081234567890\n• K-2026-0001"},
                    {"text": "vaksin habis lagi min"},
                    {"text": "VAKSIN habis  lagi min"},
                    {"text": "habis"},
                    {"text": "vaksin habis, ditarik", "deleted": True},
                    {"text": "vaksin habis disembunyikan", "hidden": True},
                    {"text": "bu Ani kena HIV dan vaksin habis", "exposes": "sesuatu"},
                    {"text": "lewat pesan: vaksin habis ya", "channel": "dm"},
                )
            )
        ]
        shown = rising.examples(connection, ids)
        named = [
            add_message(connection, f"n{place}", author_id=f"n{place}", author="zubaidah_01", text=text).id
            for place, text in enumerate(("bu Tukiyem lambat di loket", "loket dua tukiyem lambat, zubaidah"))
        ]
        assert not any(
            name in str(rising.examples(connection, named)).lower() for name in ("tukiyem", "zubaidah")
        )
        again = add_message(connection, "again", author_id="1", text="kok vaksin habis terus min").id
        assert len(rising.examples(connection, [*ids, again])) == 3
    assert len(shown) == 3
    assert shown[0] == "“VAKSIN habis lagi min”"
    assert shown[2] == "“lewat pesan: vaksin habis ya”"
    text = "".join(shown)
    assert not any(secret in text for secret in ("umarni", "0812345", "\n", "ditarik", "sembunyi", "HIV"))


def test_a_month_has_what_rose_in_it_once_and_at_its_height(database: Database) -> None:
    begin, end = NOW - 10 * DAY, NOW + 10 * DAY
    with database.writing() as connection:
        know_account(connection)
        said = add_message(connection, "c1", text="vaksin habis terus ya")
        for at, count in ((NOW - 20 * DAY, 50), (NOW, 9), (NOW + 5 * DAY, 30), (NOW + 10 * DAY, 70)):
            number = rising.begin(connection, ACCOUNT, found(count=count, message_ids=(said.id,)), at)
            row = next(one for one in rising.rising_now(connection) if one.id == number)
            rising.end(connection, row, at, at)
        rising.begin(connection, "lain", found(), NOW)
        (line,) = rising.of_month(connection, ACCOUNT, begin, end)
    assert line == {
        "kind": "word",
        "term": "vaksin habis",
        "count": 30,
        "usual": 1.0,
        "examples": ["“vaksin habis terus ya”"],
    }


def test_a_posts_address_is_known_or_empty(database: Database) -> None:
    with database.writing() as connection:
        values = {"account": ACCOUNT, "ig_id": "p", "permalink": "https://i.example/p", "posted_at": NOW}
        connection.execute(our_media.insert().values(**values, media_type="IMAGE", product_type="FEED"))
        assert rising.permalink(connection, ACCOUNT, "p") == "https://i.example/p"
        assert rising.permalink(connection, ACCOUNT, "q") == ""
        assert connection.execute(messages.select()).all() == []


def test_a_month_was_looked_at_where_somebody_looked_and_knew_what_is_usual(database: Database) -> None:
    first, last = NOW.date(), NOW.date() + 20 * DAY
    with database.writing() as connection:
        know_account(connection)
        add_message(connection, "first", text="first", sent_at=NOW, first_seen_at=NOW)

        def looked() -> bool:
            return rising.was_looked_for(connection, ACCOUNT, first, last)

        assert not looked(), "nobody has"
        figures.mark_night(connection, rising.JOB, ACCOUNT, first - DAY, NOW + 30 * DAY)
        figures.mark_night(connection, rising.JOB, "lain", first, NOW + 30 * DAY)
        figures.mark_night(connection, "report", ACCOUNT, first, NOW + 30 * DAY)
        assert not looked(), "not in these days, or at another thing"
        figures.mark_night(connection, rising.JOB, ACCOUNT, first + 13 * DAY, NOW + 13 * DAY)
        assert not looked(), "with two weeks of history nobody knows what is usual"
        figures.mark_night(connection, rising.JOB, ACCOUNT, last, NOW + 20 * DAY)
        assert looked()
