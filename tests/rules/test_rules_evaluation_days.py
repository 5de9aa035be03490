"""Followers, reach, hours and audience of a month: what is not known is never zero, and no share is above the whole."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.evaluation.audience import by_age, by_city, by_sex
from ig_worker.domain.evaluation.followers import Figures, coverage, daily, followers, rate
from ig_worker.domain.evaluation.headline import Standing, headline
from ig_worker.domain.evaluation.hours import Posted, best_hours, online_hours
from ig_worker.domain.evaluation.posts import Counted
from ig_worker.domain.evaluation.wording import listed, median, number, spans_in_words
from ig_worker.domain.month import Month

OCTOBER = Month(2026, 10)
CLOSED = date(2026, 11, 1)
PACIFIC, WIB = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Jakarta")

days = st.dates(date(2026, 9, 20), date(2026, 11, 3))
values = st.dictionaries(days, st.integers(0, 10**7).map(float), max_size=45)
known = st.builds(
    lambda reach, engaged, totals, won, lost, whys, closed: Figures(
        {"reach": reach, "accounts_engaged": engaged, "followers_count": totals}, won, lost, whys, closed
    ),
    values, values, values, values, values,
    st.dictionaries(st.tuples(days, st.sampled_from(["", "reach", "views"])), st.sampled_from(["no_data", "too_few"])),
    days,
)  # fmt: skip


def of(name: str, *found: tuple[int, float], closed: date = CLOSED) -> Figures:
    """A figure on days of October; 0 and less are days of September."""
    return Figures(
        {name: {date(2026, 9, 30) + timedelta(days=day): value for day, value in found}}, closed=closed
    )


@given(known)
def test_days_sum_up_to_the_month_and_nothing_is_made_of_nothing(figures: Figures) -> None:
    reach = daily(OCTOBER, figures, "reach")
    there = [value for _, value in reach.days if value is not None]
    assert reach.total == (sum(there) if there else None)
    assert (len(reach.days), len(there)) == (31, reach.counted)
    covered = coverage(OCTOBER, figures)
    assert len(covered.read) <= len(covered.days)
    assert bool(covered.missing) == (len(covered.read) < len(covered.days))
    share = rate(OCTOBER, figures, "accounts_engaged").share.of_hundred
    assert share is None or 0 <= share <= 100
    found = followers(OCTOBER, figures)
    assert (found.change is None) == (found.start is None or found.end is None)
    if found.change is not None:
        assert found.start is not None
        assert found.start + found.change == found.end
    assert (found.won is None) == (found.lost is None)
    assert all(value is None for day, value in found.days if day > figures.closed)


def test_a_month_begins_where_the_one_before_ended() -> None:
    figures = of("followers_count", (0, 100), (1, 104), (31, 150))
    found = followers(OCTOBER, figures)
    assert (found.start, found.end, found.change) == (100, 150, 50)
    assert found.start == followers(OCTOBER.previous, figures).end


def test_where_nothing_was_read_before_the_first_reading_within_is_the_start_and_said_so() -> None:
    found = followers(OCTOBER, of("followers_count", (4, 100), (31, 150)))
    assert (found.start, found.end) == (100, 150)
    assert "4 Oktober 2026; sebelumnya belum ada bacaan" in found.note
    assert followers(OCTOBER, of("followers_count", (-20, 90), (4, 100), (31, 150))).start == 100


def test_one_reading_is_no_change() -> None:
    found = followers(OCTOBER, of("followers_count", (31, 150)))
    assert (found.start, found.end, found.change) == (None, 150, None)
    assert found.note.startswith("Belum cukup data untuk perubahan")


def test_a_rate_is_of_the_days_that_have_both_its_parts() -> None:
    reach, engaged = of("reach", (1, 100), (2, 900)), of("accounts_engaged", (1, 10), (3, 500))
    found = rate(OCTOBER, Figures({**reach.by_name, **engaged.by_name}), "accounts_engaged")
    assert (found.share.of_hundred, found.counted) == (10, 1)


@pytest.mark.parametrize(("engaged", "reach"), [(5, 4), (0, 0), (3, 0)])
def test_what_cannot_be_is_no_rate(engaged: float, reach: float) -> None:
    figures = Figures({**of("reach", (1, reach)).by_name, **of("accounts_engaged", (1, engaged)).by_name})
    share = rate(OCTOBER, figures, "accounts_engaged").share
    assert share.of_hundred is None
    assert share.why_not


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("refused", "Instagram menolak memberikannya"),
        ("too_few", "terlalu sedikit pengikut (kurang dari 100)"),
        ("no_data", "Instagram tidak memberikannya"),
        ("", "belum ada datanya"),
    ],
)
def test_a_figure_that_is_not_there_says_what_instagram_said(why: str, words: str) -> None:
    whys = {(date(2026, 10, 9), "accounts_engaged"): why, (date(2026, 9, 9), "accounts_engaged"): "refused"}
    figures = Figures(of("reach", (1, 5)).by_name, whys=whys if why else {})
    assert rate(OCTOBER, figures, "accounts_engaged").why_not == words
    assert daily(OCTOBER, figures, "accounts_engaged").why_not == words
    assert daily(OCTOBER, figures, "reach").why_not == ""


def test_a_total_of_followers_does_not_make_a_day_measured() -> None:
    covered = coverage(OCTOBER, of("followers_count", *((day, 100.0) for day in range(1, 32))))
    assert covered.read == ()
    assert covered.missing == ("1–31 Oktober",)


def test_gaps_are_named_with_what_instagram_said() -> None:
    reach = of("reach", *((day, 0.0) for day in range(1, 32) if day not in {3, 4, 5, 9}))
    covered = coverage(
        OCTOBER, Figures(reach.by_name, whys={(date(2026, 10, 9), ""): "no_data"}, closed=CLOSED)
    )
    assert covered.missing == ("3–5 Oktober", "9 Oktober")
    assert "27 dari 31 hari" in covered.note
    assert covered.note.endswith("9 Oktober (pada 9 Oktober karena Instagram tidak memberikannya).")


def test_gaps_that_are_all_instagrams_are_named_once() -> None:
    reach = of("reach", *((day, 0.0) for day in range(1, 32) if day != 9))
    covered = coverage(
        OCTOBER, Figures(reach.by_name, whys={(date(2026, 10, 9), ""): "no_data"}, closed=CLOSED)
    )
    assert covered.note.endswith("tidak ada untuk 9 Oktober, karena Instagram tidak memberikannya.")


def test_a_month_that_is_not_over_says_until_when_it_counts() -> None:
    covered = coverage(OCTOBER, of("reach", (1, 5), (2, 5), closed=date(2026, 10, 2)))
    assert covered.missing == ()
    assert "sampai 2 Oktober; hari Meta berikutnya belum selesai" in covered.note


def test_runs_of_days_are_written_as_people_do() -> None:
    assert spans_in_words([date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 3)]) == (
        "31 Oktober–1 November",
        "3 November",
    )
    assert listed(["a", "b", "c"]) == "a, b, dan c"
    assert number(12345.67, 1) == "12.345,7"


posted = st.builds(
    lambda minutes, reach: Posted(datetime(2026, 8, 1, tzinfo=WIB) + timedelta(minutes=minutes), float(reach)),
    st.integers(0, 90 * 24 * 60), st.integers(0, 10**6),
)  # fmt: skip


@given(st.lists(posted, max_size=80))
def test_hours_are_said_only_of_enough_posts(posts: list[Posted]) -> None:
    found = best_hours(posts)
    assert found.sample == len(posts)
    assert not found.enough or len(posts) >= 20
    assert found.enough == bool(found.cells)
    assert str(len(posts)) in found.note
    if not found.enough:
        assert found.cells == found.best == ()
        assert found.note.startswith("Belum cukup data")
    assert sum(cell.posts for cell in found.cells) <= len(posts)
    assert all(cell.posts >= 3 for cell in (*found.cells, *found.best))
    assert len(found.best) <= 3
    places = [(window.weekday, window.hour + step) for window in found.best for step in (0, 1)]
    assert len(set(places)) == len(places), "windows do not overlap"


def test_the_best_hours_are_where_the_median_is_highest() -> None:
    evening, morning = datetime(2026, 10, 6, 18, tzinfo=WIB), datetime(2026, 10, 7, 7, tzinfo=WIB)
    week = timedelta(weeks=1)
    posts = [Posted(evening - n * week, 900 + n) for n in range(10)] + [
        Posted(morning - n * week, 300) for n in range(10)
    ]
    found = best_hours(posts)
    assert [window.words for window in found.best] == ["Selasa 18.00–20.00", "Rabu 07.00–09.00"]
    assert found.best[0].reach_median == median(range(900, 910))


def test_posts_at_ever_other_hours_tell_at_least_the_time_of_day() -> None:
    monday = datetime(2026, 10, 5, tzinfo=WIB)
    posts = [Posted(monday + timedelta(days=n, hours=18), 500 + n) for n in range(14)]
    posts += [Posted(monday + timedelta(days=n, hours=7), 100) for n in range(7)]
    found = best_hours(posts)
    assert (found.enough, found.sample, found.cells, found.best) == (False, 21, (), ())
    assert "pukul 18.00–20.00 menjangkau median 506 (14 unggahan)" in found.note


def test_a_stroke_of_luck_is_no_good_hour() -> None:
    quiet = [Posted(datetime(2026, 10, 5, 9, tzinfo=WIB) - timedelta(weeks=n), 100) for n in range(19)]
    lucky = [Posted(datetime(2026, 10, 3, 20, tzinfo=WIB) - timedelta(weeks=n), 90_000) for n in range(2)]
    assert [window.words for window in best_hours(quiet + lucky).best] == ["Senin 09.00–11.00"]


def test_hours_of_california_are_told_in_the_centres_zone_summer_and_winter() -> None:
    read = [(date(2026, 7, 1), 5, 10.0), (date(2026, 12, 1), 4, 30.0), (date(2026, 7, 1), 24, 99.0)]
    assert online_hours(read, PACIFIC, WIB) == ((19, 20),)


counts = st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**6).map(float)), max_size=45)


@given(counts)
def test_an_audience_loses_nobody(found: list[tuple[str, float]]) -> None:
    for groups in (by_age(found), by_sex(found), by_city(found)):
        assert sum(group.count for group in groups) == sum(count for _, count in found)
        shares = [group.share for group in groups if group.share is not None]
        assert all(0 <= share <= 100 for share in shares)
        if shares:
            assert sum(shares) == pytest.approx(100)
    assert len(by_city(found)) <= 9


def test_an_audience_is_told_in_the_centres_words() -> None:
    assert [group.name for group in by_age([("65+", 1), ("13-17", 1), ("18-24", 1)])] == [
        "13–17",
        "18–24",
        "65+",
    ]
    assert [(group.name, group.share) for group in by_sex([("U", 60), ("M", 10), ("F", 30)])] == [
        ("Perempuan", 30), ("Laki-laki", 10), ("Tidak disebutkan", 60),
    ]  # fmt: skip
    assert [group.name for group in by_city([("Malang, East Java", 2), ("Dili", 1)])] == [
        "Malang, Jatim",
        "Dili",
    ]


@pytest.mark.parametrize(("reach", "engaged"), [(0, 0), (2, 5), (None, 5), (2, None)])
@pytest.mark.parametrize("why", ["refused", "too_few", "no_data", None])
def test_why_there_is_no_rate_fits_its_tile(reach: int | None, engaged: int | None, why: str | None) -> None:
    day = OCTOBER.days[0]
    by_name = {
        name: {day: float(value)}
        for name, value in (("reach", reach), ("accounts_engaged", engaged))
        if value is not None
    }
    whys = {(day, "accounts_engaged"): why} if why else {}
    figures = Figures(by_name, whys=whys)
    standing = Standing(
        coverage(OCTOBER, figures), followers(OCTOBER, figures), daily(OCTOBER, figures, "reach"),
        daily(OCTOBER, figures, "views"), rate(OCTOBER, figures, "accounts_engaged"),
        rate(OCTOBER, figures, "profile_links_taps"), Counted(), 0, None, None,
    )  # fmt: skip
    for line in headline(standing):
        assert len(line.note) <= 60, line
        assert line.value is not None or line.note


def test_what_is_said_of_a_month_full_of_holes_fits_its_paper() -> None:
    september = Month(2026, 9)
    even = [day for day in september.days if day.day % 2 == 0]
    reach = {"reach": {day: 1.0 for day in september.days if day not in even}}
    note = coverage(september, Figures(reach, whys={(day, ""): "no_data" for day in even[1:]})).note
    assert (
        "28 September, dan 30 September (14 hari di antaranya karena Instagram tidak memberikannya)." in note
    )
    assert len(note) <= 480
