"""Old backups are thinned out: the newest of each day, week and month stays, and nothing that is not ours goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.thinning import AHEAD, YOUNG, Keep, made_at, name_for, superfluous

WIB = ZoneInfo("Asia/Jakarta")
NIGHT = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def test_a_name_says_when_and_is_read_back() -> None:
    name = name_for(NIGHT, WIB, sealed=True)
    assert name == "ig-worker-2026-11-23T023000+0700.tar.sealed"
    assert made_at(name) == (NIGHT, 1)
    assert made_at(name_for(NIGHT, WIB, sealed=False, number=3)) == (NIGHT, 3)


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    kept: set[str] = set()
    for night in range(400):
        now = NIGHT + night * ONE_DAY
        fresh = name_for(now, WIB, sealed=True)
        kept |= {fresh}
        kept -= superfluous(kept, now, WIB, Keep(7, 4, 12), {fresh})
    dates = sorted((made_at(name) or (NIGHT, 1))[0].astimezone(WIB).date() for name in kept)
    last = (NIGHT + 399 * ONE_DAY).astimezone(WIB).date()
    assert last == date(2027, 12, 27)
    assert dates[-7:] == [last - back * ONE_DAY for back in range(6, -1, -1)]
    # Sundays: the newest of each week; and the newest of each month.
    assert date(2027, 12, 19) in dates
    assert date(2027, 12, 12) in dates
    months = {(2027, month) for month in range(1, 13)}
    assert {(day.year, day.month) for day in dates} == months
    assert date(2027, 1, 31) in dates
    assert date(2027, 2, 28) in dates
    assert len(dates) <= 7 + 4 + 12


def test_days_without_a_backup_do_not_use_up_what_is_kept() -> None:
    names = {name_for(NIGHT + night * ONE_DAY, WIB, sealed=True) for night in range(7)}
    assert superfluous(names, NIGHT + 200 * ONE_DAY, WIB, Keep(7, 0, 0)) == set()


def test_a_night_of_a_wrong_clock_costs_no_backup() -> None:
    good = {name_for(NIGHT + night * ONE_DAY, WIB, sealed=True) for night in range(7)}
    now = NIGHT + 6 * ONE_DAY
    ahead = {name_for(now + timedelta(days=365 * back), WIB, sealed=True) for back in range(1, 80)}
    assert superfluous(good | ahead, now, WIB, Keep(7, 4, 12)) == set()
    # And seen by a clock that was set far back, the fresh one stays as well.
    past = datetime(2020, 1, 1, tzinfo=UTC)
    fresh = name_for(past, WIB, sealed=True)
    assert superfluous(good | {fresh}, past, WIB, Keep(1, 0, 0), {fresh}) == set()


def test_what_is_not_ours_stays() -> None:
    names = {
        "ig-worker-2026-11-01T023000+0700.tar.part",
        "ig-worker-2026-13-01T023000+0700.tar",
        "ig-worker-penting.tar",
        "laporan.pdf",
        ".ig-worker-2026-01-01T023000+0700.tar.0123456789ab.part",
        "ig-worker-٢٠٢٦-01-01T023000+0700.tar",
    }
    assert superfluous(names, NIGHT + 5000 * ONE_DAY, WIB, Keep(1, 0, 0)) == set()


MOMENTS = st.integers(0, 4 * 365 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
KEEPS = st.builds(Keep, st.integers(1, 10), st.integers(0, 6), st.integers(0, 14))


@given(st.sets(MOMENTS, max_size=60), st.sets(st.text(max_size=40), max_size=5), MOMENTS, KEEPS)
def test_whatever_lies_there_the_rules_hold(
    moments: set[datetime], strangers: set[str], now: datetime, keep: Keep
) -> None:
    ours = {name_for(moment, WIB, sealed=bool(moment.second % 2)): moment for moment in moments}
    strangers = {name for name in strangers if made_at(name) is None}
    gone = superfluous({*ours, *strangers}, now, WIB, keep)
    assert gone <= set(ours)
    past = {name: moment for name, moment in ours.items() if moment <= now + AHEAD}
    assert gone <= set(past)
    assert not any(moment > now - YOUNG for name, moment in past.items() if name in gone)
    if past:
        assert max(past, key=lambda name: (past[name], name)) not in gone
    # Each of the last days that have one keeps its newest.
    days = sorted({moment.astimezone(WIB).date() for moment in past.values()}, reverse=True)[: keep.days]
    for day in days:
        of_day = [name for name, moment in past.items() if moment.astimezone(WIB).date() == day]
        assert max(of_day, key=lambda name: past[name]) not in gone
    # What is left is not thinned out any further.
    assert superfluous({*ours, *strangers} - gone, now, WIB, keep) == set()
    old = [name for name in set(past) - gone if past[name] <= now - YOUNG]
    assert len(old) <= keep.days + keep.weeks + keep.months + 1
