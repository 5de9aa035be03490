"""`cases calendar` shows what the deadlines are counted by: the country's holidays, the centre's own, and its hours."""

from __future__ import annotations

import pytest
from cli_centre import NOW, Installation

OWN = """
[calendar]
closed_on = ["2026-03-16 Akreditasi"]
open_on = ["2026-03-24"]
[[calendar.other_hours]]
from = "2026-02-18"
until = "2026-03-17"
name = "Ramadan"
tuesday = ["08:00", "13:00"]
"""


@pytest.fixture
def centre(bare: Installation) -> Installation:
    bare.configure()
    bare.config.write_text(bare.config.read_text("utf-8") + OWN, "utf-8")
    return bare


def test_a_month_day_by_day(centre: Installation) -> None:
    document = centre("cases", "calendar", "--month", "2026-03", "--json").document
    assert (document["month"], document["timezone"], document["joint_leave_known"]) == (
        "2026-03",
        "Asia/Jakarta",
        True,
    )
    days = {day["date"][-2:]: day for day in document["days"]}
    assert len(days) == 31
    assert days["02"] == {
        "date": "2026-03-02",
        "weekday": "Monday",
        "opens_at": "07:30",
        "closes_at": "14:00",
        "note": "Ramadan",
    }
    assert (days["17"]["opens_at"], days["17"]["closes_at"], days["17"]["note"]) == (
        "08:00",
        "13:00",
        "Ramadan",
    )
    assert (days["16"]["opens_at"], days["16"]["note"]) == (None, "Akreditasi")
    assert (days["24"]["opens_at"], days["24"]["note"]) == ("07:30", "Cuti bersama Idul Fitri")
    closed = [number for number, day in days.items() if day["opens_at"] is None]
    assert closed == ["01", "08", "15", "16", "18", "19", "20", "21", "22", "23", "29"]


def test_without_a_month_it_is_the_present_one_as_a_table(centre: Installation) -> None:
    centre.set_clock(NOW)
    lines = centre("cases", "calendar").out.splitlines()
    assert lines[0].split("\t") == ["Date", "Day", "Open", "Note"]
    assert lines[1].split("\t") == ["2026-11-01", "Sunday", "closed", ""]
    assert lines[6].split("\t") == ["2026-11-06", "Friday", "07:30–11:30", ""]


def test_a_year_of_which_no_decree_is_known_is_said_to_be_so(centre: Installation) -> None:
    found = centre("cases", "calendar", "--month", "2031-03")
    assert found.status == 0
    assert "joint leave (cuti bersama) of 2031 is not known" in found.err
    assert not centre("cases", "calendar", "--month", "2031-03", "--json").document["joint_leave_known"]


def test_what_is_no_month_is_status_2(centre: Installation) -> None:
    found = centre("cases", "calendar", "--month", "2026-13")
    assert found.status == 2
    assert "2026-13" in found.err
