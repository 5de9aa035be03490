"""Makes last month's evaluation on the first working morning, and sends it to those who read it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.month import Month, first_opening_after
from ig_worker.domain.nights import day_of_meta
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import figures
from ig_worker.store.database import Connection, Database
from ig_worker.store.known_since import day_read_at, known_since, watched_since

if TYPE_CHECKING:
    # What makes an evaluation is wanted once a month; the worker looks every minute whether it is.
    from ig_worker.flows.evaluating.evaluator import Evaluator
    from ig_worker.flows.evaluating.papers import Papers

log = logging.getLogger(__name__)

JOB = "evaluation"

PATIENCE = timedelta(days=3)
"""So long after the month's last Meta day its figures are waited for; then what is missing is named."""

PAUSE = timedelta(minutes=15)
"""What could not be made is tried again after it: a try costs seconds."""


@dataclass(frozen=True)
class Rules:
    """The centre's zone, and when it is open around a moment."""

    zone: tzinfo
    calendar: Callable[[datetime], WorkingCalendar]


class MonthlyEvaluation:
    """One account's evaluation of the month that has just ended, once."""

    def __init__(
        self,
        account: str,
        database: Database,
        evaluator: Callable[[], Evaluator],
        papers: Callable[[], Papers],
        outbox: Outbox,
        data_dir: Path,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._evaluator = evaluator
        self._papers = papers
        self._outbox = outbox
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules
        self._failed: tuple[datetime, IgWorkerError] | None = None
        self._before_us: Month | None = None
        """A month in which the worker was not there yet."""

    def run(self, *, at_any_time: bool = False) -> None:
        """Make it when the centre first opens in the new month (or `at_any_time`); figures of the month's last day that
        Meta could have given by then are waited for. A month in which the worker was not there yet has none by itself,
        even if Meta told of it later.

        After a stop longer than a month only the last one is made; the others are there for the asking
        (``insights report --month``).
        """
        now = self._clock.now()
        month = Month.before(now.astimezone(self._rules.zone))
        if month == self._before_us and not at_any_time:
            return
        with self._database.reading() as connection:
            if month.first in figures.nights_done(connection, JOB, self._account, month.first):
                return
            since = (known_since if at_any_time else watched_since)(connection, self._account)
            if since is None:
                return
            if since >= month.span(self._rules.zone)[1]:
                self._before_us = month
                return
            calendar = self._rules.calendar(now)
            opens = first_opening_after(month, calendar, self._ready(connection, month, calendar))
        if not at_any_time:
            if now < opens:
                return
            if self._failed is not None and now < self._failed[0] + PAUSE:
                raise self._failed[1]
        try:
            self._make(month, now)
        except IgWorkerError as error:
            self._failed = now, error
            self._tell_operators(month, error, now)
            raise
        self._failed = None

    def _ready(self, connection: Connection, month: Month, calendar: WorkingCalendar) -> datetime | None:
        """When the month's last day had been read; at the latest when it is not waited for any longer.

        None where the centre opens while that day still runs in California: the morning is kept, and the paper says
        until when its figures go.
        """
        last = month.days[-1]
        _, ended = day_of_meta(last)
        if first_opening_after(month, calendar) < ended:
            return None
        read_at = day_read_at(connection, self._account, last, ended)
        return min(read_at or ended + PATIENCE, ended + PATIENCE)

    def _make(self, month: Month, now: datetime) -> None:
        doc = self._evaluator().gather(month, self._account)
        papers = self._papers()
        paths = papers.places(month, self._account)
        for form, path in paths.items():
            papers.make(doc, form, self._data_dir / path)
        letter = Letter(
            key=f"evaluation:{self._account}:{month}",
            title=f"{doc['title']} {doc['period']}",
            body=papers.said(doc),
            attachments=(paths["pdf"],),
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "report", letter)
            figures.mark_night(connection, JOB, self._account, month.first, now)
        log.info("evaluation of %s for %s made", month, self._account)

    def _tell_operators(self, month: Month, error: IgWorkerError, now: datetime) -> None:
        today = now.astimezone(self._rules.zone).date()
        title = f"Evaluasi {month.in_words} untuk {self._account} belum dapat dibuat"
        letter = Letter(
            key=f"evaluation:{self._account}:{month}:failed:{today}",
            title=title,
            body=(
                f"{title}; ig-worker mencobanya lagi setiap {PAUSE // timedelta(minutes=1)} menit.\n"
                f"Sebab: {error}\nYang perlu dilakukan: {error.cure or 'lihat log ig-worker'}\n"
                f"Bila sudah diperbaiki, dapat juga dibuat sendiri: ig-worker insights report --month {month} "
                f"--account {self._account}"
            ),
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "operators", letter)
