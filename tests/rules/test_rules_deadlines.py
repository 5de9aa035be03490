"""What is due when: the profiles that come with the program, own ones, and how people write a time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ig_worker.domain.deadlines import NAMES, PROFILES, Allowance, deadlines, out_of_order, read_allowance
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.national_days import national_holidays

WIB, WITA, WIT = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
HOURS = {
    **dict.fromkeys(range(4), (time(7, 30), time(14, 0))),
    4: (time(7, 30), time(11, 30)),
    5: (time(7, 30), time(12, 30)),
}
OFFICE = dict.fromkeys(range(5), (time(9), time(17)))


@pytest.fixture(scope="module")
def national() -> frozenset[date]:
    return frozenset(national_holidays([2026, 2027, 2028]))


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(
    profile: str, opened: str, holidays: frozenset[date] = frozenset(), zone: ZoneInfo = WIB
) -> list[str]:
    calendar = WorkingCalendar(HOURS, holidays, zone)
    found = deadlines(PROFILES[profile], at(opened, zone), calendar)
    return [f"{line.name} {line.due_at:%d/%m/%Y %H:%M}" for line in found]


def test_each_profile_gives_its_deadlines_in_order() -> None:
    assert {profile: due(profile, "2026-11-23 09:00") for profile in PROFILES} == {
        "puskesmas": ["acknowledge 24/11/2026 09:00", "resolve 26/11/2026 09:00"],
        "1x24": ["resolve 24/11/2026 09:00"],
        "2x24": ["resolve 25/11/2026 09:00"],
        "lapor-3-5-10": [
            "acknowledge 26/11/2026 09:00",
            "follow_up 28/11/2026 09:00",
            "resolve 04/12/2026 09:00",
        ],
    }


def test_an_own_profile_of_half_an_hour_on_friday_at_1645_ends_on_monday_at_0915() -> None:
    """The published example: Monday to Friday 09 to 17."""
    office = WorkingCalendar(OFFICE, frozenset(), WIB)
    (line,) = deadlines({"acknowledge": read_allowance("30m")}, at("2026-11-20 16:45"), office)
    assert line.due_at == at("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("opened", "acknowledge", "resolve"),
    [
        # The last day before Nyepi and Lebaran 1447, and a day of joint leave, which counts as the 25th's opening.
        ("2026-03-17 09:00", "25/03/2026 09:00", "27/03/2026 09:00"),
        ("2026-03-20 16:00", "26/03/2026 07:30", "28/03/2026 07:30"),
        # The Saturday before Nyepi and Lebaran 1448: joint leave on 9, 12 and 15 March, but not on Saturday the 13th.
        ("2027-03-06 10:00", "13/03/2027 10:00", "17/03/2027 10:00"),
        ("2027-03-10 08:00", "16/03/2027 07:30", "18/03/2027 07:30"),
        # Christmas and its joint leave; Saturday the 26th closes before 13:00.
        ("2026-12-23 13:00", "28/12/2026 07:30", "29/12/2026 13:00"),
        ("2026-11-28 15:00", "01/12/2026 07:30", "03/12/2026 07:30"),  # Saturday afternoon
    ],
)
def test_holidays_and_joint_leave_do_not_count(
    opened: str, acknowledge: str, resolve: str, national: frozenset[date]
) -> None:
    assert due("puskesmas", opened, national) == [f"acknowledge {acknowledge}", f"resolve {resolve}"]


def test_ten_working_days_run_over_the_turn_of_the_year(national: frozenset[date]) -> None:
    # From Monday 28 December: 29, 30, 31, then 2 January (Saturday), 4, 6, 7, 8, 9, 11; the 5th is Isra Mikraj.
    assert due("lapor-3-5-10", "2026-12-28 09:00", national)[-1] == "resolve 11/01/2027 09:00"


@pytest.mark.parametrize("zone", [WIB, WITA, WIT])
def test_the_clock_is_that_of_the_centre(zone: ZoneInfo) -> None:
    assert due("1x24", "2026-11-23 13:59", zone=zone) == ["resolve 24/11/2026 13:59"]
    opened = datetime(2026, 11, 23, 6, 30, tzinfo=ZoneInfo("UTC"))  # 13:30 WIB, 14:30 WITA: closed, 15:30 WIT
    (line,) = deadlines(PROFILES["1x24"], opened, WorkingCalendar(HOURS, frozenset(), zone))
    assert (
        f"{line.due_at:%d %H:%M %z}"
        == {
            WIB: "24 13:30 +0700",
            WITA: "25 07:30 +0800",
            WIT: "25 07:30 +0900",
        }[zone]
    )


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("30m", Allowance(time=timedelta(minutes=30))),
        ("30 menit", Allowance(time=timedelta(minutes=30))),
        ("4h", Allowance(time=timedelta(hours=4))),
        (" 4  Jam ", Allowance(time=timedelta(hours=4))),
        ("4 jam kerja", Allowance(time=timedelta(hours=4))),
        ("1d", Allowance(1)),
        ("3 hari kerja", Allowance(3)),
        ("3 hari", Allowance(3)),
        ("10 HARI KERJA", Allowance(10)),
        ("1x24", Allowance(1)),
        ("2×24 jam", Allowance(2)),
    ],
)
def test_a_time_is_read_as_people_write_it(written: str, means: Allowance) -> None:
    assert read_allowance(written) == means


@pytest.mark.parametrize(
    "written",
    ["", "0h", "0d", "4", "-1d", "1.5h", "4 weeks", "9999h", "300d", "jam", "1x12", "٣d", "4h 30m", "d1"],
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_allowance(written)


def test_a_later_step_is_never_due_before_an_earlier_one() -> None:
    calendar = WorkingCalendar(HOURS, frozenset(), WIB)
    steps = {"acknowledge": Allowance(time=timedelta(hours=8)), "resolve": Allowance(1)}
    assert out_of_order(steps, NAMES, calendar) == ("acknowledge", "resolve")
    opened = at("2026-11-27 07:30")  # a Friday: eight hours end on Saturday at 11:30, one day at 07:30
    lines = deadlines(steps, opened, calendar)
    assert [line.due_at for line in lines] == [at("2026-11-28 11:30")] * 2
    assert out_of_order({**steps, "acknowledge": Allowance(time=timedelta(hours=4))}, NAMES, calendar) is None


@pytest.mark.parametrize(
    ("allowance", "end", "begin"),
    [
        ("2h", "2026-11-23 07:30", "2026-11-21 10:30"),
        ("1d", "2026-11-23 10:00", "2026-11-21 10:00"),
        ("2d", "2026-11-24 10:00", "2026-11-21 10:00"),
    ],
)
def test_what_begins_so_long_before_an_end(allowance: str, end: str, begin: str) -> None:
    calendar = WorkingCalendar(HOURS, frozenset(), WIB)
    assert read_allowance(allowance).before(at(end), calendar) == at(begin)
