"""When this centre is open, and what is due when: its configuration over the country's holidays."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ig_worker.clock import stopwatch
from ig_worker.domain.deadlines import deadlines
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.national_days import closed_days

if TYPE_CHECKING:
    from ig_worker.config import Settings

log = logging.getLogger(__name__)

URGENT = ("mendesak", "darurat")
"""The severities for which ``[cases] urgent_profile`` counts."""

TRIED_AGAIN_AFTER = 600.0
"""Seconds in which holidays that could not be computed are not asked for again: a failure may take a minute, and each
case would wait for it with its transaction open."""


class CentreCalendar:
    """The calendar of one centre."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[tuple[int, ...], WorkingCalendar] = {}
        self._failed_at: float | None = None

    def around(self, at: datetime) -> WorkingCalendar:
        """The calendar with the holidays of the year of ``at``, of the one before and of the two after it.

        Where the holidays cannot be computed it goes without them: a deadline that is too early does no harm, a
        complaint of which nobody is told would.
        """
        return self.over(at, at)

    def over(self, first: datetime, last: datetime) -> WorkingCalendar:
        """The same for all years from that of ``first`` to that of ``last``."""
        zone = self._settings.zone
        years = tuple(range(first.astimezone(zone).year - 1, last.astimezone(zone).year + 3))
        if years not in self._known:
            if self._failed_at is not None and stopwatch() - self._failed_at < TRIED_AGAIN_AFTER:
                return self._settings.working_calendar(())
            try:
                national = closed_days(years)
            except Misconfigured as error:
                self._failed_at = stopwatch()
                log.warning("deadlines are counted without holidays: %s %s", error, error.cure)
                return self._settings.working_calendar(())
            self._known[years] = self._settings.working_calendar(national)
        return self._known[years]

    def due(self, opened_at: datetime, severity: str) -> Iterable[tuple[str, datetime]]:
        """The deadlines of a case that opened then, each with its name, the earliest first."""
        steps = self._settings.cases.steps(urgent=severity in URGENT)
        return [(line.name, line.due_at) for line in deadlines(steps, opened_at, self.around(opened_at))]
