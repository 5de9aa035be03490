"""The list of cases: what is due next in front, page by page, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ig_worker.domain.case import Event, apply
from ig_worker.domain.month import Month
from ig_worker.store import case_lists, cases, register
from ig_worker.store.case_lists import Shelf, Wanted
from ig_worker.store.database import Connection, Database

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def put(
    connection: Connection, number: int, due_in: int | None, *, closed: bool = False, **changes: str
) -> None:
    name = f"K-2026-{number:04d}"
    values = {
        "number": name, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "pendaftaran",
        "severity": "biasa", "channel": "comment", "author": "w", "opened_at": NOW - timedelta(days=number), **changes,
    }  # fmt: skip
    due = [] if due_in is None else [("resolve", NOW + timedelta(hours=due_in))]
    cases.open_case(connection, values, due, NOW)
    if closed:
        stored = cases.get(connection, name)
        assert stored is not None
        at = NOW - timedelta(hours=number)
        assert cases.save(connection, stored, apply(stored.case, Event.RESOLVE, at), at, "resolved")


@pytest.fixture
def shelf(database: Database) -> Database:
    """Twelve cases of all kinds; some are due at the same moment, one never."""
    with database.writing() as connection:
        for number, due_in in enumerate((5, -3, 5, 5, None, 40, -3, 1), 1):
            put(connection, number, due_in, unit="farmasi" if number % 2 else "gigi")
        put(connection, 9, 100, severity="darurat")
        put(connection, 10, 3, closed=True)
        put(connection, 11, -3, closed=True, severity="darurat")
        put(connection, 12, -1, unit="")
    return database


def walked(database: Database, wanted: Wanted, most: int) -> list[int]:
    """Every number on the shelf, page after page."""
    found: list[int] = []
    after = None
    with database.reading() as connection:
        while page := case_lists.page(connection, wanted, NOW, after, most):
            found += numbers([each.file.row.number for each in page])
            after = (page[-1].at, page[-1].file.row.id)
    return found


def numbers(written: Sequence[str]) -> list[int]:
    return [int(each.rpartition("-")[2]) for each in written]


@pytest.mark.parametrize("most", [1, 2, 5, 50])
def test_every_case_comes_once_in_the_order_of_its_shelf(shelf: Database, most: int) -> None:
    assert walked(shelf, Wanted(Shelf.OPEN), most) == [2, 7, 12, 8, 1, 3, 4, 6, 5]
    assert walked(shelf, Wanted(Shelf.LATE), most) == [2, 7, 12]
    assert walked(shelf, Wanted(Shelf.ALL), most) == [*range(1, 13)]
    assert walked(shelf, Wanted(Shelf.CLOSED), most) == [10, 11]


def test_open_emergencies_stand_by_themselves(shelf: Database) -> None:
    with shelf.reading() as connection:
        open_ones = case_lists.dangers(connection, Wanted(), NOW, 10)
        late = case_lists.dangers(connection, Wanted(Shelf.LATE), NOW, 10)
    assert [file.row.number for file in open_ones] == ["K-2026-0009"]
    assert late == []


def test_filters_and_units_count_as_they_show(shelf: Database) -> None:
    with shelf.reading() as connection:
        everything = case_lists.counts(connection, Wanted(), NOW)
        of_farmasi = case_lists.counts(connection, Wanted(only_unit="farmasi"), NOW)
        of_none = case_lists.counts(connection, Wanted(only_unit=""), NOW)
        units = case_lists.units(connection)
    assert everything == {Shelf.ALL: 12, Shelf.OPEN: 10, Shelf.LATE: 3, Shelf.CLOSED: 2}
    assert of_farmasi == {Shelf.ALL: 4, Shelf.OPEN: 4, Shelf.LATE: 1, Shelf.CLOSED: 0}
    assert set(of_none.values()) == {0}
    assert list(units) == ["farmasi", "gigi", "pendaftaran"]
    assert walked(shelf, Wanted(only_unit="gigi"), 3) == [2, 8, 4, 6]
    assert walked(shelf, Wanted(only_unit="gigi", unit="farmasi"), 3) == []


def test_months_are_the_centres(database: Database) -> None:
    with database.writing() as connection:
        late_in_october = datetime(2026, 10, 31, 18, tzinfo=UTC)  # 01.00 on the first of November
        put(connection, 1, 1, opened_at=late_in_october)  # type: ignore[arg-type]
        found = register.opened_by_month(connection, ZoneInfo("Asia/Jakarta"))
    assert found == {Month(2026, 11): 1}
