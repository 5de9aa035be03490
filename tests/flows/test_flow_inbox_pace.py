"""The inbox gives way while Meta's budget of calls runs low, and never for good (`instagram_api.md`, section F)."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from message_desk import QUIET, Desk

from fakes.bench import ACCOUNT, HandClock, bench_database
from fakes.fake_instagram import FakeInstagram, FaultPlan
from ig_worker.domain.errors import Throttled, Unanswered, Unavailable
from ig_worker.domain.instagram import Conversation, Kind
from ig_worker.flows.inbox.pace import Pace
from ig_worker.store import accounts

TICK = timedelta(minutes=2)


class Tower:
    """A pace, and how often a poll was due in so many ticks."""

    def __init__(self, every: timedelta | None = TICK) -> None:
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.pace = Pace(ACCOUNT, self.instagram, every)
        self.waited = 0
        """Ticks of which it said that Meta wants no calls."""

    def polls_in(self, ticks: int) -> int:
        polls = 0
        for _ in range(ticks):
            self.clock.forward(TICK)
            try:
                polls += self.pace.begin(self.clock.now())
            except Throttled:
                self.waited += 1
        return polls


@pytest.mark.parametrize(
    ("percent", "polls"), [(0, 60), (49, 60), (50, 30), (70, 15), (80, 8), (90, 4), (100, 4)]
)
def test_in_two_hours_there_are_so_many_polls(percent: int, polls: int) -> None:
    tower = Tower()
    tower.instagram.percent_used = percent
    assert tower.polls_in(60) == polls


def test_the_pace_is_the_usual_one_again_as_soon_as_the_budget_has_room() -> None:
    tower = Tower()
    tower.instagram.percent_used = 95
    assert tower.polls_in(10) == 1
    tower.instagram.percent_used = 20
    assert tower.polls_in(10) == 10


def test_a_pass_that_somebody_asks_for_is_always_due() -> None:
    tower = Tower(every=None)
    tower.instagram.percent_used = 99
    assert tower.polls_in(10) == 10


def test_a_change_of_pace_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    tower = Tower()
    tower.polls_in(5)
    assert caplog.messages == []
    tower.instagram.percent_used = 72
    tower.polls_in(20)
    tower.instagram.percent_used = 10
    tower.polls_in(5)
    assert caplog.messages == [
        "polowijen: 72 % of the calls are used; the inbox is read every 8 min",
        "polowijen: 10 % of the calls are used; the inbox is read every 2 min",
    ]


def test_ticks_that_come_a_little_early_miss_no_poll() -> None:
    tower = Tower()
    tower.instagram.percent_used = 60
    polls = 0
    for number in range(40):
        tower.clock.forward(TICK - timedelta(seconds=1 if number % 2 else 0))
        polls += tower.pace.begin(tower.clock.now())
    assert polls == 20


def test_while_meta_wants_no_calls_there_is_no_poll() -> None:
    tower = Tower()
    tower.pace.begin(tower.clock.now())
    tower.pace.stay_away(Throttled("later", wait_seconds=900), tower.clock.now())
    assert (tower.polls_in(7), tower.waited) == (0, 7)
    assert (tower.polls_in(3), tower.waited) == (3, 7)


def test_a_limit_of_messages_alone_leaves_the_comments_alone() -> None:
    with bench_database() as database:
        desk = Desk(database)
        desk.reader = desk.another_reader(every=TICK)
        media = desk.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
        desk.instagram.message("budi", "halo")
        desk.instagram.faults = FaultPlan({2: Throttled("later", wait_seconds=3600)})
        with pytest.raises(Throttled):
            desk.poll()
        desk.instagram.comment(media, "sari", "satu")
        with pytest.raises(Throttled, match="later") as still:
            desk.poll()
        assert still.value.wait_seconds == pytest.approx(
            (timedelta(minutes=30) - TICK).total_seconds(), abs=1
        )
        assert [message.text for message in desk.stored()] == ["satu"]
        assert desk.poll(timedelta(minutes=30)) == [*QUIET, "conversation"]
        assert [message.text for message in desk.stored()] == ["halo", "satu"]


def test_a_limit_of_the_whole_account_stops_everything_and_is_told_once() -> None:
    with bench_database() as database:
        desk = Desk(database)
        desk.reader = desk.another_reader(every=TICK)
        desk.instagram.message("budi", "halo")
        desk.instagram.faults = FaultPlan({1: Throttled("later", wait_seconds=900)})
        with pytest.raises(Throttled):
            desk.poll()
        asked = list(desk.instagram.calls)
        for _ in range(7):
            with pytest.raises(Throttled, match="later"):
                desk.poll()
        assert desk.instagram.calls == asked
        assert desk.poll() == [*QUIET, "conversation"]


def test_the_inbox_counts_as_read_only_after_a_poll_that_read_everything() -> None:
    with bench_database() as database:
        desk = Desk(database)
        desk.reader = desk.another_reader(every=TICK)

        def read_ago() -> timedelta | None:
            with database.reading() as connection:
                at = accounts.wholly_read_at(connection)
            return desk.clock.now() - at if at is not None else None

        assert read_ago() is None
        for number in range(8):
            desk.instagram.message(f"orang{number}", "halo")
        desk.instagram.percent_used = 90
        desk.poll()
        assert read_ago() == timedelta(0), "since the first poll: what came before it is backlog"
        assert desk.poll() == []
        assert read_ago() == TICK, "nothing was asked"
        desk.instagram.percent_used = 0
        desk.poll()
        assert read_ago() == timedelta(0)
        desk.instagram.faults = FaultPlan({len(desk.instagram.calls) + 1: Unanswered("no answer")})
        with pytest.raises(Unanswered):
            desk.poll()
        assert read_ago() == TICK, "the comments failed"
        desk.poll()
        assert read_ago() == timedelta(0)

        read = desk.instagram.conversation
        desk.instagram.message("budi", "halo")
        for answer in (Unavailable("does not exist"), None):

            def instead(conversation_id: str, error: Exception | None = answer) -> Conversation:
                if error is not None:
                    raise error
                return replace(read(conversation_id), messages=())

            desk.instagram.conversation = instead  # type: ignore[method-assign]
            last = desk.clock.now()
            for _ in range(5):
                desk.poll()
            assert read_ago() == desk.clock.now() - last, (
                "one conversation was not to be had, then left alone"
            )
            desk.instagram.conversation = read  # type: ignore[method-assign]
            desk.poll(TICK * 10)
            assert read_ago() == timedelta(0)
            desk.instagram.message("sari", "halo")


def test_a_clock_that_is_set_back_closes_nothing() -> None:
    clock = HandClock()
    pace = Pace(ACCOUNT, FakeInstagram(clock), TICK)
    later = clock.now() + timedelta(days=400)
    assert pace.begin(later)
    pace.stay_away(Throttled("later", wait_seconds=900), later)
    assert pace.begin(clock.now())


def test_a_full_budget_leaves_a_look_at_a_few_things() -> None:
    tower = Tower()
    tower.instagram.percent_used = 90
    tower.pace.begin(tower.clock.now())
    assert [tower.pace.may_read_another() for _ in range(8)] == [True] * 5 + [False] * 3
    tower.pace.begin_part()
    assert [tower.pace.may_read_another() for _ in range(8)] == [True] * 5 + [False] * 3
    assert not tower.pace.has_time()
    tower.clock.forward(timedelta(minutes=30))
    tower.pace.begin(tower.clock.now())
    assert tower.pace.may_read_another()
    tower.instagram.percent_used = 40
    assert all(tower.pace.may_read_another() for _ in range(100))
    assert tower.pace.has_time()
