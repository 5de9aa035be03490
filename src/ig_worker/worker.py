"""The long-running worker: lanes that never wait for each other, and every job guarded."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

import schedule

from ig_worker import heap
from ig_worker.bootstrap import House
from ig_worker.clock import stopwatch
from ig_worker.domain.errors import (
    AccountBlocked,
    AccountStopped,
    IgWorkerError,
    Misconfigured,
    NeedsPerson,
    PermissionLost,
)
from ig_worker.domain.token_life import is_dead
from ig_worker.flows.outbox import Letter
from ig_worker.intervals import expected
from ig_worker.lanes import LANES, Job
from ig_worker.signals import Ending
from ig_worker.store.database import StorageError, unreadable
from ig_worker.store.lock import a_worker
from ig_worker.systemd import Systemd
from ig_worker.waits import FOR_EVER, PlayedTicks, PlayedWaits, RealWaits

log = logging.getLogger(__name__)

GRACE_SECONDS = 8.0
"""How long a stop waits for the jobs that are under way; a call that takes longer is abandoned, its intent kept."""

SLOW_MILLISECONDS = 10_000
"""A job that takes longer is told of in the log."""

LOOK_EVERY = 20.0
"""Seconds between two looks at whether all threads advance."""
REAL = RealWaits()

HARDLY_APART, SLOW_TICK = 0.25, 10.0
"""Seconds: ticks no further apart are taken together, in lanes that tick no faster than that."""

LEFT_ALONE, SHORTEST = 0.2, 0.001
"""Seconds before another look at something that is due already, and the shortest that a lane ever waits."""


def run(house: House, ending: Ending) -> None:
    """Run until it is told to end; returns within ten seconds of it.

    Raises Misconfigured when another worker already works on this database.
    """
    systemd = Systemd()
    stop = threading.Event()
    with a_worker(house.database):
        heap.share()
        if hindrance := house.storage.begin():
            house.storage.tell_at_the_end()
            raise Misconfigured(f"nothing can be written: {hindrance}")
        house.health.begin()
        jobs = house.jobs()
        heap.give_back()  # the classifier came as JSON text
        lanes = [
            threading.Thread(target=_lane, args=(house, lane, jobs, stop, ending), name=lane, daemon=True)
            for lane in LANES
        ]
        ending.begin_work()
        for thread in lanes:
            thread.start()
        log.info("the worker runs: %s", ", ".join(job.name for job in jobs))
        systemd.say("READY=1", f"STATUS={len(jobs)} jobs in {len(lanes)} lanes")
        _look_after(house, jobs, lanes, ending, systemd)
        log.info("%s: stopping", ending.asked_by)
        systemd.say("STOPPING=1", f"STATUS={ending.asked_by}: stopping")
        stop.set()
        for alarm in house.alarms.values():
            alarm.set()
        for job in jobs:
            job.give_up()
        begun = stopwatch()
        # Beside the others: a database that is kept busy by another program delays no end.
        last_word = threading.Thread(
            target=house.health.end, args=(ending.asked_by,), name="end", daemon=True
        )
        last_word.start()
        for thread in (*lanes, last_word):
            thread.join(max(0.0, GRACE_SECONDS - (stopwatch() - begun)))
        # Only now: a lane that still ran could have begun another one.
        accounts = [thread for job in jobs for thread in job.under_way()]
        for thread in accounts:
            thread.join(max(0.0, GRACE_SECONDS - (stopwatch() - begun)))
        left = [thread.name for thread in (*lanes, *accounts) if thread.is_alive()]
        if left:
            log.warning("abandoning what %s was doing; it is settled at the next start", ", ".join(left))
        if house.storage.leave():
            house.database.shorten_log()
    log.info("stopped")


def _look_after(
    house: House, jobs: Sequence[Job], lanes: Sequence[threading.Thread], ending: Ending, systemd: Systemd
) -> None:
    """Sleep until the end is asked for, and let systemd's watchdog know as long as every thread advances."""
    every = min(LOOK_EVERY, systemd.watchdog_seconds / 3) if systemd.watchdog_seconds else LOOK_EVERY
    known: set[tuple[str, str]] = set()
    while not ending.asked_by:
        if not all(thread.is_alive() for thread in lanes):
            raise NeedsPerson(
                "a lane of the worker has ended", cure="start the worker again and report its log"
            )
        if (replaced := house.storage.replaced) and not house.storage.leave():
            # Whoever works on half of two databases loses what is in both; the next start works on the new one alone.
            raise NeedsPerson(replaced, cure="start the worker again; it works on that one then")
        beside = ((job.lane, job.name, thread) for job in jobs for thread in job.under_way())
        stuck = house.pulse.stuck(beside)
        house.health.stuck = stuck
        for each in stuck:
            if (each.thread, each.job) not in known:
                log.error(
                    "%s does not advance; silent for %.0f s at %s", each.thread, each.seconds, each.job,
                    extra={"action": "stuck", "job": each.job},
                )  # fmt: skip
        if {(each.thread, each.job) for each in stuck} != known:
            known = {(each.thread, each.job) for each in stuck}
            names = ", ".join(sorted(f"{thread} at {job}" for thread, job in known))
            systemd.say(f"STATUS=stuck: {names}" if names else "STATUS=every lane advances")
        if not stuck:
            # Without it systemd ends the process and starts it anew; what was under way is settled then.
            systemd.say("WATCHDOG=1")
        ending.wait(every)


