"""Looks at the stories while they are up: their figures are gone with them.

What was read stays; a later look that finds nothing changes nothing. A story that ended unread is named as a gap.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from ig_worker.domain.errors import Throttled
from ig_worker.domain.instagram import MediaRead, MetricsRead, Why
from ig_worker.domain.nights import meta_day
from ig_worker.domain.story_readings import LIFE, is_last_chance, next_look
from ig_worker.flows.measuring.rules import GIVES_WAY_AT, LAST_CHANCE_AT, Measuring, Rules
from ig_worker.flows.ports import Clock
from ig_worker.store import figures, stories
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)

JOB = "insights stories"
"""Under this name the last look is remembered."""

IN_TIME = timedelta(minutes=5)
"""A last look that failed is tried again after this, and may still be in time."""

AT_LEISURE = timedelta(minutes=30)
"""The same for a look that is not the last."""

FULL = timedelta(minutes=10)
"""So long a look leaves the calls to others."""

ADOPTED = timedelta(days=7)
"""So far back the stories published here are looked for at the very first look."""


class StoryReader:
    """One account's stories."""

    def __init__(
        self, account: str, database: Database, instagram: Measuring, clock: Clock, rules: Rules
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._rules = rules
        self._quiet_until: datetime | None = None

    def next_moment(self) -> datetime:
        """When the next look is due."""
        now = self._clock.now()
        with self._database.reading() as connection:
            known = stories.known(connection, self._account, now)
            last = self._last_look(connection)
        moment = next_look(known, last, now, self._rules.stories_every)
        return max(moment, self._quiet_until) if self._is_quiet(now) and self._quiet_until else moment

    def run(self) -> None:
        """Look if a look is due. Raises what stopped it; the next try comes after a pause."""
        # Before the clock is read: a first look is due at once, and "at once" is a moment that is over by then.
        moment = self.next_moment()
        now = self._clock.now()
        if moment > now:
            return
        with self._database.reading() as connection:
            last_chance = is_last_chance(stories.known(connection, self._account, now), now)
        if self._instagram.calls_used() >= (LAST_CHANCE_AT if last_chance else GIVES_WAY_AT):
            self._quiet_until = now + FULL
            return
        self._quiet_until = now + (IN_TIME if last_chance else AT_LEISURE)
        try:
            self.look()
        except Throttled as error:
            self._quiet_until = now + max(IN_TIME, timedelta(seconds=error.wait_seconds))
            raise
        self._quiet_until = None

    def look(self) -> None:
        """Read the figures of all stories that are up."""
        reads = self._instagram.stories_insights()
        now = self._clock.now()
        with self._database.writing() as connection:
            self._keep(connection, reads, now)

    def _keep(self, connection: Connection, reads: tuple[MediaRead, ...], now: datetime) -> None:
        last = self._last_look(connection)
        since = min(last, now) if last is not None else now - ADOPTED
        stories.adopt_published(connection, self._account, since - LIFE)
        figures.keep_media(
            connection, self._account, meta_day(now), {one.media.ig_id: one.read for one in reads}, now
        )
        had = {one.media.ig_id for one in reads if one.read.metrics}
        stories.looked_at(connection, self._account, [one.media for one in reads], had, now)
        self._name_gaps(connection, since, now)
        figures.mark_last(connection, JOB, self._account, meta_day(now), now)
        if reads:
            log.info("stories of %s: %s up, figures of %s", self._account, len(reads), len(had))

    def _name_gaps(self, connection: Connection, since: datetime, now: datetime) -> None:
        nothing = MetricsRead((), missing={figures.ALL: Why.NO_DATA})
        for one in stories.ended(connection, self._account, since, now):
            story = one.story
            if story.had_its_last_look() and (one.measured or one.excused):
                continue
            posted = story.posted_at.astimezone(self._rules.zone).strftime("%Y-%m-%d %H:%M")
            if one.measured:
                log.warning(
                    "story %s of %s (%s) ended before its last look; its figures are of an earlier hour",
                    story.ig_id,
                    self._account,
                    posted,
                )
                continue
            log.warning(
                "story %s of %s (%s) ended unread; it has no figures", story.ig_id, self._account, posted
            )
            day = meta_day(story.ends_at)
            figures.keep_media(connection, self._account, day, {story.ig_id: nothing}, now)

    def _last_look(self, connection: Connection) -> datetime | None:
        last = figures.last_nights(connection, self._account, [JOB]).get(JOB)
        return last[1] if last is not None else None

    def _is_quiet(self, now: datetime) -> bool:
        """Whether a pause goes on; one that a clock set back has made too long is over."""
        return self._quiet_until is not None and now < self._quiet_until <= now + timedelta(days=1)
