"""Signs of life: what counts as advancing, what as stuck, and what is legitimately long."""

from __future__ import annotations

import threading

from ig_worker.pulse import SILENT, STUCK_AFTER, Pulse


class Hand:
    """A stopwatch that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_lane_that_rests_is_never_stuck_and_one_at_work_without_a_sign_is() -> None:
    watch = Hand()
    pulse = Pulse(watch=watch)
    pulse.works("people", "inbox")
    watch.now += SILENT + STUCK_AFTER
    assert pulse.stuck() == []
    watch.now += 1
    (stuck,) = pulse.stuck()
    assert (stuck.thread, stuck.job, stuck.seconds) == ("people", "inbox", SILENT + STUCK_AFTER + 1)
    pulse.rests()
    assert pulse.stuck() == []


def test_each_sign_of_life_gives_it_its_time_again() -> None:
    watch = Hand()
    pulse = Pulse(watch=watch)
    pulse.works("rest", "insights")
    for _ in range(100):  # a night of fifteen hours, a transaction every ten minutes
        watch.now += 540
        pulse.felt()
        assert pulse.stuck() == []
    assert pulse.at_work() == {"rest": ("insights", 54_000.0)}


def test_a_long_call_that_was_announced_is_waited_for() -> None:
    watch = Hand()
    pulse = Pulse(watch=watch)
    pulse.works("prepare", "prepare")
    pulse.may_be_silent(4700)
    watch.now += 4700 + STUCK_AFTER - 1
    assert pulse.stuck() == []
    assert pulse.at_work() == {}  # longer than it may: it excuses nobody any more
    watch.now += 2
    assert [each.thread for each in pulse.stuck()] == ["prepare"]


def test_an_account_that_hangs_beside_its_lane_is_found() -> None:
    watch = Hand()
    pulse = Pulse(watch=watch)
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait, args=(30,), name="polowijen")
    thread.start()
    try:
        beside = [("publish", "publish", thread)]
        assert pulse.stuck(beside) == []
        watch.now += SILENT + STUCK_AFTER + 1
        assert [(each.thread, each.job) for each in pulse.stuck(beside)] == [("polowijen", "publish")]
    finally:
        go_on.set()
        thread.join()
    assert pulse.stuck(beside) == []


def test_the_lane_of_long_work_has_longer() -> None:
    watch = Hand()
    pulse = Pulse(lambda lane: 1800.0 if lane == "rest" else SILENT, watch)
    pulse.works("rest", "housekeeping")
    watch.now += 1800 + STUCK_AFTER - 1
    assert pulse.stuck() == []
    watch.now += 2
    assert len(pulse.stuck()) == 1