def run_once(house: House, names: Sequence[str] = ()) -> dict[str, str]:
    """One pass of every job, or of those named, in their order; returns the errors by job."""
    with a_worker(house.database):
        if hindrance := house.storage.begin():
            return dict.fromkeys(names or expected(house.settings), hindrance)
        # Named jobs run whatever the clock says, and a pass never sleeps (INTERFACE.md).
        chosen = [
            job for job in house.jobs(patient=False, at_any_time=set(names)) if not names or job.name in names
        ]
        failed = {
            job.name: error for job in chosen if (error := run_job(house, job) or write_down(house, job.name))
        }
        house.storage.leave()
    return failed


def run_job(house: House, job: Job) -> str:
    """Run a job and write down how it went; returns what went wrong, in one line, or nothing.

    Whatever happens in a job stays in it: the library that ticks drops a job that raises, and the others with it.
    """
    if hindrance := house.storage.hindrance():
        if job.lane == "notices":
            house.storage.tell()
        return hindrance
    begun = stopwatch()
    started = house.clock.now()
    error = _guarded(house, job, started)
    try:
        if error and house.storage.trouble is not None:
            pass  # nothing can be written, as is said already: to try once more only takes the time to tell people
        elif error:
            house.attendance.failed(job.name, house.clock.now(), error)
        else:
            house.attendance.succeeded(job.name, started)
            house.storage.is_news(job.name, "")
    except StorageError as problem:
        error = error or _not_written(house, job.name, problem)
    took = round((stopwatch() - begun) * 1000)
    # A job of every few seconds would fill the log with itself; a slow one is worth a line.
    level = logging.INFO if took >= SLOW_MILLISECONDS else logging.DEBUG
    log.log(
        level, "%s took %d ms", job.name, took, extra={"action": "job", "job": job.name, "duration_ms": took}
    )
    return error


def write_down(house: House, turn: str) -> str:
    """Write down what succeeded in this turn of a lane; returns why that cannot be done, or nothing."""
    try:
        house.attendance.write()
    except StorageError as problem:
        return _not_written(house, turn, problem)
    return ""


def _not_written(house: House, what: str, problem: StorageError) -> str:
    error = str(unreadable(house.database, problem))
    if not house.storage.met(problem):
        log.error("%s: cannot be written down: %s", what, error)
    return error


def _guarded(house: House, job: Job, started: datetime) -> str:
    """Run a job; returns what went wrong, in one line, or nothing."""
    error = ""
    try:
        house.attendance.began(job.name, started)
        job.run()
    except IgWorkerError as problem:
        stopped = all(isinstance(each, AccountStopped) for each in problem.each)
        # Steps that all say that an account is stopped say one thing: a count would be read as more than that.
        said = problem.each[0] if stopped else problem
        error = f"{said}" + (f" ({said.cure})" if said.cure else "")
        is_news = house.storage.is_news(job.name, "; ".join(map(str, problem.each)))
        for each in problem.each:
            # Of a stopped account one line and one notice told it, at the moment of its stop.
            loud = is_news and not isinstance(each, AccountStopped)
            log.log(logging.WARNING if loud else logging.DEBUG, "%s: %s", job.name, each)
            _tell_operators(house, each, started)
    except StorageError as problem:
        error = str(unreadable(house.database, problem))
        if not house.storage.met(problem) and house.storage.is_news(job.name, error):
            log.error("%s: %s", job.name, error)  # noqa: TRY400 (the line says it all)
    except OSError as problem:
        error = f"{problem.filename or 'a file'}: {problem.strerror or problem}"
        if house.storage.is_news(job.name, error):
            log.error("%s: %s", job.name, error)  # noqa: TRY400 (a disk's trouble is no bug of ours)
    except Exception as problem:
        error = f"{type(problem).__name__} in the program itself; please report it with this log"
        log.exception("%s failed in a way nobody foresaw", job.name)
    return error


