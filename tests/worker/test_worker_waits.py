"""The lanes' waits by a played clock: they end when it is moved on, and say when all that is due has been done."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ig_worker.clock import PlayedClock, pause, stopwatch
from ig_worker.waits import LINE, PlayedTicks, PlayedWaits

BEGIN = datetime(2027, 1, 1, 6, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> PlayedClock:
    clock = PlayedClock(tmp_path / "clock.txt")
    clock.move_to(BEGIN)
    return clock


class Lane:
    """A thread that waits once."""

    def __init__(self, clock: PlayedClock, folder: Path, tick: float, due: float) -> None:
        self.event = threading.Event()
        self.rung: bool | None = None
        self._page = folder / "people"
        waits = PlayedWaits(clock, folder)
        self._thread = threading.Thread(
            target=lambda: setattr(
                self, "rung", waits.wait(self.event, tick, due)
            ),  # its answer, to be looked at
            name="people",
        )
        self._thread.start()

    def said(self) -> list[str]:
        return self._page.read_bytes()[:LINE].decode().split() if self._page.exists() else []

    def until(self, *words: str) -> list[str]:
        """What it says once it says these words."""
        begun = stopwatch()
        while not set(words) <= set(said := self.said()):
            assert stopwatch() - begun < 10, (words, said)
            pause(0.001)
        return said

    def end(self) -> bool | None:
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.rung


def test_a_wait_ends_when_the_clock_has_come_to_what_is_due(clock: PlayedClock, tmp_path: Path) -> None:
    lane = Lane(clock, tmp_path / "waits", tick=3600, due=600)
    due, short = (BEGIN + timedelta(seconds=seconds) for seconds in (600, 599))
    assert lane.until("waits")[:3] == ["waits", due.isoformat(), BEGIN.isoformat()]
    clock.move_to(short)
    first = lane.until(short.isoformat())
    pause(0.05)
    assert int(lane.said()[3]) > int(first[3])  # it looks on, and still waits
    clock.move_to(due)
    assert lane.end() is False
    assert lane.said() == ["busy"]


def test_a_tick_is_no_moment_that_somebody_has_to_stop_at(clock: PlayedClock, tmp_path: Path) -> None:
    lane = Lane(clock, tmp_path / "waits", tick=30, due=float("inf"))
    assert lane.until("waits")[1] == "-"
    clock.move_to(BEGIN + timedelta(minutes=30))
    assert lane.end() is False


def test_a_lane_that_is_rung_wakes_before_the_clock_moves(clock: PlayedClock, tmp_path: Path) -> None:
    lane = Lane(clock, tmp_path / "waits", tick=3600, due=3600)
    lane.until("waits")
    lane.event.set()
    assert lane.end() is True


def test_a_lane_that_was_rung_while_it_worked_is_busy_all_the_time(
    clock: PlayedClock, tmp_path: Path
) -> None:
    waits, event = PlayedWaits(clock, tmp_path / "waits"), threading.Event()
    event.set()
    assert waits.wait(event, tick=3600, due=3600) is True
    waits.wait(threading.Event(), tick=0)
    page = tmp_path / "waits" / threading.current_thread().name
    for _ in range(30):
        assert page.read_bytes()[:LINE].decode().split() == ["busy"]
        pause(0.001)


def test_lanes_whose_clock_is_gone_end_and_say_why(clock: PlayedClock, tmp_path: Path) -> None:
    waits, said = PlayedWaits(clock, tmp_path / "waits"), list[Exception]()

    def lane() -> None:
        try:
            waits.wait(threading.Event(), tick=3600)
        except OSError as error:
            said.append(error)

    lanes = [threading.Thread(target=lane, name=name) for name in ("people", "rest")]
    for thread in lanes:
        thread.start()
    begun = stopwatch()
    while not all((tmp_path / "waits" / thread.name).exists() for thread in lanes):
        assert stopwatch() - begun < 10
        pause(0.001)
    (tmp_path / "clock.txt").unlink()
    for thread in lanes:
        thread.join(10)
        assert not thread.is_alive()
    assert [type(error) for error in said] == [FileNotFoundError, FileNotFoundError]


def test_a_step_of_the_clock_lets_each_tick_in_it_take_place_once_in_order(
    clock: PlayedClock, tmp_path: Path
) -> None:
    ran: list[str] = []
    waits = PlayedWaits(clock, tmp_path / "waits")
    ticks = PlayedTicks(waits.stopwatch)
    for name, every in (("inbox", 1800), ("replies", 10), ("cases", 30)):
        ticks.every(every).seconds.do(ran.append, name)
    ticks.run_all()
    assert ticks.idle_seconds == 10
    ticks.run_pending()
    clock.move_to(BEGIN + timedelta(seconds=40))
    assert ticks.idle_seconds == -30
    ticks.run_pending()
    clock.move_to(BEGIN + timedelta(minutes=31))
    ticks.run_pending()
    assert ran == ["inbox", "replies", "cases", "replies", "cases", "inbox", "replies", "cases"]


def test_a_clock_that_is_moved_fast_is_read_right_each_time(clock: PlayedClock, tmp_path: Path) -> None:
    for second in range(300):
        moment = BEGIN + timedelta(seconds=second)
        if second % 3:
            clock.move_to(moment)
        else:  # as an editor writes it: the same file, and as long as before
            (tmp_path / "clock.txt").write_text(moment.isoformat(), "ascii")
        assert clock.now() == moment
        assert clock.now() == moment


def test_a_thread_that_is_no_lane_pauses_by_the_machines_time(clock: PlayedClock, tmp_path: Path) -> None:
    begun = stopwatch()
    PlayedWaits(clock, tmp_path / "waits").pause(0.01)
    assert stopwatch() - begun < 5
