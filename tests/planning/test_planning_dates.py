"""Dates and times as people write them in a sheet."""
# ruff: noqa: DTZ001 -- a spreadsheet's dates have no zone.

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.indonesian_dates import Unreadable, read_date, read_time

THE_DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    "cell",
    [
        "25/11/2026",
        "25-11-2026",
        "25.11.2026",
        "25 / 11 / 2026",
        "25/11/26",
        "2026-11-25",
        "2026/11/25",
        "2026-11-25 00:00:00",
        "25 November 2026",
        "25 nopember 2026",
        "25 Nov 2026",
        "25-Nov-26",
        "25 Nov. 2026",
        "Rabu, 25 November 2026",
        "rabu 25/11/2026",
        " 25  November\t2026 ",
        THE_DAY,
        datetime(2026, 11, 25),
        datetime(2026, 11, 25, 9, 30),
        46351,
        46351.0,
    ],
)
def test_one_day_in_many_spellings(cell: object) -> None:
    assert read_date(cell) == THE_DAY  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "31/11/2026",
        "29/02/2026",
        "11/25/2026",
        "25/11",
        "25 Brumaire 2026",
        "besok",
        "",
        "25/11-2026",
        "25/11/2019",
        "25/11/2101",
        "25/11/226",
        "٢٥/١١/٢٠٢٦",
        date(1999, 1, 1),
        datetime(2101, 1, 1),
        46351.5,
        float("nan"),
        float("inf"),
        10**12,
        -4,
        True,
        time(9, 0),
    ],
)
def test_what_is_no_day_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match=r"25/11/2026"):
        read_date(cell)  # type: ignore[arg-type]


def test_a_leap_day_is_a_day_in_its_year() -> None:
    assert read_date("29/02/2028") == date(2028, 2, 29)


def test_a_weekday_that_contradicts_the_date_is_refused_and_the_right_one_named() -> None:
    with pytest.raises(Unreadable, match="25/11/2026 adalah hari rabu"):
        read_date("Kamis, 25 November 2026")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("09.00", time(9)),
        ("09:00", time(9)),
        ("9.00", time(9)),
        ("9:05", time(9, 5)),
        ("09:00:30", time(9, 0, 30)),
        ("9", time(9)),
        ("pukul 09.00", time(9)),
        ("jam 19.30", time(19, 30)),
        ("9:00:00 AM", time(9)),
        ("12:15 am", time(0, 15)),
        ("12:15 pm", time(12, 15)),
        ("7.30 PM", time(19, 30)),
        ("00.00", time(0)),
        ("23.59", time(23, 59)),
        (time(9, 0), time(9)),
        (time(8, 59, 59, 999_990), time(9)),
        (time(23, 59, 59, 999_990), time(23, 59, 59)),
        (datetime(2026, 11, 25, 9, 30), time(9, 30)),
        (0.375, time(9)),
        (0.3958333333, time(9, 30)),
        (0.5, time(12)),
        (0, time(0)),
        (9, time(9)),
        (9.0, time(9)),
        (9.3, time(9, 30)),
        (9.05, time(9, 5)),
        (19.45, time(19, 45)),
    ],
)
def test_one_time_in_many_spellings(cell: object, expected: time) -> None:
    assert read_time(cell) == (expected, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "zone"), [("09.00 WIB", "WIB"), ("09.00wita", "WITA"), ("09:00 Wit", "WIT")]
)
def test_a_zone_behind_the_time_is_told(cell: str, zone: str) -> None:
    assert read_time(cell) == (time(9), zone)


@pytest.mark.parametrize(
    "cell",
    [
        "24.00",
        "09.60",
        "9.3",
        "09.00-10.00",
        "pagi",
        "",
        "13:00 pm",
        "0:30 am",
        "09.00 GMT",
        "०९.००",
        24,
        24.5,
        -1,
        9.75,
        9.123,
        float("nan"),
        True,
        date(2026, 11, 25),
    ],
)
def test_what_is_no_time_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match=r"09\.00"):
        read_time(cell)  # type: ignore[arg-type]


def test_a_fraction_that_may_be_a_typed_half_hour_is_not_guessed() -> None:
    """0.3 is what a spreadsheet makes of "00.30"; as a fraction of the day it would be 07:12."""
    with pytest.raises(Unreadable, match="teks"):
        read_time(0.3)


@given(st.dates(date(2020, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert read_date(f"{day.day}/{day.month}/{day.year}") == day
    assert read_date(day.isoformat()) == day
    assert read_date((day - date(1899, 12, 30)).days) == day


@given(st.times())
def test_every_minute_is_read_back(moment: time) -> None:
    minute = moment.replace(second=0, microsecond=0)
    assert read_time(f"{minute:%H.%M}") == (minute, "")
    assert read_time(minute) == (minute, "")


@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.times(),
        st.datetimes(),
        st.just("25"),
    )
)
def test_no_cell_breaks_the_reading(cell: object) -> None:
    for read in (read_date, read_time):
        with suppress(Unreadable):
            read(cell)  # type: ignore[operator]
