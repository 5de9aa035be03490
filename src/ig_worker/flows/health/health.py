"""Looks every minute whether the worker is well, tells the operators what is not, and tells the outside that it is."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.lateness import is_worth_telling, was_away
from ig_worker.domain.token_life import is_stop
from ig_worker.domain.told import OPERATORS
from ig_worker.flows.each import Each
from ig_worker.flows.health import alive, letters
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.standing import standing
from ig_worker.store import facts, running
from ig_worker.store.database import Connection, Database, StorageError

log = logging.getLogger(__name__)

LATE_TOLD, DISK_LOW, ALIVE_SAID = "late_told", "disk_low", "alive_said"
"""Facts: which jobs' lateness was told of, since when the disk is nearly full, the day of the last line."""

OWN = "health"

SEEN_FOR = 45.0
"""Seconds that a job must be seen late before it is told: after a sleep, or a clock that was set, it catches up."""

MORE_THAN_ENOUGH = 1.2
"""So many times the space wanted must be free before it counts as enough again."""

LONG_TURN = 30.0
"""Seconds after which a job that is at work and advances excuses those that wait in its lane."""

PUT_RIGHT_WITHIN = 3600.0
"""Seconds after the start in which a clock without a battery is put right, once there is a line again."""

JUMPED = timedelta(minutes=30)
"""So much more has passed by the clock than by the stopwatch: it was behind at the start."""


class ClockCheck(Protocol):
    """What is known of the machine's clock."""

    def look(self, connection: Connection, now: datetime) -> Letter | None:
        """Write down how far it is off; the letter to send where that became wrong or right."""
        ...


class Stuck(Protocol):
    """A thread that does not advance."""

    @property
    def thread(self) -> str: ...

    @property
    def job(self) -> str: ...


@dataclass(frozen=True)
class Rules:
    """``expected`` seconds between the runs of each job, ``accounts`` those of the configuration (None: all that were
    ever known); the rest as in ``[health]``."""

    expected: Mapping[str, float]
    zone: tzinfo
    alive_at: time | None
    least_free_mb: int
    ping_every: float
    data_dir: Path
    accounts: Collection[str] | None = None


@dataclass(frozen=True)
class _Start:
    """A start after which nothing was told: by the clock, by the stopwatch, and what was known of the time before."""

    at: datetime
    seconds: float
    sign: datetime
    in_order: bool


