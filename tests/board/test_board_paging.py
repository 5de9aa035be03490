"""Pages begin after the last line of the one before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ig_worker.board.paging import LINES, Page, Place

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_a_place_is_the_same_after_an_address() -> None:
    assert Place.written(str(Place(NOON, 7))) == Place(NOON, 7)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "_",
        "7",
        "2026-11-25_7",
        "2026-11-25T05:00:00_7",
        f"{NOON}_-1",
        f"{NOON}_99999999999",
        "x_y",
        "0001-01-01T00:00:00+14:00_1",
        "9999-12-31T23:59:59-12:00_1",
    ],
)
def test_what_is_no_place_is_the_beginning(said: str) -> None:
    assert Place.written(said) is None


def test_there_is_a_next_page_where_one_more_line_was_found() -> None:
    numbers = list(range(LINES + 1))
    first = Page.of(numbers, lambda number: Place(NOON, number))
    assert first.lines == numbers[:LINES]
    assert first.next == str(Place(NOON, LINES - 1))
    assert Page.of(numbers[:LINES], lambda number: Place(NOON, number)).next == ""
    assert Page.of([], lambda number: Place(NOON, number)).lines == []
