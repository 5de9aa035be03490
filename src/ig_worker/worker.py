"""The long-running worker: lanes that never wait for each other, and every job guarded."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

import schedule

from ig_worker import heap
from ig_worker.bootstrap import House
from ig_worker.clock import pause, stopwatch, wait_for
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    Misconfigured,
    NeedsPerson,
    PermissionLost,
    TokenExpired,
)
from ig_worker.flows.outbox import Letter
from ig_worker.lanes import LANES, Job
from ig_worker.signals import Ending
from ig_worker.store import jobs as job_shelf
from ig_worker.store.database import StorageError, unreadable
from ig_worker.store.lock import only_worker

log = logging.getLogger(__name__)

GRACE_SECONDS = 8.0
"""How long a stop waits for the jobs that are under way; a call that takes longer is abandoned, its intent kept."""

LEFT_ALONE, SHORTEST = 0.2, 0.001
"""Seconds before another look at something that is due already, and the shortest that a lane ever waits."""


def run(house: House, ending: Ending) -> None:
    """Run until it is told to end; returns within ten seconds of it.

    Raises Misconfigured when another worker already works on this database.
    """
    stop = threading.Event()
    with only_worker(house.database.sqlite_file):
        heap.share()
        jobs = house.jobs()
        heap.give_back()  # the classifier came as JSON text
        lanes = [
            threading.Thread(target=_run_lane, args=(house, lane, jobs, stop), name=lane, daemon=True)
            for lane in LANES
        ]
        ending.begin_work()
        for thread in lanes:
            thread.start()
        log.info("the worker runs: %s", ", ".join(job.name for job in jobs))
        while not ending.asked_by:
            # A signal only leaves a word; so this thread never waits for long.
            pause(0.25)
            if not all(thread.is_alive() for thread in lanes):
                raise NeedsPerson(
                    "a lane of the worker has ended", cure="start the worker again and report its log"
                )
        log.info("%s: stopping", ending.asked_by)
        stop.set()
        for alarm in house.alarms.values():
            alarm.set()
        begun = stopwatch()
        for thread in lanes:
            thread.join(max(0.0, GRACE_SECONDS - (stopwatch() - begun)))
        # Only now: a lane that still ran could have begun another one.
        accounts = [thread for job in jobs for thread in job.under_way()]
        for thread in accounts:
            thread.join(max(0.0, GRACE_SECONDS - (stopwatch() - begun)))
        left = [thread.name for thread in (*lanes, *accounts) if thread.is_alive()]
        if left:
            log.warning("abandoning what %s was doing; it is settled at the next start", ", ".join(left))
    log.info("stopped")


def run_once(house: House, names: Sequence[str] = ()) -> dict[str, str]:
    """One pass of every job, or of those named, in their order; returns the errors by job."""
    with only_worker(house.database.sqlite_file):
        # Named jobs run whatever the clock says, and a pass never sleeps (INTERFACE.md).
        chosen = [
            job for job in house.jobs(patient=False, at_any_time=set(names)) if not names or job.name in names
        ]
        return {job.name: error for job in chosen if (error := run_job(house, job))}


def run_job(house: House, job: Job) -> str:
    """Run a job and write down how it went; returns what went wrong, in one line, or nothing.

    Whatever happens in a job stays in it: the library that ticks drops a job that raises, and the others with it.
    """
    begun = stopwatch()
    started = house.clock.now()
    error = ""
    try:
        with house.database.writing() as connection:
            job_shelf.started(connection, job.name, started)
        job.run()
    except IgWorkerError as problem:
        error = f"{problem}" + (f" ({problem.cure})" if problem.cure else "")
        for each in problem.each:
            log.warning("%s: %s", job.name, each)
            _tell_operators(house, each, started)
    except StorageError as problem:
        error = str(unreadable(house.database, problem))
        log.error("%s: %s", job.name, error)  # noqa: TRY400 (the line says it all)
    except Exception as problem:
        error = f"{type(problem).__name__} in the program itself; please report it with this log"
        log.exception("%s failed in a way nobody foresaw", job.name)
    try:
        with house.database.writing() as connection:
            if error:
                job_shelf.failed(connection, job.name, house.clock.now(), error)
            else:
                job_shelf.succeeded(connection, job.name, started)
    except StorageError as problem:
        error = error or str(unreadable(house.database, problem))
        log.error("%s: cannot be written down: %s", job.name, error)  # noqa: TRY400
    log.debug("%s took %.0f ms", job.name, (stopwatch() - begun) * 1000)
    return error


def _tell_operators(house: House, problem: IgWorkerError, now: datetime) -> None:
    """What only a person can mend is told to the operators, once a day for each account."""
    if not isinstance(problem, TokenExpired | PermissionLost | AccountBlocked | Misconfigured):
        return
    kind = type(problem).__name__
    # The configuration is one for all of them.
    account = "" if isinstance(problem, Misconfigured) else problem.account
    whose = f"akun {account}: " if account else ""
    letter = Letter(
        key=":".join(("trouble", kind, account, f"{now.astimezone(house.settings.zone).date()}")),
        title=f"ig-worker membutuhkan bantuan: {whose}{_TROUBLE[kind]}",
        body=f"{whose}{_TROUBLE[kind]}.\nKeterangan: {problem}\nYang perlu dilakukan: {problem.cure or '-'}",
    )
    try:
        with house.database.writing() as connection:
            house.outbox.tell(connection, now, "operators", letter)
    except StorageError as error:
        log.warning("the operators could not be told: %s", unreadable(house.database, error))


_TROUBLE = {
    "TokenExpired": "token akses Instagram tidak berlaku lagi, perlu login ulang",
    "PermissionLost": "izin akun Instagram berkurang",
    "AccountBlocked": "akun Instagram dibatasi, pemilik akun perlu membuka aplikasi Instagram",
    "Misconfigured": "pengaturan belum lengkap",
}


def _run_lane(house: House, lane: str, jobs: Iterable[Job], stop: threading.Event) -> None:
    """Let each job have its turn: at its tick, when something of it is due, and when another lane rings."""
    ours = [job for job in jobs if job.lane == lane]
    alarm = house.alarms[lane]
    ticks = schedule.Scheduler()
    failing: set[str] = set()  # these wait for their tick, or for what comes due: no hot loop on a full disk
    for job in ours:
        # Its timedelta takes any number of seconds; only its annotation wants whole ones.
        ticks.every(job.every).seconds.do(_unless_stopping, house, job, stop, failing)  # type: ignore[arg-type]
    ticks.run_all()
    while not stop.is_set():
        ticks.run_pending()
        idle = max(ticks.idle_seconds or 0.0, 0.0)
        if idle > min(job.every for job in ours) + LEFT_ALONE:
            # The machine's clock was set back, and the ticks wait for a time that was.
            ticks.run_all()
            continue
        waits = {job: wait for job in ours if (wait := _seconds_to_next(house, job, failing)) < idle}
        rung = wait_for(alarm, min([idle, *waits.values()]))
        if rung:  # else a ring that comes right now is kept for the next wait
            alarm.clear()
        for job in [job for job in ours if job.name not in failing] if rung else waits:
            _unless_stopping(house, job, stop, failing)


def _unless_stopping(house: House, job: Job, stop: threading.Event, failing: set[str]) -> None:
    if stop.is_set():
        return
    if run_job(house, job):
        failing.add(job.name)
    else:
        failing.discard(job.name)


def _seconds_to_next(house: House, job: Job, failing: set[str]) -> float:
    """How long until the job has something due; a long time where it waits for its tick only.

    What is due already, right after a turn, is left alone for a moment: it waits for somebody else.
    """
    try:
        moment = job.next_moment()
    except Exception:  # noqa: BLE001  # the job itself says what is wrong, at its tick
        return float("inf")
    if moment is None:
        return float("inf")
    wait = (moment - house.clock.now()).total_seconds()
    if wait <= 0:
        return float("inf") if job.name in failing else LEFT_ALONE
    return max(wait, SHORTEST)