def _tell_operators(house: House, problem: IgWorkerError, now: datetime) -> None:
    """What only a person can mend is told to the operators, once a day for each account.

    That a token is dead is told where it is heard (``flows/tokens/refusal.py``).
    """
    if not isinstance(problem, PermissionLost | AccountBlocked | Misconfigured) or is_dead(problem.said):
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
    "PermissionLost": "izin akun Instagram berkurang",
    "AccountBlocked": "akun Instagram dibatasi, pemilik akun perlu membuka aplikasi Instagram",
    "Misconfigured": "pengaturan belum lengkap",
}


def _lane(house: House, lane: str, jobs: Iterable[Job], stop: threading.Event, ending: Ending) -> None:
    try:
        _run_lane(house, lane, jobs, stop, house.waits)
    finally:
        ending.ring()


def _run_lane(
    house: House,
    lane: str,
    jobs: Iterable[Job],
    stop: threading.Event,
    waits: RealWaits | PlayedWaits = REAL,
) -> None:
    """Let each job have its turn: at its tick, when something of it is due, and when another lane rings."""
    ours = [job for job in jobs if job.lane == lane]
    alarm = house.alarms[lane]
    # `schedule` knows the machine's time only.
    ticks = PlayedTicks(waits.stopwatch) if waits.played else schedule.Scheduler()
    failing: set[str] = set()  # these wait for their tick, or for what comes due: no hot loop on a full disk
    for job in ours:
        # Its timedelta takes any number of seconds; only its annotation wants whole ones.
        ticks.every(job.every).seconds.do(_unless_stopping, house, job, stop, failing)  # type: ignore[arg-type]
    ticks.run_all()
    while not stop.is_set():
        ticks.run_pending()
        write_down(house, lane)
        left = ticks.idle_seconds or 0.0
        if _set_back(ticks, left):
            ticks.run_all()
            continue
        idle = max(left, 0.0) + _together(ticks)
        coming = {job: _seconds_to_next(house, job, failing) for job in ours}
        due = {job: wait for job, wait in coming.items() if wait < idle}
        house.pulse.rests()
        rung = waits.wait(alarm, idle, min(coming.values(), default=FOR_EVER))
        house.pulse.works(lane, lane)
        if rung:  # else a ring that comes right now is kept for the next wait
            alarm.clear()
        for job in [job for job in ours if job.name not in failing] if rung else due:
            _unless_stopping(house, job, stop, failing)
    write_down(house, lane)


def _together(ticks: schedule.Scheduler | PlayedTicks) -> float:
    """Seconds by which the next ticks may come late, so that those of a lane that are hardly apart come at once.

    Each waking costs as much as a job.
    """
    if isinstance(ticks, PlayedTicks):
        return 0.0
    runs = sorted((each.next_run, each.interval) for each in ticks.jobs if each.next_run is not None)
    first, interval = runs[0]
    apart = [(run - first).total_seconds() for run, _ in runs if interval >= SLOW_TICK]
    return max((each for each in apart if each <= HARDLY_APART), default=0.0)


def _set_back(ticks: schedule.Scheduler | PlayedTicks, left: float) -> bool:
    """Whether a tick waits for a time that was: the machine's clock was set back, perhaps between two jobs' turns.

    ``left`` are the seconds to the first tick, fewer than none where a job's turn took longer than another's interval.
    """
    if isinstance(ticks, PlayedTicks):
        return ticks.set_back
    runs = {each.next_run: each.interval for each in ticks.jobs if each.next_run is not None}
    first = min(runs)
    return any(left + (run - first).total_seconds() > interval + LEFT_ALONE for run, interval in runs.items())


def _unless_stopping(house: House, job: Job, stop: threading.Event, failing: set[str]) -> None:
    if stop.is_set():
        return
    house.pulse.works(job.lane, job.name)
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
