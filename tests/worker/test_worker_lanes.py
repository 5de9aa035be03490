"""One lane by itself: it wakes for what is due, does not run hot when that fails, and runs no job twice at once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schedule

from fakes.bench import HandClock, outbox
from ig_worker import worker
from ig_worker.attendance import Attendance
from ig_worker.clock import pause, stopwatch
from ig_worker.domain.errors import Misconfigured, PermissionLost, Unanswered
from ig_worker.lanes import Job, about, in_turn
from ig_worker.pulse import Pulse
from ig_worker.storage_watch import StorageWatch
from ig_worker.store import jobs, notices
from ig_worker.store.database import Database


class Silent:
    """Nobody is told anything."""

    def send(self, url: str, title: str, body: str, attachments: object) -> None:
        raise AssertionError("there is nobody")


class OneLane:
    """What a lane needs of the house: its clock and its database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.clock = HandClock()
        self.storage = StorageWatch(
            database, folder, outbox("operators"), Silent(), self.clock, zone=UTC, addresses=()
        )
        self.stop = threading.Event()
        self.alarms = {"publish": threading.Event()}
        self.pulse = Pulse()
        self.attendance = Attendance(database)

    def run(self, job: Job, seconds: float, *more: Job) -> None:
        """Let the lane run for a while."""
        house: Any = self
        lane = threading.Thread(target=worker._run_lane, args=(house, job.lane, [job, *more], self.stop))
        lane.start()
        begun = stopwatch()
        while stopwatch() - begun < seconds:
            pause(0.05)
        self.stop.set()
        self.alarms["publish"].set()
        lane.join(5)
        assert not lane.is_alive()


@pytest.fixture
def lane(tmp_path: Path, empty_database: Path | str) -> Iterator[OneLane]:
    elsewhere = empty_database if isinstance(empty_database, str) else ""
    if not elsewhere:
        shutil.copy(empty_database, tmp_path / "ig-worker.db")
    database = Database(elsewhere or f"sqlite:///{tmp_path / 'ig-worker.db'}")
    yield OneLane(database, tmp_path)
    database.close()


def job(run: Callable[[], None], next_moment: Callable[[], datetime | None], every: float = 60) -> Job:
    return Job("publish", "publish", every, run, next_moment)


def test_it_wakes_for_what_is_due_long_before_its_tick(lane: OneLane) -> None:
    ran: list[float] = []
    due = lane.clock.now() + timedelta(seconds=0.4)
    begun = stopwatch()
    lane.run(job(lambda: ran.append(stopwatch() - begun), lambda: due if len(ran) < 2 else None), 1.5)
    assert len(ran) == 2
    assert 0.3 < ran[1] - ran[0] < 1.2


def test_a_due_job_that_fails_waits_for_its_tick(lane: OneLane) -> None:
    ran: list[float] = []

    def fail() -> None:
        ran.append(stopwatch())
        raise Unanswered("no answer")

    lane.run(job(fail, lane.clock.now), 1.5)
    assert len(ran) == 1


def test_a_moment_that_cannot_be_told_ends_no_lane(lane: OneLane) -> None:
    ran: list[float] = []

    def lost() -> datetime:
        raise ZeroDivisionError

    lane.run(job(lambda: ran.append(stopwatch()), lost, every=0.3), 1.5)
    assert len(ran) >= 3


def test_what_nobody_foresaw_is_written_down_in_one_line(lane: OneLane) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("patient 3573000000000001")

    lane.run(job(stumble, lambda: None), 0.5)
    with lane.database.reading() as connection:
        (row,) = jobs.listed(connection)
    assert row.last_success_at is None
    assert row.last_error.startswith("ZeroDivisionError")
    assert "3573" not in row.last_error


def test_a_job_that_failed_still_wakes_for_what_comes_due(lane: OneLane) -> None:
    ran: list[float] = []

    def fail() -> None:
        ran.append(stopwatch())
        raise Unanswered("no answer")

    lane.run(job(fail, lambda: lane.clock.now() + timedelta(seconds=0.3)), 1.2)
    assert len(ran) >= 2
    # However long a busy machine lets it run: never hot.
    assert all(later - sooner > 0.25 for sooner, later in pairwise(ran))


def test_a_lane_that_is_rung_runs_at_once(lane: OneLane) -> None:
    ran: list[float] = []

    def ring_once() -> None:
        ran.append(stopwatch())
        if len(ran) < 3:
            lane.alarms["publish"].set()

    lane.run(job(ring_once, lambda: None), 0.6)
    assert len(ran) == 3
    assert ran[2] - ran[0] < 0.2


def test_a_clock_that_is_set_back_stops_no_lane(lane: OneLane, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that ticks reckons by the machine's clock; an hour back was an hour without a tick."""
    ran: list[float] = []
    back = [timedelta(0)]

    class Machine(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - back[0]

    def set_back() -> None:
        back[0] = timedelta(hours=1)

    machines = SimpleNamespace(datetime=Machine, timedelta=timedelta)
    monkeypatch.setattr(schedule, "datetime", machines)  # the library has no other way to be given a clock
    lane.run(job(lambda: ran.append(stopwatch()), set_back, every=0.3), 1.5)
    assert len(ran) >= 3


def test_a_clock_that_is_set_back_between_two_jobs_stops_neither(
    lane: OneLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job that ran before waited for the time that was; the one after it, which knew the new one, hid that."""
    ran: list[float] = []
    back = [timedelta(0)]

    class Machine(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - back[0]

    def set_back() -> None:
        back[0] = timedelta(hours=7)

    machines = SimpleNamespace(datetime=Machine, timedelta=timedelta)
    monkeypatch.setattr(schedule, "datetime", machines)  # the library has no other way to be given a clock
    first = job(lambda: ran.append(stopwatch()), lambda: None, every=0.3)
    lane.run(first, 1.5, replace(job(set_back, lambda: None, every=0.3), name="prepare"))
    assert len(ran) >= 3


def test_a_job_that_takes_longer_than_anothers_interval_does_not_begin_again_at_once(lane: OneLane) -> None:
    """What was overdue then looked like a clock that had been set back."""
    slow: list[float] = []

    def take_long() -> None:
        slow.append(stopwatch())
        pause(0.7)

    quick = job(lambda: None, lambda: None, every=0.2)
    lane.run(quick, 3.1, replace(job(take_long, lambda: None, every=1.0), name="prepare"))
    assert len(slow) >= 2
    assert all(later - sooner > 1.5 for sooner, later in pairwise(slow))


def test_a_second_account_in_trouble_is_told_of_on_the_same_day(lane: OneLane) -> None:
    house: Any = lane
    house.settings = SimpleNamespace(zone=UTC)
    house.outbox = outbox("operators")

    def expired() -> None:
        raise PermissionLost("not allowed any more")

    def unset() -> None:
        raise Misconfigured("no public_base_url")

    accounts = [about(name, act) for name in ("satu", "dua") for act in (in_turn([expired, unset]), expired)]
    for _ in range(2):
        assert worker.run_job(house, job(in_turn(accounts), lambda: None))
    with lane.database.reading() as connection:
        titles = sorted(notice.row.title for notice in notices.due(connection, lane.clock.now()))
    assert [title.partition(": ")[2].split(": ")[0] for title in titles] == [
        "akun dua",
        "akun satu",
        "pengaturan belum lengkap",
    ]
