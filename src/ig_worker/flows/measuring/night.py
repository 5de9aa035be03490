"""The parts of a night's reading: each asks Instagram, keeps the answer and notes that it is done, by itself."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ig_worker.domain.instagram import Media, MediaRead, Metric, MetricsRead, Why
from ig_worker.domain.nights import (
    KEPT_DAYS,
    LONGEST_WINDOW,
    ONE_DAY,
    day_of_meta,
    is_settled,
    meta_day,
    newest_closed,
)
from ig_worker.flows.measuring.rules import Measuring, Rules
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, figures, inbox
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)

DAYS = "insights"
"""The nightly runs of this name are the days whose totals were read."""

ASKED = "insights asked"
"""The days of which Instagram had nothing at all yet."""

SERIES = "insights series"
"""The windows whose series was read, each under its last day."""

PROFILE, MEDIA, ONLINE, AUDIENCE = (f"insights {part}" for part in ("profile", "media", "online", "audience"))
"""Of these only the last run is remembered."""

SERIES_NAMES = ("reach", "follower_count")
FOLLOWERS = "followers_count"

FEW_FOLLOWERS = 100
OF_MANY_FOLLOWERS = ("follower_count", "follows_and_unfollows", "online_followers", "follower_demographics")
"""With fewer followers Meta gives none of these, and says no more of it than that there is no data (section E)."""

POSTS_AT_ONCE = 50
"""So many posts are kept in one transaction: nobody else waits long for the database."""


class Night:
    """What is read of one account, and how it is kept."""

    def __init__(
        self, account: str, database: Database, instagram: Measuring, clock: Clock, rules: Rules
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._rules = rules

    def profile(self) -> None:
        """The total of followers: it belongs to the last day that is over, and its first reading stands."""
        day = newest_closed(self._clock.now())
        profile = self._instagram.profile()
        now = self._clock.now()
        counts = {FOLLOWERS: profile.followers_count, "follows_count": profile.follows_count}
        read = [Metric(name, float(value), day) for name, value in counts.items() if value is not None]
        with self._database.writing() as connection:
            accounts.known(connection, self._account, profile.ig_user_id, profile.username)
            figures.keep_first(connection, self._account, read, now)
            figures.mark_last(connection, PROFILE, self._account, day, now)

    def series(self, begin: date, end: date, wanted: Collection[date]) -> None:
        """What Meta gives as a series: read of the days that are `wanted`, and of the others where it was not known."""
        recent = day_of_meta(meta_day(self._clock.now()))[0] - day_of_meta(begin)[0] <= LONGEST_WINDOW
        read = self._instagram.daily_series(begin, end, new_followers=recent)
        now = self._clock.now()
        asked = [one for one in read.metrics if one.day is not None and begin <= one.day <= end]
        fresh = tuple(one for one in asked if one.day in wanted or not is_settled(one.day or end, now))
        kept = set(fresh)
        had = {(one.day, one.name) for one in fresh}
        with self._database.writing() as connection:
            figures.keep(connection, self._account, end, MetricsRead(fresh), now)
            # What came before the account was measured, as far as Meta gives it.
            figures.keep_first(connection, self._account, [one for one in asked if one not in kept], now)
            for day in wanted:
                reasons = {
                    name: read.missing.get(name) or read.missing.get(figures.ALL) or Why.NO_DATA
                    for name in SERIES_NAMES
                    if (day, name) not in had
                }
                if begin <= day <= end:
                    reasons = self._reasons(connection, reasons)
                    figures.note_missing(connection, self._account, day, reasons, now)
            long_ago = end - 2 * KEPT_DAYS * ONE_DAY
            figures.unmark(connection, SERIES, self._account, date.min, long_ago)
            figures.mark_night(connection, SERIES, self._account, end, now)

    def day(self, day: date) -> bool:
        """The account's figures of one of Meta's days; False where it is given up, for Meta has none of it."""
        read = self._instagram.account_insights(day)
        now = self._clock.now()
        nothing = not read.metrics and (not read.missing or Why.NO_DATA in read.missing.values())
        with self._database.writing() as connection:
            if nothing and not is_settled(day, now):
                self._note_nothing(connection, day, read, now)
                figures.mark_night(connection, ASKED, self._account, day, now)
                log.info("Instagram has no figures of %s for %s yet", day, self._account)
                return True
            figures.unmark(connection, ASKED, self._account, day, day)
            figures.mark_night(connection, DAYS, self._account, day, now)
            if nothing:
                self._note_nothing(connection, day, read, now)
            else:
                read = replace(read, missing=self._reasons(connection, read.missing))
                figures.keep(connection, self._account, day, read, now)
                self._note_followers(connection, day, now)
        return not nothing

    def media(self) -> tuple[Media, ...]:
        """The posts of the last weeks with their figures; returns the posts."""
        since = self._clock.now() - timedelta(days=self._rules.media_days)
        reads = self._instagram.media_insights(since)
        now = self._clock.now()
        parts = [reads[begin : begin + POSTS_AT_ONCE] for begin in range(0, len(reads), POSTS_AT_ONCE)]
        for part in parts:
            with self._database.writing() as connection:
                self._keep_posts(connection, part, now)
        with self._database.writing() as connection:
            figures.mark_last(connection, MEDIA, self._account, meta_day(now), now)
        log.info("figures of %s posts of %s", len(reads), self._account)
        return tuple(one.media for one in reads)

    def online(self) -> None:
        """When followers are online, by the hour, for the day that Meta names."""
        read = self._instagram.online_followers()
        now = self._clock.now()
        day = newest_closed(now)
        with self._database.writing() as connection:
            read = replace(read, missing=self._reasons(connection, read.missing))
            figures.keep(connection, self._account, day, read, now)
            figures.mark_last(connection, ONLINE, self._account, day, now)

    def audience(self) -> None:
        """Who the followers are, by age, sex and city."""
        read = self._instagram.audience()
        now = self._clock.now()
        day = newest_closed(now)
        with self._database.writing() as connection:
            read = replace(read, missing=self._reasons(connection, read.missing))
            figures.keep_snapshot(connection, self._account, day, read, now)
            figures.mark_last(connection, AUDIENCE, self._account, day, now)

    def give_up(self, days: Collection[date]) -> None:
        """These days are too old to be had."""
        now = self._clock.now()
        with self._database.writing() as connection:
            figures.note_gaps(connection, self._account, days, now)
            figures.mark_nights(connection, DAYS, self._account, days, now)

    def _reasons(self, connection: Connection, missing: Mapping[str, Why]) -> dict[str, Why]:
        """Why figures are not there, as far as the number of followers explains it."""
        followers = figures.newest(connection, self._account, FOLLOWERS)
        too_few = followers is not None and followers < FEW_FOLLOWERS
        return {
            name: Why.TOO_FEW if too_few and why is Why.NO_DATA and name in OF_MANY_FOLLOWERS else why
            for name, why in missing.items()
        }

    def _keep_posts(self, connection: Connection, reads: tuple[MediaRead, ...], now: datetime) -> None:
        for one in reads:
            inbox.remember_media(connection, self._account, one.media)
        by_id = {one.media.ig_id: one.read for one in reads}
        figures.keep_media(connection, self._account, meta_day(now), by_id, now)

    def _note_nothing(self, connection: Connection, day: date, read: MetricsRead, now: datetime) -> None:
        """Where there is not even a part of the day, one line says so; else each figure is missed by its name."""
        if figures.has_any(connection, self._account, day):
            figures.note_missing(connection, self._account, day, read.missing, now)
        else:
            figures.note_gaps(connection, self._account, [day], now)

    def _note_followers(self, connection: Connection, day: date, now: datetime) -> None:
        """The total of a day on which it was not read cannot be had later."""
        figures.note_missing(connection, self._account, day, {FOLLOWERS: Why.NO_DATA}, now)
