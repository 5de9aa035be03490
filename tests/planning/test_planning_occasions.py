"""The days a centre speaks of fall when they do, and a post about one is recognised."""

from __future__ import annotations

from datetime import date

import pytest

from ig_worker import shipped
from ig_worker.domain.occasions import Occasion, Sort, holidays, marked_days
from ig_worker.national_days import national_holidays

TABLE = shipped.marked_days()


def days(year: int) -> dict[str, Occasion]:
    return {occasion.name: occasion for occasion in marked_days(TABLE, year)}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Hari Gizi Nasional", (1, 25), None),
        ("Hari Tuberkulosis Sedunia", (3, 24), None),
        ("Hari Bidan Nasional (HUT IBI)", (6, 24), None),
        ("Pekan Menyusui Sedunia", (8, 1), (8, 7)),
        ("Hari Kesehatan Nasional (HKN)", (11, 12), None),
        ("Hari AIDS Sedunia", (12, 1), None),
        # Days of a week: the last Sunday of January, the second Thursday of March …
        ("Hari Kusta Sedunia", (1, 25), None),
        ("Hari Ginjal Sedunia", (3, 12), None),
        ("Hari Asma Sedunia", (5, 5), None),
        ("Hari Penglihatan Sedunia", (10, 8), None),
        ("Hari PPOK Sedunia", (11, 18), None),
    ],
)
def test_days_of_2026(name: str, first: tuple[int, int], last: tuple[int, int] | None) -> None:
    occasion = days(2026)[name]
    assert occasion.first == date(2026, *first)
    assert occasion.last == date(2026, *(last or first))


def test_every_entry_of_the_table_is_whole_in_every_year() -> None:
    for year in (2024, 2025, 2026, 2031):
        found = days(year)
        assert len(found) == len(TABLE["day"]), "no name twice"
        assert list(found) == [entry["name"] for entry in TABLE["day"]]
        for occasion in found.values():
            assert occasion.first <= occasion.last
            assert occasion.first.year == occasion.last.year == year
    for entry in TABLE["day"]:
        assert entry["source"]
        assert entry["words"]
        assert all(word == word.casefold().strip() for word in entry["words"])
        assert {"date", "nth"} & entry.keys()


def test_each_occasion_is_meant_by_its_own_name() -> None:
    for occasion in days(2026).values():
        assert occasion.is_called_in(f"Selamat {occasion.name} bagi kita semua!")
    strangers = [name for name, occasion in days(2026).items() if not occasion.is_meant_in(name)]
    assert strangers == []


def test_joint_leave_and_second_days_are_no_occasions() -> None:
    found = {occasion.name: occasion for occasion in holidays(national_holidays([2026]), TABLE["holidays"])}
    assert len(found) == 16
    assert not [name for name in found if name.startswith(("Cuti", "Hari kedua"))]
    assert found["Hari Raya Natal"].sort is Sort.HOLIDAY
    assert found["Hari Raya Natal"].is_meant_in("Selamat Natal bagi yang merayakan")
    assert found["Tahun Baru Islam"].is_meant_in("1 Muharram 1448 H")
    assert not found["Tahun Baru Islam"].is_meant_in("Selamat tahun baru 2026")
    assert found["Tahun Baru Masehi"].is_meant_in("Selamat tahun baru 2026")


def test_every_holiday_has_words_of_its_own() -> None:
    for holiday in holidays(national_holidays([2026, 2027]), TABLE["holidays"]):
        assert holiday.words != (holiday.name.casefold(),), holiday.name


@pytest.mark.parametrize(
    ("caption", "meant", "called"),
    [
        ("Selamat Hari TBC Sedunia", True, False),
        ("Ayo akhiri TBC!", True, False),
        ("#HariTBCSedunia", True, False),
        ("#haritbcsedunia", False, False),
        ("#HariTuberkulosisSedunia 2026", True, True),
        ("#harituberkulosissedunia", True, True),
        ("Hari   Tuberkulosis\nSedunia", True, True),
        ("Hari Tuberkulosis Sedunia kita peringati bersama #sehat", True, True),
        ("ATBC", False, False),
        ("", False, False),
        ("Posyandu besok", False, False),
    ],
)
def test_what_a_caption_is_about(caption: str, meant: bool, called: bool) -> None:
    day = days(2026)["Hari Tuberkulosis Sedunia"]
    assert day.is_meant_in(caption) is meant
    assert day.is_called_in(caption) is called
    assert day.may_be_in(caption.casefold()) or not (meant or called), "the first look misses nothing"


def test_the_quick_first_look_passes_over_what_cannot_be() -> None:
    day = days(2026)["Hari Tuberkulosis Sedunia"]
    assert not day.may_be_in("posyandu besok pagi")
    for occasion in days(2026).values():
        assert occasion.may_be_in(f"Selamat {occasion.name}!".casefold())
        assert all(occasion.may_be_in(word) for word in occasion.words)


def test_health_days_are_told_from_those_of_the_whole_nation() -> None:
    found = days(2026)
    assert found["Hari Kesehatan Nasional (HKN)"].of_health
    assert found["Hari Diabetes Sedunia"].of_health
    assert not found["Hari Pahlawan"].of_health
    assert not found["Hari Guru Nasional"].of_health
    assert not any(day.of_health for day in holidays(national_holidays([2026]), TABLE["holidays"]))
