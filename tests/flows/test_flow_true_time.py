"""A machine whose clock is wrong publishes nothing too early, and not a minute too late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from publishing_bench import RULES, Middle, PublishingBench

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database, outbox
from ig_worker.domain.errors import Silence
from ig_worker.flows.health.clock_check import SKEW, ClockCheck
from ig_worker.flows.publishing.publisher import Publisher
from ig_worker.store import facts
from ig_worker.true_time import TrueTime

HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock is off; `truly` is the world's time, and the time since its start goes with it."""

    def __init__(self, truly: HandClock, off: timedelta) -> None:
        self.truly = truly
        self.off = off
        self.time = TrueTime(self, self.since_boot)

    def now(self) -> datetime:
        return self.truly.now() + self.off

    def since_boot(self) -> float:
        return (self.truly.now() - START).total_seconds() + 500_000

    def hear(self, *, wrong: timedelta = timedelta(0), seconds: float = 0.4) -> None:
        """An answer of Instagram's."""
        self.time.answered(format_datetime(self.truly.now() + wrong, usegmt=True), seconds)


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with bench_database() as database:
        yield PublishingBench(database)


def publisher(bench: PublishingBench, machine: Machine) -> Publisher:
    def sure() -> bool:
        if machine.time.is_known:
            return True
        bench.instagram.calls.append("ask_the_time")
        machine.hear()
        return False

    return Publisher(
        ACCOUNT, bench.database, bench.instagram, PlainStaging(), outbox("content_team"), machine.time, RULES,
        chance=Middle(), sure_of_time=sure,
    )  # fmt: skip


@pytest.mark.parametrize("off", [7 * HOUR, 49 * HOUR, -7 * HOUR, timedelta(days=-20_000)])
def test_a_post_goes_out_at_its_true_time_whatever_the_machine_shows(
    bench: PublishingBench, off: timedelta
) -> None:
    machine = Machine(bench.clock, off)
    machine.hear()
    post = bench.plan()
    bench.publisher = publisher(bench, machine)
    bench.go_on(START - timedelta(seconds=6))
    assert bench.status(post) == "ready"
    bench.go_on(START + timedelta(minutes=1))
    assert bench.status(post) == "published"
    published_at = bench.post(post).publication.published_at
    assert published_at is not None
    assert abs((published_at - START).total_seconds()) < 10


def test_at_a_start_with_a_clock_ahead_the_time_is_asked_before_anything_goes_out(
    bench: PublishingBench,
) -> None:
    post = bench.plan(at=START + 3 * HOUR)
    machine = Machine(bench.clock, timedelta(0))
    machine.hear()
    bench.publisher = publisher(bench, machine)
    bench.go_on(START + 3 * HOUR - timedelta(minutes=30))
    assert bench.status(post) == "ready"
    # A power cut; the machine comes back with a clock that is an hour ahead, and the post seems due.
    machine = Machine(bench.clock, HOUR)
    bench.publisher = publisher(bench, machine)
    before = len(bench.instagram.calls)
    bench.publisher.publish()
    assert bench.instagram.calls[before:] == ["ask_the_time"]
    assert bench.status(post) == "ready"
    bench.go_on(START + 3 * HOUR + timedelta(minutes=1))
    assert bench.status(post) == "published"


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("answers", [True, False])
def test_at_a_start_with_a_clock_ahead_nothing_is_too_late_before_the_time_is_known(
    bench: PublishingBench, *, prepared: bool, answers: bool
) -> None:
    post = bench.plan(at=START + 3 * HOUR)
    machine = Machine(bench.clock, timedelta(0))
    machine.hear()
    bench.publisher = publisher(bench, machine)
    bench.go_on(START + 3 * HOUR - timedelta(minutes=30 if prepared else 90))
    # A power cut; the hardware clock is in local time, so that all of the day's posts seem to be long over.
    machine = Machine(bench.clock, 7 * HOUR)

    def nobody() -> bool:
        raise Silence("no answer")

    if not answers:
        deaf = bench.another_publisher(instagram=bench.instagram, sure_of_time=nobody)
        bench.clock.forward(7 * HOUR)
        for part in (deaf.publish, deaf.prepare):
            with suppress(Silence):
                part()
        bench.clock.forward(-7 * HOUR)
    assert bench.status(post) == ("ready" if prepared else "approved")
    bench.publisher = publisher(bench, machine)
    bench.go_on(START + 3 * HOUR + timedelta(minutes=1))
    assert bench.status(post) == "published"
    assert bench.letters() == []


