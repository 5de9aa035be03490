"""Whether the worker's threads advance: when each last showed a sign of life, and how long it may be silent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ig_worker.clock import stopwatch

SILENT = 180.0
"""Seconds that a thread may work without a sign of life (a transaction, a call begun or ended): a picture, a page."""

STUCK_AFTER = 600.0
"""Seconds beyond what it may be silent after which a thread counts as stuck for good."""


@dataclass(frozen=True)
class Stuck:
    """A thread that does not advance: its name (a lane or an account), the job it is at, seconds of silence."""

    thread: str
    job: str
    seconds: float


@dataclass
class _Sign:
    at: float
    may_be_silent: float


class Pulse:
    """The signs of life of all threads of one worker. Every method may be called by any thread.

    `patient` is for what stands in no call of ours and may take long: seconds of silence by lane.
    """

    def __init__(
        self,
        patient: Callable[[str], float] = lambda lane: SILENT,
        watch: Callable[[], float] = stopwatch,
        stuck_after: float = STUCK_AFTER,
    ) -> None:
        self._patient = patient
        self._watch = watch
        self._stuck_after = stuck_after
        self._signs: dict[int, _Sign] = {}
        self._lanes: dict[int, tuple[str, str, float]] = {}  # by thread: lane, job, since

    def felt(self) -> None:
        """This thread advances."""
        self._signs[threading.get_ident()] = _Sign(self._watch(), 0.0)

    def may_be_silent(self, seconds: float) -> None:
        """This thread begins something that may take so long."""
        self._signs[threading.get_ident()] = _Sign(self._watch(), seconds)

    def works(self, lane: str, job: str) -> None:
        """This thread, a lane, begins a job, or looks what is due."""
        self._lanes[threading.get_ident()] = (lane, job, self._watch())
        self.felt()

    def rests(self) -> None:
        """This thread, a lane, waits for what comes due."""
        self._lanes.pop(threading.get_ident(), None)

    def at_work(self) -> dict[str, tuple[str, float]]:
        """The job of each lane that is at one and advances, and for how many seconds it has been."""
        now = self._watch()
        return {
            lane: (job, now - since)
            for ident, (lane, job, since) in self._lanes.copy().items()
            if self._silence(ident, lane, now) <= 0
        }

    def stuck(self, beside: Iterable[tuple[str, str, threading.Thread]] = ()) -> list[Stuck]:
        """The threads that do not advance; `beside` are those of accounts, each with its lane and its job."""
        now = self._watch()
        at_work = [(ident, lane, lane, job) for ident, (lane, job, _) in self._lanes.copy().items()]
        for lane, job, thread in beside:
            if thread.ident is not None and thread.is_alive():
                # One that has given no sign at all has its time from now on.
                self._signs.setdefault(thread.ident, _Sign(now, 0.0))
                at_work.append((thread.ident, lane, thread.name, job))
        found = [
            Stuck(name, job, now - self._signs[ident].at)
            for ident, lane, name, job in at_work
            if self._silence(ident, lane, now) > self._stuck_after
        ]
        alive = {thread.ident for thread in threading.enumerate()}
        for ident in set(self._signs) - alive:
            self._signs.pop(ident, None)
        return found

    def _silence(self, ident: int, lane: str, now: float) -> float:
        """Seconds by which its silence is longer than it may be; below zero while all is well."""
        sign = self._signs.get(ident)
        if sign is None:
            return -1.0
        return now - sign.at - max(sign.may_be_silent, self._patient(lane))
