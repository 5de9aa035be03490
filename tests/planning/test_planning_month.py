"""What a month still lacks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.month_plan import (
    PlannedDay,
    SegmentCount,
    days_of,
    days_without,
    month_days,
    runs,
    spoken_of,
    week_starts,
    weeks,
)
from ig_worker.domain.occasions import Occasion

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
HKN = Occasion(
    "Hari Kesehatan Nasional (HKN)", date(2026, 11, 12), date(2026, 11, 12), ("hkn", "kesehatan nasional")
)
PNEUMONIA = Occasion("Hari Pneumonia Sedunia", date(2026, 11, 12), date(2026, 11, 12), ("pneumonia",))
ASI = Occasion("Pekan Menyusui Sedunia", date(2026, 8, 1), date(2026, 8, 7), ("menyusui", "asi"))


def post(day: date, segment: str = "Nice to Know", caption: str = "", key: str = "P") -> PlannedDay:
    return PlannedDay(1, key, day, segment, caption)


def test_weeks_run_from_monday_to_sunday_and_reach_into_other_months() -> None:
    found = weeks(*NOVEMBER, [], {})
    assert (found[0].first, found[0].last) == (date(2026, 10, 26), date(2026, 11, 1))
    assert found[-1].last == date(2026, 12, 6)
    assert len(found) == 6


def test_a_weeks_gaps_are_named_by_segment() -> None:
    planned = [post(date(2026, 11, 9)), post(date(2026, 11, 15), "nice  TO know"), post(date(2026, 11, 16))]
    planned += [post(date(2026, 11, 10), "Kegiatan Rutin"), post(date(2026, 11, 11), "kegiatan rutin")]
    week = next(
        week for week in weeks(*NOVEMBER, planned, {"Nice to Know": 3, "Konde Emas": 1}) if week.planned > 1
    )
    assert week.segments == (
        SegmentCount("Nice to Know", 2, 3),
        SegmentCount("Konde Emas", 0, 1),
        SegmentCount("Kegiatan Rutin", 2, None),
    )
    assert [count.missing for count in week.segments] == [1, 1, 0]
    assert week.planned == 4
    assert (week.met, week.wanted) == (2, 4), "the routine ones make up for nothing"


def test_more_than_a_target_asks_for_makes_up_for_no_other() -> None:
    planned = [post(date(2026, 11, 9)) for _ in range(5)]
    (week,) = weeks(date(2026, 11, 9), date(2026, 11, 15), planned, {"Nice to Know": 2, "Konde Emas": 1})
    assert (week.planned, week.met, week.wanted) == (5, 2, 3)


def test_weeks_reach_over_the_end_of_a_year() -> None:
    assert week_starts(date(2026, 12, 31), date(2027, 1, 4)) == (date(2026, 12, 28), date(2027, 1, 4))
    assert days_of(date(2026, 12, 31), date(2027, 1, 1)) == (date(2026, 12, 31), date(2027, 1, 1))


def test_days_that_follow_each_other_are_one_run() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3)]
    assert runs(days) == [days[:3], days[3:]]
    assert runs([]) == []


def test_days_without_a_post() -> None:
    planned = [post(day) for day in month_days(2026, 2) if day.day != 14]
    assert days_without(date(2026, 2, 1), date(2026, 2, 28), [*planned, post(date(2026, 3, 14))]) == (
        date(2026, 2, 14),
    )


@pytest.mark.parametrize(
    ("planned", "spoken"),
    [
        (post(date(2026, 11, 12), "Hari Besar", "Selamat Hari Kesehatan Nasional"), [HKN]),
        (post(date(2026, 11, 12), "Ucapan Hari Besar", "Sehat untuk semua"), [HKN, PNEUMONIA]),
        (post(date(2026, 11, 12), "Hari Besar", "Waspada pneumonia pada balita"), [PNEUMONIA]),
        (post(date(2026, 11, 12), "Nice to Know", "Kenali pneumonia"), [PNEUMONIA]),
        (post(date(2026, 11, 12), "Nice to Know", "Cuci tangan yuk"), []),
        (post(date(2026, 11, 10), "Nice to Know", "Kenali pneumonia"), []),
        (post(date(2026, 11, 10), "Hari Besar", "Kenali pneumonia"), [PNEUMONIA]),
        (post(date(2026, 11, 10), "Nice to Know", "Menyambut Hari Pneumonia Sedunia"), [PNEUMONIA]),
        (post(date(2026, 11, 10), "Hari Besar", "Selamat Hari Pahlawan"), []),
        (post(date(2026, 11, 1), "Hari Besar", "Menyambut Hari Pneumonia Sedunia"), []),
    ],
)
def test_an_occasion_is_spoken_of_by_name_or_on_its_day(planned: PlannedDay, spoken: list[Occasion]) -> None:
    found = spoken_of([PNEUMONIA, HKN], [planned])
    assert [each.occasion for each in found] == [HKN, PNEUMONIA], "by day, then by name"
    assert [each.occasion for each in found if each.posts] == spoken


def test_a_week_is_spoken_of_on_any_of_its_days_but_not_by_a_mute_greeting() -> None:
    assert spoken_of([ASI], [post(date(2026, 8, 7), caption="Posisi menyusui yang nyaman")])[0].posts
    assert not spoken_of([ASI], [post(date(2026, 8, 3), "Hari Besar", "Dirgahayu")])[0].posts
    assert not spoken_of([ASI], [post(date(2026, 8, 3), caption="Asisten bidan baru")])[0].posts


@given(st.integers(2020, 2100), st.integers(1, 12), st.lists(st.integers(-10, 50), max_size=40))
def test_every_post_of_the_month_is_in_exactly_one_week(year: int, month: int, offsets: list[int]) -> None:
    first = date(year, month, 1)
    planned = [post(first + timedelta(days=offset), f"S{offset % 3}") for offset in offsets]
    last = month_days(year, month)[-1]
    shown = weeks(first, last, planned, {"S1": 2})
    inside = [each for each in planned if shown[0].first <= each.day <= shown[-1].last]
    assert sum(week.planned for week in shown) == len(inside)
    assert all(monday.weekday() == 0 for monday in week_starts(first, last))
    assert {each.day for each in planned}.isdisjoint(days_without(first, last, planned))
