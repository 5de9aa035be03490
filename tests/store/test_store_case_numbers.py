"""The register's numbers run without gaps, whoever asks for them and whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from store_things import add_case

from ig_worker.store import cases
from ig_worker.store.database import Database


def test_numbers_begin_with_one_in_each_year(database: Database) -> None:
    with database.writing() as connection:
        numbers = [cases.next_number(connection, year) for year in (2026, 2026, 2027, 2026)]
    assert numbers == ["K-2026-0001", "K-2026-0002", "K-2027-0001", "K-2026-0003"]


def test_a_number_that_was_not_committed_is_given_again(database: Database) -> None:
    def take_and_fail() -> None:
        with database.writing() as connection:
            assert add_case(connection) == "K-2026-0001"
            raise RuntimeError("power cut")

    for _ in range(3):
        with pytest.raises(RuntimeError, match="power cut"):
            take_and_fail()
    with database.writing() as connection:
        assert add_case(connection) == "K-2026-0001"


def test_twenty_threads_with_rollbacks_between_leave_no_gap(database: Database) -> None:
    def take(number: int) -> str | None:
        try:
            with database.writing() as connection:
                taken = add_case(connection)
                assert number % 4 != 3, "power cut"
                return taken
        except AssertionError:
            return None

    with ThreadPoolExecutor(20) as threads:
        taken = [number for number in threads.map(take, range(80)) if number is not None]
    assert sorted(taken) == [f"K-2026-{number:04d}" for number in range(1, 61)]
    with database.reading() as connection:
        assert [stored.number for stored in cases.listed(connection)] == sorted(taken)


def test_after_9999_cases_the_numbers_grow_longer(database: Database) -> None:
    with database.writing() as connection:
        cases.next_number(connection, 2026)
        connection.exec_driver_sql("UPDATE case_numbers SET last = 9999")
        assert cases.next_number(connection, 2026) == "K-2026-10000"


def test_a_counter_that_is_behind_passes_over_the_numbers_that_are_given(database: Database) -> None:
    """Else no complaint could be opened any more: each would be refused for its number."""
    with database.writing() as connection:
        for _ in range(3):
            add_case(connection)
        connection.exec_driver_sql("UPDATE case_numbers SET last = 1")
        assert cases.next_number(connection, 2026) == "K-2026-0004"
        connection.exec_driver_sql("DELETE FROM case_numbers")
        assert cases.next_number(connection, 2026) == "K-2026-0004"
