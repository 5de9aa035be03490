"""Gathers figures every night, and catches up for every night that was missed.

A night has parts (`night.py`), each done and noted by itself: one that fails costs no other one, and what is not
noted as done since the night began is tried again after a pause. What is due is read from the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from ig_worker.domain.errors import IgWorkerError, Throttled
from ig_worker.domain.instagram import Media
from ig_worker.domain.nights import ASTRAY, ONE_DAY, Due, due, last_night, newest_closed, windows
from ig_worker.flows.each import Each
from ig_worker.flows.measuring import night as parts
from ig_worker.flows.measuring.rules import GIVES_WAY_ASKED, GIVES_WAY_AT, Measuring, Rules
from ig_worker.flows.measuring.stories import StoryReader
from ig_worker.flows.ports import Clock
from ig_worker.store import figures
from ig_worker.store.database import Database

log = logging.getLogger(__name__)

AFTER_FAILURE, LONGEST_PAUSE = timedelta(minutes=30), timedelta(hours=4)
"""What failed is tried again after this, and twice as long each time it fails again."""

AFTER_GIVING_WAY = timedelta(minutes=10)

FAILED_IN_A_ROW = 3
"""After so many the rest would fail as well."""

AUDIENCE_EVERY = timedelta(days=7)

MANY_DAYS = 3
"""With more days than this the log says of each that it was read."""

AN_INSTANT = timedelta(microseconds=1)

Progress = Callable[[int, int, str], object]
"""Told how many parts are done, of how many, and which is next."""


class Pictures(Protocol):
    """Keeps a small picture of each post."""

    def keep(self, listed: Sequence[Media]) -> None: ...


@dataclass(frozen=True)
class Part:
    """A part of a night."""

    what: str
    do: Callable[[], Any]


class Collector:
    """One account's figures."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Measuring,
        clock: Clock,
        rules: Rules,
        pictures: Pictures | None = None,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._rules = rules
        self._pictures = pictures
        self._night = parts.Night(account, database, instagram, clock, rules)
        self._stories = StoryReader(account, database, instagram, clock, rules)
        self._quiet_until: datetime | None = None
        self._failures = 0
        self._gave_way = False
        self._gaps: list[date] = []
        self._whole_night: datetime | None = None
        """The night of which nothing is left to be read: looking what is left takes longer from year to year."""

    def next_moment(self) -> datetime | None:
        """When the stories are to be looked at next; the night is looked for at every tick."""
        return self._stories.next_moment()

    def run(self, *, at_any_time: bool = False, progress: Progress | None = None) -> None:
        """Read what the last night's hour, or `at_any_time` this very moment, left to be read.

        Raises at once what stops everything, else what failed first when all else was done.
        """
        now = self._clock.now()
        each = Each()
        if not at_any_time:
            each.do("the stories", self._stories.run)
            if self._is_quiet(now):
                each.end()
                return
        # Who asks for a reading gets one, even of what was read at this very moment.
        begun = now + AN_INSTANT if at_any_time else last_night(now, self._rules.at, self._rules.zone)
        if begun == self._whole_night:
            each.end()
            return
        self._gaps = []
        todo = self._todo(begun, now)
        if at_any_time:
            # At night they have their own schedule.
            todo.append(Part("the stories", self._stories.look))
        if not todo:
            self._whole_night = begun
            each.end()
            return
        self._quiet_until = now + AFTER_FAILURE
        try:
            left = self._read(todo, each, asked=at_any_time, progress=progress)
        except Throttled as error:
            self._quiet_until = self._clock.now() + timedelta(seconds=max(error.wait_seconds, 60))
            raise
        except IgWorkerError:
            self._pause_longer()
            raise
        finally:
            self._name_gaps()
        if not left:
            self._quiet_until, self._failures = None, 0
        elif not self._gave_way:
            self._pause_longer()
        each.end()

    def _pause_longer(self) -> None:
        pause = min(AFTER_FAILURE * 2**self._failures, LONGEST_PAUSE)
        self._failures = min(self._failures + 1, 10)
        self._quiet_until = self._clock.now() + pause

    def _read(self, todo: Sequence[Part], each: Each, *, asked: bool, progress: Progress | None) -> bool:
        """Do one part after the other; says whether something is left to be done."""
        done: list[Part] = []
        in_a_row = 0
        for count, part in enumerate(todo):
            if not self._may_call(asked=asked):
                return True
            if not asked:
                each.do("the stories", self._stories.run)
            if progress is not None:
                progress(count, len(todo), part.what)
            each.do(f"{part.what} of {self._account}", self._whole, part, done)
            in_a_row = 0 if done and done[-1] is part else in_a_row + 1
            if in_a_row >= FAILED_IN_A_ROW:
                return True
        return len(done) < len(todo)

    def _whole(self, part: Part, done: list[Part]) -> None:
        part.do()
        done.append(part)

    def _todo(self, begun: datetime, now: datetime) -> list[Part]:
        """What was not done since the night began, what is read every night first, then the days that were missed."""
        newest = newest_closed(begun)
        jobs = (parts.PROFILE, parts.MEDIA, parts.ONLINE, parts.AUDIENCE)
        with self._database.reading() as connection:
            read = figures.nights(connection, parts.DAYS, self._account)
            asked = figures.nights(connection, parts.ASKED, self._account)
            series = figures.nights(connection, parts.SERIES, self._account)
            last = figures.last_nights(connection, self._account, jobs)

        def is_done(at: datetime | None) -> bool:
            return at is not None and begun <= at <= now + ASTRAY

        def every_night(job: str, what: str, do: Callable[[], Any]) -> list[Part]:
            return [] if job in last and is_done(last[job][1]) else [Part(what, do)]

        what = due(begun, now, read, asked)
        wanted = {*what.days, *(day for day, at in (*read.items(), *asked.items()) if is_done(at))}
        wanted = {day for day in wanted if day <= newest}
        return [
            *([Part("days that are too old", partial(self._give_up, what.lost))] if what.lost else []),
            *every_night(parts.PROFILE, "the profile", self._night.profile),
            *(
                Part(f"the series until {end}", partial(self._night.series, begin, end, wanted))
                for begin, end in windows(newest, wanted)
                if not is_done(series.get(end))
            ),
            *(self._day(day, what) for day in what.days if day == newest),
            *every_night(parts.MEDIA, "the posts", self._media),
            *every_night(parts.ONLINE, "the followers' hours", self._night.online),
            *self._audience(last.get(parts.AUDIENCE), newest),
            *(self._day(day, what) for day in what.days if day != newest),
        ]

    def _audience(self, last: tuple[date, datetime] | None, newest: date) -> list[Part]:
        """Who the followers are changes slowly: once a week."""
        if last is not None and timedelta(0) <= newest - last[0] < AUDIENCE_EVERY:
            return []
        return [Part("the audience", self._night.audience)]

    def _day(self, day: date, what: Due) -> Part:
        told = len(what.days) > MANY_DAYS + 1

        def read() -> None:
            if not self._night.day(day):
                self._gaps.append(day)
            elif told:
                again = " again" if day in what.again else ""
                log.info("figures of %s for %s read%s", day, self._account, again)

        return Part(f"{day}", read)

    def _media(self) -> None:
        listed = self._night.media()
        if self._pictures is None:
            return
        try:
            self._pictures.keep(listed)
        except Exception as error:  # noqa: BLE001  # no picture is worth a night
            log.warning("small pictures of posts: %s", type(error).__name__)

    def _give_up(self, days: Sequence[date]) -> None:
        self._night.give_up(days)
        self._gaps.extend(days)

    def _name_gaps(self) -> None:
        if self._gaps:
            days = ", ".join(f"{day}" for day in sorted(self._gaps))
            log.warning(
                "Instagram has no figures of %s for these days, they stay empty: %s", self._account, days
            )

    @property
    def gaps(self) -> Sequence[date]:
        """The days that the last run has given up."""
        return sorted(self._gaps)

    def _may_call(self, *, asked: bool) -> bool:
        """Whether Meta's budget has room for this. Raises Throttled where somebody waits for it."""
        used = self._instagram.calls_used()
        if used < (GIVES_WAY_ASKED if asked else GIVES_WAY_AT):
            self._gave_way = False
            return True
        if asked:
            raise Throttled(
                f"{used} % of the calls that Instagram allows are used; posts and the inbox have the rest",
                wait_seconds=AFTER_GIVING_WAY.total_seconds(),
                cure="try again in an hour; the worker goes on by itself",
            )
        self._quiet_until = self._clock.now() + AFTER_GIVING_WAY
        if not self._gave_way:
            log.info("%s %% of the calls for %s are used: the figures wait", used, self._account)
        self._gave_way = True
        return False

    def _is_quiet(self, now: datetime) -> bool:
        """Whether a pause goes on; one that a clock set back has made too long is over."""
        return self._quiet_until is not None and now < self._quiet_until <= now + ONE_DAY
