"""Own profiles, reminders, days off and other hours: what may be written, and what is said where it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from ig_worker import config
from ig_worker.config import Settings
from ig_worker.domain.deadlines import Allowance
from ig_worker.domain.errors import Misconfigured

CHRISTMAS_EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)


def load(tmp_path: Path, text: str, **env: str) -> Settings:
    (tmp_path / "config.toml").write_text(text, "utf-8")
    return config.load(tmp_path / "config.toml", env=env)


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(Misconfigured) as caught:
        load(tmp_path, text)
    (line,) = str(caught.value).splitlines()
    return line


def test_an_own_profile_counts_for_cases_and_another_for_urgent_ones(tmp_path: Path) -> None:
    cases = load(
        tmp_path,
        """
        [cases]
        profile = "cepat"
        urgent_profile = "kilat"
        [cases.profiles.cepat]
        acknowledge = "4 jam"
        follow_up = ""
        resolve = "3 hari kerja"
        [cases.profiles.kilat]
        acknowledge = "30m"
        """,
    ).cases
    assert cases.steps(urgent=False) == {
        "acknowledge": Allowance(time=timedelta(hours=4)),
        "resolve": Allowance(3),
    }
    assert cases.steps(urgent=True) == {"acknowledge": Allowance(time=timedelta(minutes=30))}
    assert load(tmp_path, "").cases.steps(urgent=True) == Settings().cases.steps(urgent=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[cases]\nprofile = "cepat"', '[cases] profile: found "cepat"; allowed: "puskesmas" or "1x24"'),
        ('[cases]\nprofile = ""', '[cases] profile: found ""; allowed: "puskesmas"'),
        ('[cases]\nurgent_profile = "x"', '[cases] urgent_profile: found "x"; allowed: "puskesmas"'),
        (
            '[cases.profiles.cepat]\nacknowledge = "4"',
            '[cases.profiles.cepat] acknowledge: found "4"; allowed: "30m"',
        ),
        ("[cases.profiles.cepat]\nresolve = 3", "[cases.profiles.cepat] resolve: found 3; allowed: "),
        ("[cases.profiles.cepat]", "allowed: a time for acknowledge, follow_up or resolve"),
        ('[cases.profiles.cepat]\nanswer = "1d"', "[cases.profiles.cepat] answer is not a known key"),
        (
            '[cases.profiles.1x24]\nresolve = "1d"',
            "called otherwise than those that are there already (not 1x24)",
        ),
        (
            '[cases.profiles.cepat]\nacknowledge = "2d"\nresolve = "1d"',
            "in [cases.profiles.cepat] no step due before the one it follows (resolve before acknowledge)",
        ),
        (
            '[cases.profiles.cepat]\nacknowledge = "8h"\nresolve = "1d"',
            "in [cases.profiles.cepat] no step due before the one it follows",
        ),
        ('[cases]\nremind_before = "soon"', '[cases] remind_before: found "soon"; allowed: "30m"'),
        ('[cases]\nclimb_after = ["4h", "1d", "2d"]', "[cases] climb_after: found"),
        ('[cases]\nclimb_after = ["1d", "1h"]', "in climb_after times that are later and later"),
        ('[cases]\nurgent_climb = ["1d"]', "minutes or hours by the clock"),
        ('[cases]\nurgent_climb = ["1h", "30m"]', "each later than the one before"),
        (
            '[calendar]\nclosed_on = ["2026-02-30"]',
            '[calendar] closed_on (number 1): found "2026-02-30"; allowed: a date',
        ),
        (
            '[calendar]\nclosed_on = ["besok"]',
            '[calendar] closed_on (number 1): found "besok"; allowed: a date',
        ),
        ('[calendar]\nclosed_on = ["2026-12-31 sampai 2026-12-01"]', "the first one first"),
        ('[calendar]\nclosed_on = ["2026-01-01 sampai 2026-12-31"]', "at most 120 days"),
        ("[calendar]\nclosed_on = [20261224]", "allowed: a date such as"),
        ('[calendar]\nclosed_on = ["2026-12-24"]\nopen_on = ["24/12/2026"]', "2026-12-24 stands in both"),
        ('[calendar]\nopen_on = ["2026-11-22"]', "days of the week with hours (not 2026-11-22"),
        (
            '[calendar]\nclosed_on = ["2026-01-01 sampai 2026-04-30", "2026-05-01 sampai 2026-08-01"]',
            "does not stay closed for 120 days from 2026-01-01",
        ),
        (
            '[[calendar.other_hours]]\nfrom = "2027-02-08"\nuntil = "2027-03-09"',
            "at least one weekday (monday",
        ),
        (
            '[[calendar.other_hours]]\nfrom = "2027-03-08"\nuntil = "2027-02-09"\nmonday = ["08:00", "13:00"]',
            "the first one first",
        ),
        (
            '[[calendar.other_hours]]\nfrom = "2027-02-08"\nuntil = "2027-03-09"\nmonday = ["13:00", "08:00"]',
            'two times such as ["07:30", "14:00"]',
        ),
        ('[[calendar.other_hours]]\nuntil = "2027-03-09"\nmonday = []', "from (number 1) is missing"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in problem(tmp_path, text)


def test_own_days_off_go_over_the_countrys_and_may_have_names(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        [calendar]
        closed_on = [2026-12-22, "28-12-2026 sampai 31/12/2026 Akreditasi", "2027-01-02..2027-01-03"]
        open_on = "2026-12-24"
        """,
    )
    calendar = settings.working_calendar([CHRISTMAS_EVE, CHRISTMAS])
    december = [date(2026, 12, day) for day in range(21, 32)]
    assert [day.day for day in december if calendar.is_working_day(day)] == [21, 23, 24, 26]
    assert not calendar.is_working_day(date(2027, 1, 2))
    names = settings.calendar.names()
    assert (names[date(2026, 12, 30)], names[date(2026, 12, 22)]) == ("Akreditasi", "")


def test_days_may_come_from_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path, "", IG_WORKER_CALENDAR__CLOSED_ON='["2026-12-24 Natal bersama"]')
    assert settings.calendar.names() == {CHRISTMAS_EVE: "Natal bersama"}


def test_other_hours_leave_the_weekdays_that_are_not_named_as_they_are(tmp_path: Path) -> None:
    calendar = load(
        tmp_path,
        """
        [[calendar.other_hours]]
        from = "2027-02-08"
        until = 2027-03-09
        monday = ["08:00", "13.00"]
        saturday = []
        """,
    ).working_calendar(())
    hours = [calendar.hours_of(date(2027, 2, day)) for day in (1, 8, 9, 13)]
    assert hours == [(time(7, 30), time(14)), (time(8), time(13)), (time(7, 30), time(14)), None]


def test_a_day_off_the_week_may_be_opened_with_hours_of_its_own(tmp_path: Path) -> None:
    """An immunisation on a Sunday."""
    calendar = load(
        tmp_path,
        """
        [calendar]
        open_on = ["2026-11-22"]
        [[calendar.other_hours]]
        from = "2026-11-22"
        until = "2026-11-22"
        sunday = ["08:00", "12:00"]
        """,
    ).working_calendar(())
    assert calendar.is_open(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