def test_nothing_goes_out_while_nobody_answers_and_nothing_is_lost(bench: PublishingBench) -> None:
    machine = Machine(bench.clock, HOUR)
    machine.hear()
    post = bench.plan()
    bench.publisher = publisher(bench, machine)
    bench.go_on(START - timedelta(minutes=1))

    def nobody() -> bool:
        raise Silence("no answer")

    deaf = Publisher(
        ACCOUNT, bench.database, bench.instagram, PlainStaging(), outbox(), bench.clock, RULES, sure_of_time=nobody
    )  # fmt: skip
    bench.clock.move_to(START + timedelta(minutes=1))
    with pytest.raises(Silence):
        deaf.publish()
    assert bench.status(post) == "ready"
    bench.go_on(START + timedelta(minutes=2))
    assert bench.status(post) == "published"


def test_a_clock_that_is_put_right_or_wrong_between_two_answers_moves_no_post() -> None:
    truly = HandClock(START)
    machine = Machine(truly, 7 * HOUR)
    machine.hear()
    for off in (timedelta(0), -7 * HOUR, 7 * HOUR):
        machine.off = off
        truly.forward(timedelta(minutes=20))
        assert abs((machine.time.now() - truly.now()).total_seconds()) < 2
        moment = truly.now() + HOUR
        shown = machine.time.on_the_machine(moment)
        assert shown is not None
        assert abs((shown - machine.now() - HOUR).total_seconds()) < 2


def test_one_odd_answer_and_slow_or_unreadable_ones_move_nothing() -> None:
    truly = HandClock(START)
    machine = Machine(truly, timedelta(0))
    for _ in range(3):
        machine.hear()
    machine.hear(wrong=timedelta(days=-1))
    machine.hear(wrong=9 * HOUR, seconds=50)
    for nonsense in ("", "yesterday", "Mon, 99 Foo 2026 25:61:61 GMT", "Thu, 01 Jan 10000 00:00:00 GMT"):
        machine.time.answered(nonsense, 0.1)
    assert machine.time.off() == timedelta(0)
    assert machine.time.now() == truly.now()


def test_a_machine_that_is_right_within_a_minute_keeps_its_own_time() -> None:
    truly = HandClock(START)
    machine = Machine(truly, timedelta(seconds=55))
    machine.hear()
    assert machine.time.now() == machine.now()
    assert 53 < (machine.time.ahead() or 0) < 57


def test_a_wrong_clock_is_told_once_and_once_that_it_is_right_again() -> None:
    with bench_database() as database:
        ahead: list[float | None] = [None]
        check = ClockCheck(lambda: ahead[0])
        said = []
        for seconds in (None, 3.0, 61.0, 4000.0, 59.0, 45.0, 10.0, 5.0):
            ahead[0] = seconds
            with database.writing() as connection:
                letter = check.look(connection, START)
                said.append(letter.title if letter else "")
        assert [title for title in said if title] == [
            "ig-worker membutuhkan bantuan: jam komputer salah",
            "ig-worker: jam komputer benar lagi",
        ]
        assert said[2], said
        assert said[6], said
        with database.reading() as connection:
            row = facts.read(connection, SKEW)
        assert row is not None
        assert float(row.value) in (5.0, 10.0)
