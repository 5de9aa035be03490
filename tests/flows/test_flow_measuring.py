"""Every night's figures are read, whatever was missed and whatever fails (`instagram_api.md`, section E)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from measuring_bench import DAY, NEWEST, NIGHT, Nights, Pictures

from fakes.bench import bench_database
from fakes.fake_instagram import FAULTS, FaultPlan, Killed
from fakes.instagram_faults import LOST_BEFORE, REFUSED, said
from ig_worker.domain.errors import (
    IgWorkerError,
    PermissionLost,
    Refused,
    Silence,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import Kind, Why
from ig_worker.domain.nights import ONE_DAY

EVERY_NIGHT = ["profile", "daily_series", "account_insights", "media_insights", "online_followers"]


@pytest.fixture
def nights() -> Iterator[Nights]:
    with bench_database() as database:
        yield Nights(database)


def test_the_first_night_reads_the_last_day_that_is_closed_in_california(nights: Nights) -> None:
    assert nights.collect() == ["stories_insights", *EVERY_NIGHT, "audience"]
    assert nights.days() == [NEWEST]
    # The total of followers is that of the day that is over; of the reach Meta gives a month for nothing.
    assert nights.named("followers_count") == {"2026-11-23": 1200.0}
    assert nights.named("views") == {"2026-11-23": 910.0}
    assert list(nights.named("reach")) == [f"{NEWEST - count * ONE_DAY}" for count in reversed(range(29))]


def test_a_night_is_read_once_however_often_it_is_looked_for(nights: Nights) -> None:
    nights.collect()
    before = nights.everything()
    for _ in range(3):
        nights.clock.forward(timedelta(minutes=1))
        nights.restart()
        assert nights.collect() == []
    assert nights.everything() == before


def test_a_usual_night_reads_one_new_day_and_three_again(nights: Nights) -> None:
    nights.collect()
    asked = [nights.next_night() for _ in range(6)]
    assert [calls.count("account_insights") for calls in asked] == [2, 3, 4, 4, 4, 4]
    assert all(calls.count("daily_series") == 1 for calls in asked)
    assert nights.days() == [NEWEST + count * ONE_DAY for count in range(7)]


def test_figures_that_settle_late_are_read_again_until_they_stand(nights: Nights) -> None:
    nights.instagram.figures.days[NEWEST] = {"reach": 1, "views": 2}
    nights.collect()
    for night in range(1, 6):
        nights.instagram.figures.days[NEWEST] = {"reach": 10 * night, "views": 100 * night}
        nights.next_night()
    assert nights.named("views")["2026-11-23"] == 300.0
    assert nights.named("reach")["2026-11-23"] == 30.0


def test_the_audience_is_read_once_a_week(nights: Nights) -> None:
    nights.instagram.figures.audience = {"age=25-34": 80, "city=Malang, East Java": 300}
    asked = [nights.collect(), *(nights.next_night() for _ in range(14))]
    assert [night for night, calls in enumerate(asked) if "audience" in calls] == [0, 7, 14]
    assert list(nights.named("follower_demographics:age=25-34")) == ["2026-11-23", "2026-11-30", "2026-12-07"]


def test_a_city_that_is_gone_does_not_stay_in_the_days_audience(nights: Nights) -> None:
    nights.instagram.figures.audience = {"city=Malang, East Java": 300, "city=Batu, East Java": 5}
    nights.collect()
    with nights.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM nightly_runs WHERE job = 'insights audience'")
    nights.instagram.figures.audience = {"city=Malang, East Java": 301}
    nights.collect(at_any_time=True)
    audience = {name: value for (_, name), value in nights.figures().items() if name.startswith("follower_d")}
    assert audience == {"follower_demographics:city=Malang, East Java": 301.0}


def test_before_the_nights_hour_there_is_nothing_new(nights: Nights) -> None:
    nights.collect()
    nights.clock.move_to(NIGHT + timedelta(hours=23, minutes=50))
    assert nights.collect() == []
    nights.clock.move_to(NIGHT + DAY)
    assert nights.collect()
    assert nights.days() == [NEWEST, NEWEST + ONE_DAY]


def test_a_weeks_outage_is_caught_up_by_one_run_each_date_once(nights: Nights) -> None:
    for _ in range(5):
        nights.collect()
        nights.clock.forward(DAY)
    nights.clock.forward(7 * DAY)
    calls = nights.collect()
    # Eight new days and three that were not settled before the outage, one call for all their series.
    assert (calls.count("account_insights"), calls.count("daily_series")) == (8 + 3, 1)
    assert nights.days() == [NEWEST + count * ONE_DAY for count in range(13)]
    views = nights.named("views")
    assert list(views) == [f"{day}" for day in nights.days()]
    # How many followed on those days cannot be known any more, and that is said.
    gaps = {
        day for (day, name), why in nights.missing().items() if (name, why) == ("followers_count", "no_data")
    }
    assert gaps == {f"{NEWEST + count * ONE_DAY}" for count in range(5, 12)}
    assert nights.collect() == []


@pytest.mark.parametrize(("outage", "lost", "windows"), [(40, 0, 2), (100, 10, 4)])
def test_after_months_all_that_is_left_is_read_and_the_rest_is_named(
    nights: Nights, outage: int, lost: int, windows: int, caplog: pytest.LogCaptureFixture
) -> None:
    nights.collect()
    nights.clock.forward(outage * DAY)
    calls = nights.collect()
    assert calls.count("daily_series") == windows
    views = nights.named("views")
    assert len(views) == 1 + outage - lost
    gone = [f"{NEWEST + count * ONE_DAY}" for count in range(1, lost + 1)]
    assert [day for (day, name) in nights.missing() if name == ""] == gone
    assert [line for line in caplog.messages if "stay empty" in line] == (
        [f"Instagram has no figures of polowijen for these days, they stay empty: {', '.join(gone)}"]
        if lost
        else []
    )
    caplog.clear()
    nights.next_night()
    assert "stay empty" not in caplog.text
    assert len(nights.days()) == outage + 2


def test_a_day_that_meta_has_nothing_of_is_asked_for_again_and_then_named_as_a_gap(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    nights.collect()
    empty = NEWEST + ONE_DAY
    nights.instagram.figures.no_data.add(empty)
    for _ in range(3):
        nights.next_night()
        assert empty not in nights.days()
        assert nights.missing()[f"{empty}", "views"] == "no_data"
        assert "stay empty" not in caplog.text
        assert nights.collect() == []
    nights.next_night()
    assert empty in nights.days()
    assert caplog.text.count("stay empty: 2026-11-24") == 1
    nights.next_night()
    assert caplog.text.count("stay empty") == 1
    # The followers were read in time, so the day is not quite empty; none of the rest became 0.
    assert not [value for (day, _), value in nights.figures().items() if day == f"{empty}" and not value]


def test_figures_that_come_late_are_no_longer_missing(nights: Nights) -> None:
    nights.instagram.figures.no_data.add(NEWEST)
    nights.collect()
    assert nights.named("views") == {}
    assert ("2026-11-23", "views") in nights.missing() or ("2026-11-23", "") in nights.missing()
    nights.instagram.figures.no_data.clear()
    nights.next_night()
    assert nights.named("views")["2026-11-23"] == 910.0
    assert not {("2026-11-23", name) for name in ("", "reach", "views", "accounts_engaged")} & {
        *nights.missing()
    }


def test_a_later_reading_without_a_figure_does_not_take_the_earlier_one_away(nights: Nights) -> None:
    nights.collect()
    nights.instagram.figures.no_data.add(NEWEST)
    nights.next_night()
    assert nights.named("views")["2026-11-23"] == 910.0
    assert ("2026-11-23", "views") not in nights.missing()


def test_at_any_time_what_is_not_settled_is_read_again_and_nothing_is_doubled(nights: Nights) -> None:
    nights.collect()
    nights.next_night()
    before = nights.everything()
    again = nights.collect(at_any_time=True)
    assert again == [*EVERY_NIGHT, "account_insights", "stories_insights"]
    assert nights.everything() == before
    nights.clock.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    nights.collect()
    assert nights.days()[-1] == date(2026, 11, 24)
    nights.collect(at_any_time=True)
    assert nights.days()[-1] == date(2026, 11, 25)


def test_the_total_of_followers_is_the_first_reading_after_the_day(nights: Nights) -> None:
    nights.collect()
    nights.instagram.me = replace(nights.instagram.me, followers_count=1300)
    nights.collect(at_any_time=True)
    assert nights.named("followers_count") == {"2026-11-23": 1200.0}
    nights.next_night()
    assert nights.named("followers_count") == {"2026-11-23": 1200.0, "2026-11-24": 1300.0}


def test_numbers_that_instagram_withholds_are_missing_and_not_zero(nights: Nights) -> None:
    nights.instagram.me = replace(nights.instagram.me, followers_count=None, follows_count=None)
    nights.collect()
    assert nights.named("followers_count") == {}
    assert nights.missing()["2026-11-23", "followers_count"] == "no_data"


def test_a_metric_that_is_refused_costs_neither_the_night_nor_the_others(nights: Nights) -> None:
    nights.instagram.figures.refused = {"views": "(#100) metric[0] must be one of the following"}
    nights.collect()
    assert nights.missing()["2026-11-23", "views"] == "refused"
    assert nights.named("accounts_engaged") == {"2026-11-23": 51.0}
    assert nights.days() == [NEWEST]


def test_posts_made_by_hand_have_their_figures_and_are_known(nights: Nights) -> None:
    ours = nights.instagram.post_by_hand(Kind.IMAGE, "Posyandu 🌸")
    nights.instagram.figures.posts[ours] = {"reach": 0, "likes": 2}
    nights.collect()
    # 25 November in Malang, and still the 24th in California.
    assert nights.figures(ours) == {("2026-11-24", "reach"): 0.0, ("2026-11-24", "likes"): 2.0}
    assert nights.missing(ours) == {("2026-11-24", "views"): "no_data"}
    with nights.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT ig_id, caption FROM our_media").one()
    assert tuple(row) == (ours, "Posyandu 🌸")


def test_the_last_reading_of_a_day_stands(nights: Nights) -> None:
    ours = nights.instagram.post_by_hand(Kind.IMAGE, "")
    nights.collect()
    nights.instagram.figures.posts[ours] = {"reach": 121, "views": 300, "likes": 15}
    nights.collect(at_any_time=True)
    assert nights.named("likes", ours) == {"2026-11-24": 15.0}
    nights.next_night()
    assert nights.named("likes", ours) == {"2026-11-24": 15.0, "2026-11-25": 15.0}


def test_posts_are_followed_for_thirty_days(nights: Nights) -> None:
    ours = nights.instagram.post_by_hand(Kind.IMAGE, "")
    nights.clock.forward(29 * DAY)
    nights.collect()
    assert list(nights.named("likes", ours)) == ["2026-12-23"]
    nights.clock.forward(2 * DAY)
    nights.collect()
    assert list(nights.named("likes", ours)) == ["2026-12-23"]


def test_reasons_for_missing_figures_of_a_post_do_not_pile_up(nights: Nights) -> None:
    ours = nights.instagram.post_by_hand(Kind.IMAGE, "")
    nights.instagram.figures.without[ours] = Why.NO_DATA
    for _ in range(4):
        nights.next_night()
    assert nights.missing(ours) == {("2026-11-28", ""): "no_data"}
    nights.instagram.figures.without.clear()
    nights.next_night()
    assert nights.missing(ours) == {}


def test_without_posts_and_followers_a_night_is_whole_too(nights: Nights) -> None:
    nights.instagram.figures.account = {"reach": 0, "views": 0}
    nights.instagram.me = replace(nights.instagram.me, followers_count=0, follows_count=0)
    nights.collect()
    assert nights.figures()["2026-11-23", "views"] == 0.0
    assert nights.named("followers_count") == {"2026-11-23": 0.0}
    assert nights.collect() == []


def test_pictures_are_wanted_of_the_posts_and_cost_no_night(nights: Nights) -> None:
    ours = nights.instagram.post_by_hand(Kind.IMAGE, "")
    nights.pictures = Pictures(RuntimeError("no room"))
    nights.restart()
    nights.collect()
    assert nights.pictures.listed == [ours]
    assert nights.collect() == []


# What fails.


@pytest.mark.parametrize("lost", EVERY_NIGHT)
def test_a_part_that_fails_costs_no_other_and_is_tried_again_after_a_pause(nights: Nights, lost: str) -> None:
    calls = ["stories_insights", *EVERY_NIGHT, "audience"]
    nights.instagram.post_by_hand(Kind.IMAGE, "")
    nights.instagram.faults = FaultPlan({calls.index(lost) + 1: LOST_BEFORE})
    with pytest.raises(Unanswered):
        nights.collect()
    assert nights.instagram.calls == calls
    nights.clock.forward(timedelta(minutes=29))
    assert nights.collect() == []
    nights.clock.forward(timedelta(minutes=1))
    assert nights.collect() == [lost]
    whole = nights.everything()
    with bench_database() as database:
        steady = Nights(database)
        steady.instagram.post_by_hand(Kind.IMAGE, "")
        steady.collect()
        assert steady.everything() == whole


@pytest.mark.parametrize("error", [Unanswered("503"), Silence("no answer")])
def test_the_pause_grows_while_the_line_is_dead(nights: Nights, error: Unanswered) -> None:
    nights.instagram.faults = FaultPlan(dict.fromkeys(range(1, 200), error))
    tries = []
    for minute in range(12 * 60):
        before = len(nights.instagram.calls)
        with suppress(Unanswered):
            nights.collect()
        if [call for call in nights.instagram.calls[before:] if call != "stories_insights"]:
            tries.append(minute)
        nights.clock.forward(timedelta(minutes=1))
    assert tries == [0, 30, 90, 210, 450, 690]


def test_three_failures_in_a_row_end_the_run(nights: Nights) -> None:
    nights.instagram.faults = FaultPlan(dict.fromkeys(range(2, 200), LOST_BEFORE))
    with pytest.raises(Unanswered):
        nights.collect()
    assert nights.instagram.calls == ["stories_insights", *EVERY_NIGHT[:3]]


def test_a_limit_stops_the_night_for_as_long_as_meta_says(nights: Nights) -> None:
    limit = Throttled("later", wait_seconds=3600, said=said(80002, None, "Too many calls"))
    nights.instagram.faults = FaultPlan({4: limit})
    with pytest.raises(Throttled):
        nights.collect()
    assert nights.instagram.calls == ["stories_insights", *EVERY_NIGHT[:3]]
    nights.clock.forward(timedelta(minutes=59))
    assert nights.collect() == []
    nights.clock.forward(timedelta(minutes=1))
    assert nights.collect() == [*EVERY_NIGHT[2:], "audience"]


@pytest.mark.parametrize("error", [TokenExpired, PermissionLost])
def test_a_lost_token_or_permission_stops_the_night_and_is_raised(
    nights: Nights, error: type[Refused]
) -> None:
    nights.instagram.faults = FaultPlan({3: error("no")})
    with pytest.raises(error):
        nights.collect()
    assert len(nights.instagram.calls) == 3
    nights.clock.forward(timedelta(minutes=10))
    assert nights.collect() == []
    nights.clock.forward(timedelta(minutes=20))
    nights.collect()
    assert nights.days() == [NEWEST]


def test_it_gives_way_while_the_budget_of_calls_runs_low(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    nights.instagram.percent_used = 60
    for _ in range(4):
        assert nights.collect() == []
        nights.clock.forward(timedelta(minutes=10))
    assert caplog.text.count("60 % of the calls for polowijen are used: the figures wait") == 1
    nights.instagram.percent_used = 59
    assert nights.collect() == ["stories_insights", *EVERY_NIGHT, "audience"]


def test_in_the_middle_of_a_night_it_gives_way_too_and_ends_complete(nights: Nights) -> None:
    def fuller(name: str) -> None:
        nights.instagram.percent_used = 70 if name == "account_insights" else 0

    nights.instagram.before_call = fuller  # type: ignore[method-assign]
    first = nights.collect()
    assert first == ["stories_insights", *EVERY_NIGHT[:3]]
    nights.instagram.before_call = lambda name: None  # type: ignore[method-assign]
    nights.instagram.percent_used = 0
    assert nights.collect() == []
    nights.clock.forward(timedelta(minutes=10))
    assert nights.collect() == [*EVERY_NIGHT[3:], "audience"]


def test_who_asks_for_figures_gets_them_until_the_budget_is_nearly_used_up(nights: Nights) -> None:
    nights.instagram.percent_used = 84
    assert nights.collect(at_any_time=True)
    nights.instagram.percent_used = 85
    with pytest.raises(Throttled, match="85 % of the calls"):
        nights.collect(at_any_time=True)


def test_progress_is_told_part_by_part(nights: Nights) -> None:
    told: list[tuple[int, int, str]] = []
    nights.collect(at_any_time=True, progress=lambda *what: told.append(what))
    assert [done for done, _, _ in told] == list(range(7))
    assert {total for _, total, _ in told} == {7}
    assert told[2][2] == "2026-11-23"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, 16))
def test_an_interrupted_night_ends_complete_with_the_same_figures(
    nights: Nights, call: int, fault: str
) -> None:
    def live(world: Nights, fault_at: int | None) -> None:
        post = world.instagram.post_by_hand(Kind.REEL, "")
        story = world.instagram.post_by_hand(Kind.STORY, "")
        assert post != story
        world.instagram.figures.audience = {"age=25-34": 80}
        world.instagram.figures.hours = {"0": 5, "23": 31}
        world.instagram.figures.follows = (3, 1)
        world.collect()
        world.clock.forward(4 * DAY)
        if fault_at is not None:
            done = len(world.instagram.calls)
            world.instagram.faults = FaultPlan({done + fault_at: fault})
            with suppress(Killed, IgWorkerError):
                world.collect()
            assert len(world.instagram.calls) >= done + min(fault_at, 8)
            world.instagram.faults = FaultPlan({})
            world.restart()
        world.collect()
        world.clock.forward(timedelta(minutes=40))
        assert world.collect() == []

    live(nights, call)
    interrupted = nights.everything()
    assert nights.days() == [NEWEST + count * ONE_DAY for count in range(5)]
    with bench_database() as database:
        steady = Nights(database)
        live(steady, None)
        assert steady.everything() == interrupted


def test_refused_is_no_reason_to_forget_a_part(nights: Nights) -> None:
    nights.instagram.faults = FaultPlan({5: REFUSED})
    with pytest.raises(Refused):
        nights.collect()
    nights.clock.forward(timedelta(minutes=30))
    assert nights.collect() == ["media_insights"]
