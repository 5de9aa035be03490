"""The calendar of free days is the government's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ig_worker import shipped
from ig_worker.domain.errors import Misconfigured
from ig_worker.national_days import closed_days, national_holidays


@pytest.fixture(scope="module")
def days() -> dict[date, str]:
    return national_holidays([2026, 2026, 2025])


def test_the_year_2026_has_the_25_days_of_the_decree(days: dict[date, str]) -> None:
    found = sorted(f"{day:%d-%m}" for day in days if day.year == 2026)
    national = "01-01 16-01 17-02 19-03 21-03 22-03 03-04 05-04 01-05 14-05 27-05 31-05 01-06 16-06 17-08 25-08 25-12"
    joint_leave = "16-02 18-03 20-03 23-03 24-03 15-05 28-05 24-12"
    assert found == sorted(f"{national} {joint_leave}".split())


def test_names_are_indonesian_and_days_in_order(days: dict[date, str]) -> None:
    assert days[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert days[date(2026, 12, 24)] == "Cuti bersama Natal"
    assert list(days) == sorted(days)
    assert {day.year for day in days} == {2025, 2026}


def test_a_year_without_a_file_of_ours_still_has_its_national_days() -> None:
    assert date(2031, 8, 17) in national_holidays([2031])


def test_closed_days_are_the_same_days_and_are_asked_for_once(days: dict[date, str]) -> None:
    closed = closed_days((2025, 2026))
    assert closed == frozenset(days)
    assert closed_days((2025, 2026)) is closed


def test_every_date_of_the_file_is_one_and_stands_under_its_year() -> None:
    for year, given in shipped.joint_leave().items():
        assert all(date.fromisoformat(day).year == int(year) for day in given)


def test_a_failure_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The child imports `holidays` from the environment's path first: a broken one stands for a broken installation.
    (tmp_path / "holidays.py").write_text("raise ImportError('broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Misconfigured, match="national holidays cannot be computed") as caught:
        national_holidays([2026])
    assert "python -m ig_worker.national_days" in caught.value.cure
