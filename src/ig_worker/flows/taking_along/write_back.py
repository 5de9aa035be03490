"""Writes each night's figures into the centre's own spreadsheet at Google: a row for each account and day of Meta's.

What is to be written is decided from the database: the days that were read since they were last written. So a night
without Google is made up for, and a day that Instagram corrects is corrected there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Protocol

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Throttled, Unanswered
from ig_worker.domain.figure_lists import days_list
from ig_worker.domain.nights import newest_closed
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.taking_along.book import account_days
from ig_worker.store import figures, read_figures
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)

JOB = "insights_sheet"

FURTHEST_BACK = 90
"""Days that are looked at: older ones do not change any more."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


class FigureTaker(Protocol):
    """A worksheet that takes rows, each known by its account and day."""

    def write(self, heads: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> int:
        """Write the rows; returns how many cells changed. Raises Misconfigured, Throttled or Unanswered."""
        ...


@dataclass(frozen=True)
class Rules:
    """Whose figures are written, and the centre's zone."""

    accounts: Sequence[str]
    zone: tzinfo


class WriteBack:
    """One worksheet, again and again."""

    def __init__(
        self, sheet: FigureTaker, database: Database, outbox: Outbox, clock: Clock, rules: Rules
    ) -> None:
        self._sheet = sheet
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._failures = 0
        self._not_before: datetime | None = None
        self._last_error: IgWorkerError | None = None

    def run(self, *, at_any_time: bool = False) -> None:
        """Write what was read since it was last written. After a failure the pauses grow, except `at_any_time`."""
        now = self._clock.now()
        waits = self._not_before is not None and now < self._not_before and not at_any_time
        if self._last_error is not None and waits:
            raise self._last_error.with_traceback(None)
        with self._database.reading() as connection:
            due = {name: days for name in self._rules.accounts if (days := _due(connection, name, now))}
            heads, rows = self._rows(connection, due)
        if not due:
            return
        try:
            changed = self._sheet.write(heads, rows)
        except (Throttled, Unanswered) as error:
            self._wait_longer(error, now)
            raise
        except Misconfigured as error:
            self._wait_longer(error, now)
            self._tell(error, now)
            raise
        self._failures, self._not_before, self._last_error = 0, None, None
        with self._database.writing() as connection:
            for name, days in due.items():
                # The moment before the figures were looked up: what is read meanwhile is written next time.
                figures.mark_nights(connection, JOB, name, days, now)
        log.info("%d days of figures are in the spreadsheet, %d cells changed", len(rows), changed)

    def _rows(
        self, connection: Connection, due: Mapping[str, Sequence[date]]
    ) -> tuple[list[str], list[list[str | float | None]]]:
        found = [
            day
            for name, days in due.items()
            for day in account_days(connection, name, min(days), max(days))
            if day.day in days
        ]
        listed: dict[str, Any] = days_list(found)
        columns = listed["columns"]
        rows = [[row[column["name"]] for column in columns] for row in listed["rows"]]
        return [column["head"] for column in columns], rows

    def _wait_longer(self, error: IgWorkerError, now: datetime) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
        if isinstance(error, Throttled):
            pause = max(pause, timedelta(seconds=error.wait_seconds))
        self._failures += 1
        self._last_error, self._not_before = error, now + pause

    def _tell(self, error: Misconfigured, now: datetime) -> None:
        """Somebody has to do something: the operators are told, of the same thing once a day."""
        said = f"{error}. {error.cure}"
        day = now.astimezone(self._rules.zone).date()
        letter = Letter(
            key=f"{JOB}:{day}:{hashlib.sha256(said.encode()).hexdigest()[:32]}",
            title="Angka Instagram belum dapat ditulis ke Google Sheets",
            body=f"{said}\n\nAngkanya aman tersimpan dan ditulis begitu lembarnya dapat dibuka.",
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "operators", letter)


def _due(connection: Connection, account: str, now: datetime) -> list[date]:
    """Meta's closed days that were read since they were written, oldest first."""
    last = newest_closed(now)
    since = last - timedelta(days=FURTHEST_BACK - 1)
    read = read_figures.read_at(connection, account, since)
    written = figures.nights(connection, JOB, account, since)
    return sorted(
        day
        for day, at in read.items()
        if day <= last and (day not in written or (at is not None and at > written[day]))
    )
