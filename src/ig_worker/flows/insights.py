"""Gathers insights every night, and catches up for every night that was missed.

Account figures belong to Meta's days, which are Pacific time (`instagram_api.md`, section E); a day is read once it is
closed. Media figures are what a post has gathered until the reading.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from ig_worker.domain.instagram import Metric
from ig_worker.flows.ports import Account, Clock, Insights
from ig_worker.store import accounts, figures
from ig_worker.store.database import Database

log = logging.getLogger(__name__)

JOB = "insights"
META_ZONE = ZoneInfo("America/Los_Angeles")
PAUSE_AFTER_FAILURE = timedelta(minutes=30)
"""A night's reading that failed is not begun again sooner: it costs many calls."""

FURTHEST_BACK = 30
"""Days that are caught up at most: Meta gives no more than 30 days in one window."""


class Measuring(Insights, Account, Protocol):
    """What collecting needs of Instagram."""


@dataclass(frozen=True)
class Rules:
    """When the night's run is due, and how long a post's figures are followed."""

    zone: tzinfo
    at: time = time(1, 15)
    media_days: int = 30


class InsightsCollector:
    """One account's figures."""

    def __init__(
        self, account: str, database: Database, instagram: Measuring, clock: Clock, rules: Rules
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._rules = rules
        self._quiet_until: datetime | None = None

    def run(self, *, at_any_time: bool = False) -> None:
        """Read every day that was closed at the last night's hour and has no run yet; or, `at_any_time`, is now."""
        now = self._clock.now()
        if self._quiet_until is not None and now < self._quiet_until and not at_any_time:
            return
        days = self._missing_days(now if at_any_time else self._last_night(now))
        if at_any_time and not days:
            days = [now.astimezone(META_ZONE).date() - timedelta(days=1)]  # asked for: read once more
        if not days:
            return
        self._quiet_until = now + PAUSE_AFTER_FAILURE
        self._read(days, now)
        self._quiet_until = None

    def _read(self, days: list[date], now: datetime) -> None:
        followers = self._instagram.profile()
        since = now - timedelta(days=self._rules.media_days)
        readings = [*self._instagram.media_insights(since), *self._instagram.stories_insights()]
        today = now.astimezone(self._rules.zone).date()
        with self._database.writing() as connection:
            accounts.known(connection, self._account, followers.ig_user_id, followers.username)
            counts = {"followers_count": followers.followers_count, "follows_count": followers.follows_count}
            totals = [
                Metric(name, float(value), today) for name, value in counts.items() if value is not None
            ]
            figures.store(connection, self._account, "", today, totals)
            for reading in readings:
                figures.store(connection, self._account, reading.media.ig_id, today, reading.read.metrics)
        for day in days:
            self._read_day(day)

    def _last_night(self, now: datetime) -> datetime:
        """The latest moment at which the night's hour struck."""
        local = now.astimezone(self._rules.zone)
        tonight = datetime.combine(local.date(), self._rules.at, self._rules.zone)
        return tonight if tonight <= local else tonight - timedelta(days=1)

    def _missing_days(self, night: datetime) -> list[date]:
        newest = night.astimezone(META_ZONE).date() - timedelta(days=1)
        with self._database.reading() as connection:
            done = figures.nights_done(connection, JOB, self._account)
        oldest = max(min(done, default=newest), newest - timedelta(days=FURTHEST_BACK - 1))
        span = [oldest + timedelta(days=offset) for offset in range((newest - oldest).days + 1)]
        return [day for day in span if day not in done]

    def _read_day(self, day: date) -> None:
        series = self._instagram.daily_series(day, day)
        totals = self._instagram.account_insights(day)
        for name, reason in (series.refused | totals.refused).items():
            log.warning("Instagram no longer gives %s: %s", name, reason)
        with self._database.writing() as connection:
            metrics = (*series.metrics, *totals.metrics)
            count = figures.store(connection, self._account, "", day, metrics)
            figures.mark_night(connection, JOB, self._account, day, self._clock.now())
        log.info("insights of %s for %s: %s figures", self._account, day, count)
