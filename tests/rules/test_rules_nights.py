"""Which of Meta's days a night reads, whatever was missed, whatever the clock did (`instagram_api.md`, section E)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.nights import (
    KEPT_DAYS,
    ONE_DAY,
    Due,
    day_of_meta,
    due,
    is_settled,
    last_night,
    meta_day,
    newest_closed,
    windows,
)

WIB = ZoneInfo("Asia/Jakarta")
ZONES = [ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura")]
AT = time(1, 15)
NIGHT = datetime(2026, 11, 24, 18, 15, tzinfo=UTC)  # 25 November, 01.15 WIB; 24 November, 10.15 in California
moments = st.integers(0, 6 * 365 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
one_autumn = st.integers(0, 150 * 86_400).map(
    lambda seconds: datetime(2026, 8, 3, tzinfo=UTC) + timedelta(seconds=seconds)
)
readings = st.dictionaries(st.dates(date(2026, 8, 1), date(2026, 12, 31)), one_autumn, max_size=60)


def nights_of(first: datetime, count: int) -> list[datetime]:
    return [first + night * ONE_DAY for night in range(count)]


def live_through(nights: list[datetime]) -> tuple[dict[date, datetime], list[Due]]:
    """Read all that is due at each of these nights."""
    read: dict[date, datetime] = {}
    each = []
    for night in nights:
        what = due(night, night + timedelta(minutes=1), read)
        read |= dict.fromkeys((*what.days, *what.lost), night + timedelta(minutes=2))
        each.append(what)
    return read, each


@given(moments)
def test_every_moment_lies_in_one_of_metas_days(moment: datetime) -> None:
    day = meta_day(moment)
    begin, end = day_of_meta(day)
    assert begin <= moment < end
    assert day_of_meta(day + ONE_DAY)[0] == end


@pytest.mark.parametrize(
    ("day", "begin", "hours"),
    [
        (date(2026, 3, 7), datetime(2026, 3, 7, 8, tzinfo=UTC), 24),
        (date(2026, 3, 8), datetime(2026, 3, 8, 8, tzinfo=UTC), 23),
        (date(2026, 7, 1), datetime(2026, 7, 1, 7, tzinfo=UTC), 24),
        (date(2026, 11, 1), datetime(2026, 11, 1, 7, tzinfo=UTC), 25),
    ],
)
def test_a_day_of_meta_is_as_long_as_in_california(day: date, begin: datetime, hours: int) -> None:
    assert day_of_meta(day) == (begin, begin + timedelta(hours=hours))


@given(moments)
def test_the_newest_day_is_over_and_the_next_one_is_not(moment: datetime) -> None:
    newest = newest_closed(moment)
    assert day_of_meta(newest)[1] <= moment < day_of_meta(newest + ONE_DAY)[1]


@given(moments, st.sampled_from(ZONES), st.times())
def test_the_nights_hour_struck_within_the_last_day(now: datetime, zone: ZoneInfo, at: time) -> None:
    struck = last_night(now, at, zone)
    assert now - ONE_DAY < struck <= now
    assert struck.astimezone(zone).time() == at


@pytest.mark.parametrize(("zone", "hour"), list(zip(ZONES, (18, 17, 16), strict=True)))
def test_each_zone_has_its_own_night(zone: ZoneInfo, hour: int) -> None:
    struck = datetime(2026, 11, 24, hour, 15, tzinfo=UTC)
    assert last_night(struck, AT, zone) == struck
    assert last_night(struck - timedelta(seconds=1), AT, zone) == struck - ONE_DAY
    assert newest_closed(struck) == date(2026, 11, 23)


def test_the_first_night_reads_one_day() -> None:
    assert due(NIGHT, NIGHT, {}) == Due(date(2026, 11, 23), (date(2026, 11, 23),), frozenset(), ())


def test_a_steady_worker_reads_each_day_again_on_three_nights_and_then_no_more() -> None:
    read, each = live_through(nights_of(NIGHT, 8))
    assert [len(what.days) for what in each] == [1, 2, 3, 4, 4, 4, 4, 4]
    assert each[-1].days == tuple(date(2026, 11, day) for day in (30, 27, 28, 29))
    assert each[-1].again == set(each[-1].days[1:])
    assert all(is_settled(day, at) for day, at in read.items() if day <= date(2026, 11, 27))
    assert not any(what.lost for what in each)


def test_a_weeks_outage_is_caught_up_newest_first_then_what_is_lost_first() -> None:
    read, _ = live_through(nights_of(NIGHT, 5))
    back = NIGHT + 12 * ONE_DAY
    what = due(back, back, read)
    # The last nights before the outage were not settled either.
    assert what.days == (date(2026, 12, 5), *(date(2026, 11, 25) + n * ONE_DAY for n in range(10)))
    assert what.again == {date(2026, 11, day) for day in (25, 26, 27)}
    assert what.lost == ()


@given(st.integers(1, 400))
def test_after_any_outage_every_day_is_read_or_lost_each_once(outage: int) -> None:
    read, _ = live_through(nights_of(NIGHT, 5))
    back = NIGHT + (4 + outage) * ONE_DAY
    what = due(back, back, read)
    new = [day for day in what.days if day not in what.again]
    missed = [date(2026, 11, 28) + n * ONE_DAY for n in range(outage)]
    assert sorted([*new, *what.lost]) == missed
    assert len(set(what.days)) == len(what.days)
    assert len(new) == min(outage, KEPT_DAYS)
    assert what.days[0] == what.newest == missed[-1]
    read |= dict.fromkeys((*what.days, *what.lost), back)
    assert not due(back, back + timedelta(minutes=1), read).days


@given(readings, readings, one_autumn, st.sampled_from(ZONES))
def test_no_past_makes_a_day_be_read_twice_or_before_it_is_over(
    read: dict[date, datetime], asked: dict[date, datetime], now: datetime, zone: ZoneInfo
) -> None:
    night = last_night(now, AT, zone)
    what = due(night, now, read, asked)
    assert len(set(what.days)) == len(what.days) <= KEPT_DAYS
    assert all(day_of_meta(day)[1] <= night for day in what.days)
    assert not any(is_settled(day, read[day]) and read[day] <= now for day in what.days if day in read)
    assert not set(what.days) & set(what.lost)
    assert what.again <= set(what.days) & set(read)
    # Once all of it is done, nothing is left.
    fresh = read | dict.fromkeys((*what.days, *what.lost), now)
    assert due(night, now, fresh, asked).days == ()


def test_a_day_without_any_figures_is_asked_for_once_a_night() -> None:
    day = date(2026, 11, 23)
    asked = {day: NIGHT + timedelta(minutes=2)}
    assert due(NIGHT, NIGHT + timedelta(hours=1), {}, asked).days == ()
    tomorrow = NIGHT + ONE_DAY
    assert due(tomorrow, tomorrow, {}, asked).days == (date(2026, 11, 24), day)


def test_what_a_clock_from_the_future_has_noted_does_not_count() -> None:
    read, _ = live_through([*nights_of(NIGHT, 3), NIGHT + 3000 * ONE_DAY])
    night = NIGHT + 3 * ONE_DAY
    assert date(2026, 11, 26) in due(night, night, read).days
    # A clock that is set back by an hour makes nothing be read again.
    steady, _ = live_through(nights_of(NIGHT, 3))
    early = NIGHT + 2 * ONE_DAY - timedelta(hours=1)
    assert due(last_night(early, AT, WIB), early, steady).days == ()


@given(one_autumn.map(meta_day), st.sets(st.integers(0, KEPT_DAYS - 1), max_size=90))
def test_windows_hold_every_day_and_are_no_longer_than_meta_allows(newest: date, back: set[int]) -> None:
    days = {newest - count * ONE_DAY for count in back}
    found = windows(newest, days)
    assert all(sum(begin <= day <= end for begin, end in found) == 1 for day in days)
    assert all(day_of_meta(end)[1] - day_of_meta(begin)[0] <= timedelta(days=30) for begin, end in found)
    assert len(found) <= 4
    assert not days or found[0][1] == newest or min(back) >= 29
