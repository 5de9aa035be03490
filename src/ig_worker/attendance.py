"""Writes down when each job began and how it ended, and spares a small server's disk what says nothing new."""

from __future__ import annotations

import threading
from datetime import datetime

from ig_worker.clock import stopwatch
from ig_worker.store import jobs
from ig_worker.store.database import Database

AT_LEAST_EVERY = 20.0
"""Seconds after which the success of a job that runs every few seconds is written again; each write is a sync."""

AS_IT_SHOULD = 0.5
"""Seconds by which time may have passed otherwise than on the stopwatch; else a clock was moved, and is written."""


AT_ONCE_AFTER = 1.0
"""Seconds that a success may wait to be written together with those that follow it in the same turn of a lane."""


class Attendance:
    """The book of one process; each job is written by one thread at a time, a turn of its lane as one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._succeeded: dict[str, tuple[datetime, float]] = {}
        self._turn = threading.local()

    def began(self, job: str, now: datetime) -> None:
        """The job begins; StorageError where that cannot be written.

        After a success it is not: the next one says it as well. Before the first, and after a failure, it is written,
        so that nobody is asked anything for a book that cannot be kept.
        """
        if job not in self._succeeded:
            with self._database.noting() as connection:
                jobs.started(connection, job, now)

    def succeeded(self, job: str, began: datetime) -> None:
        """The job that began then ended well; it is written by `write`, or now where it should not wait longer."""
        if self._is_known(job, began):
            return
        unwritten, now = self._unwritten(), stopwatch()
        unwritten[job] = (began, now)
        if now - min(at for _, at in unwritten.values()) >= AT_ONCE_AFTER:
            self.write()

    def write(self) -> None:
        """The turn of this thread's lane ends: write what succeeded in it; StorageError where that cannot be."""
        unwritten = self._unwritten()
        if not unwritten:
            return
        self._turn.unwritten = {}
        for job in unwritten:
            self._succeeded.pop(job, None)
        with self._database.noting() as connection:
            jobs.all_succeeded(connection, {job: began for job, (began, _) in unwritten.items()})
        self._succeeded |= unwritten

    def _unwritten(self) -> dict[str, tuple[datetime, float]]:
        if not hasattr(self._turn, "unwritten"):
            self._turn.unwritten = {}
        unwritten: dict[str, tuple[datetime, float]] = self._turn.unwritten
        return unwritten

    def failed(self, job: str, now: datetime, error: str) -> None:
        """The job ended in an error, said in one line."""
        self._succeeded.pop(job, None)
        self._unwritten().pop(job, None)
        with self._database.noting() as connection:
            jobs.failed(connection, job, now, error)

    def _is_known(self, job: str, now: datetime) -> bool:
        if job not in self._succeeded:
            return False
        written, at = self._succeeded[job]
        passed, by_clock = stopwatch() - at, (now - written).total_seconds()
        return passed < AT_LEAST_EVERY and (by_clock == 0 or abs(by_clock - passed) < AS_IT_SHOULD)