class Health:
    """The health of one worker. `stuck` is what the worker has found of its threads."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
        *,
        stopwatch: Callable[[], float],
        since_boot: Callable[[], float],
        free_bytes: Callable[[], int | None],
        ping: Callable[[], object] | None,
        at_work: Callable[[], Mapping[str, tuple[str, float]]] = dict,
        clock_check: ClockCheck | None = None,
    ) -> None:
        """`since_boot` is a stopwatch that runs on while the machine sleeps, and goes with a clock that is played."""
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._stopwatch = stopwatch
        self._since_boot = since_boot
        self._free_bytes = free_bytes
        self._ping = ping
        self._at_work = at_work
        self._clock_check = clock_check
        self._seen_late: dict[str, tuple[str | None, float]] = {}
        self._pinged_at: float | None = None
        self._start: _Start | None = None
        self.lanes: Mapping[str, str] = {}
        """The lane of each job; empty in a single pass, where none waits for another."""
        self.stuck: Sequence[Stuck] = ()

    def begin(self) -> None:
        """The worker starts for good: written down, and told where it was away for long."""
        now = self._clock.now()
        try:
            with self._database.writing() as connection:
                before, sign = running.newest(connection), running.last_sign(connection)
                running.began(connection, now)
                if sign is not None:
                    in_order = before is not None and before.stopped_at is not None
                    start = _Start(now, self._since_boot(), sign, in_order)
                    self._start = None if self._tell_away(connection, start, now) else start
        except StorageError as error:
            log.warning("the start cannot be written down: %s", type(error).__name__)

    def _tell_away(self, connection: Connection, start: _Start, began: datetime) -> bool:
        if not was_away(start.sign, began, self._rules.expected.get("inbox", 0)):
            return False
        letter = letters.was_away(start.sign, began, self._rules.zone, in_order=start.in_order)
        self._outbox.tell(connection, self._clock.now(), OPERATORS, letter)
        log.warning("nothing ran from %s to %s", start.sign, began, extra={"action": "was_away"})
        return True

    def _judge_start_anew(self, now: datetime) -> None:
        """A clock without a battery was behind at the start: what it was then is known once it is put right."""
        start = self._start
        if start is None:
            return
        passed = self._since_boot() - start.seconds
        if passed > PUT_RIGHT_WITHIN:
            self._start = None
            return
        jumped = now - start.at - timedelta(seconds=passed)
        if jumped > JUMPED:
            with self._database.writing() as connection:
                self._tell_away(connection, start, start.at + jumped)
            self._start = None

    def end(self, asked_by: str) -> None:
        """The worker ends in order."""
        try:
            with self._database.writing() as connection:
                running.ended(connection, self._clock.now())
        except StorageError as error:
            log.warning("the end (%s) cannot be written down: %s", asked_by, type(error).__name__)

    def run(self) -> None:
        """One look. A ping that fails is a line in the log and no more."""
        now = self._clock.now()
        self._note_lanes(now)
        rules = self._rules
        document = standing(self._database, rules.expected, now, rules.data_dir, names=rules.accounts)
        each = Each()
        each.do("the start", self._judge_start_anew, now)
        each.do("what is late", self._tell_late, document, now)
        each.do("what is stuck", self._tell_stuck, now)
        each.do("the clock", self._look_at_clock, now)
        free = self._free_bytes()
        each.do("the disk", self._look_at_disk, free, now)
        each.do("the daily line", self._say_alive, document, free, now)
        others_well = not any(line["late"] for line in document["jobs"] if line["name"] != OWN)
        if others_well and not self.stuck and not each.failed:
            self._send_ping()
        each.end()

    def _note_lanes(self, now: datetime) -> None:
        """Who waits in its lane for a long job that advances is not late."""
        busy = {lane for lane, (_, seconds) in self._at_work().items() if seconds >= LONG_TURN}
        waiting = sorted(job for job, lane in self.lanes.items() if lane in busy and job != OWN)
        stuck = sorted(f"{each.thread} ({each.job})" for each in self.stuck)
        with self._database.writing() as connection:
            running.set_lanes(connection, running.Lanes(waiting, stuck), now)

    def _tell_late(self, document: Mapping[str, Any], now: datetime) -> None:
        lines = {
            line["name"]: line
            for line in document["jobs"]
            # That an account is stopped was told at its stop.
            if line["late"] and line["name"] != OWN and not is_stop(line["last_error"] or "")
        }
        late = {line["name"] for line in document["jobs"] if line["late"]}
        seen = self._stopwatch()
        self._seen_late = {
            name: known
            if (known := self._seen_late.get(name)) is not None and known[0] == line["last_success_at"]
            else (line["last_success_at"], seen)
            for name, line in lines.items()
        }
        with self._database.writing() as connection:
            told = _list(connection, LATE_TOLD)
            # Who waits for a long job of its lane is not late, and did not run either.
            not_well = late | set(running.lanes(connection, now).waiting)
            if lines and (well := [name for name in told if name not in not_well]):
                # Told anew when it is late anew, however long another one stays late.
                told = [name for name in told if name in not_well]
                facts.write(connection, LATE_TOLD, json.dumps(told), now)
                log.warning("run again: %s", ", ".join(well), extra={"action": "well_again"})
            fresh = [
                line
                for name, line in lines.items()
                if name not in told and self._is_to_be_told(line, seen, now)
            ]
            if fresh:
                self._outbox.tell(connection, now, OPERATORS, letters.late(fresh, now, self._rules.zone))
                names = [line["name"] for line in fresh]
                facts.write(connection, LATE_TOLD, json.dumps([*told, *names]), now)
                log.error("late: %s", ", ".join(names), extra={"action": "late"})
            elif told and not lines and not_well.isdisjoint(told):
                self._outbox.tell(connection, now, OPERATORS, letters.well_again(told, now))
                facts.write(connection, LATE_TOLD, "[]", now)
                log.warning("all jobs run again: %s", ", ".join(told), extra={"action": "well_again"})

    def _is_to_be_told(self, line: Mapping[str, Any], seen: float, now: datetime) -> bool:
        last = line["last_success_at"]
        every = self._rules.expected[line["name"]]
        long_enough = is_worth_telling(every, datetime.fromisoformat(last) if last else None, now)
        if not self.lanes:
            # A single pass: what it has not tried itself is nobody's trouble.
            return long_enough and line["last_error"] is not None
        return long_enough and seen - self._seen_late[line["name"]][1] >= SEEN_FOR

    def _tell_stuck(self, now: datetime) -> None:
        threads = sorted(f"{each.thread} ({each.job})" for each in self.stuck)
        with self._database.writing() as connection:
            told = _list(connection, "stuck_told")
            if threads and threads != told:
                self._outbox.tell(connection, now, OPERATORS, letters.stuck(threads, now))
            if threads != told:
                facts.write(connection, "stuck_told", json.dumps(threads), now)

    def _look_at_clock(self, now: datetime) -> None:
        if self._clock_check is None:
            return
        with self._database.writing() as connection:
            letter = self._clock_check.look(connection, now)
            if letter is not None:
                self._outbox.tell(connection, now, OPERATORS, letter)

    def _look_at_disk(self, free: int | None, now: datetime) -> None:
        if free is None:
            return
        wanted = self._rules.least_free_mb
        with self._database.reading() as connection:
            row = facts.read(connection, DISK_LOW)
        was_low = row is not None and row.value != ""
        if free < wanted * 1_000_000 and not was_low:
            letter, value = letters.disk_low(free, wanted, str(self._rules.data_dir), now), now.isoformat()
            log.error("only %d MB are free", free // 1_000_000, extra={"action": "disk_low"})
        elif was_low and free > wanted * 1_000_000 * MORE_THAN_ENOUGH:
            letter, value = letters.disk_well(free, now), ""
            log.warning("there is space again", extra={"action": "disk_well"})
        else:
            return
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, OPERATORS, letter)
            facts.write(connection, DISK_LOW, value, now)

    def _say_alive(self, document: Mapping[str, Any], free: int | None, now: datetime) -> None:
        """Once a day, and a line in the log with it whether people want one or not."""
        local = now.astimezone(self._rules.zone)
        at = self._rules.alive_at
        if local.time() < (at or time(0, 0)):
            return
        with self._database.reading() as connection:
            said = facts.read(connection, ALIVE_SAID)
        if said is not None and said.value == local.date().isoformat():
            return
        with self._database.writing() as connection:
            letter = alive.line(connection, document, now, self._rules.zone, free)
            if at is not None:
                self._outbox.tell(connection, now, OPERATORS, letter)
            facts.write(connection, ALIVE_SAID, local.date().isoformat(), now)
        log.info("%s", letter.body, extra={"action": "alive"})

    def _send_ping(self) -> None:
        now = self._stopwatch()
        due = self._pinged_at is None or now - self._pinged_at >= self._rules.ping_every - SLACK
        if self._ping is None or not due:
            return
        self._pinged_at = now
        try:
            self._ping()
        except Exception as error:  # noqa: BLE001  # whoever listens outside will miss it, and the worker is well
            log.warning("the ping was not heard: %s", type(error).__name__, extra={"action": "ping"})
        else:
            log.debug("pinged", extra={"action": "ping"})


SLACK = 1.0
"""Seconds by which a ping may come early, so that one at every tick is not missed by a moment."""


def _list(connection: Connection, name: str) -> list[str]:
    row = facts.read(connection, name)
    return list(json.loads(row.value)) if row is not None and row.value else []
