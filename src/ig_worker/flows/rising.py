"""Looks each morning at what people speak of far more than usual, and tells once of what is new."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any

from ig_worker.domain import rising as domain
from ig_worker.domain.crisis import Kind as CrisisKind
from ig_worker.domain.rising import is_in, same_matter
from ig_worker.domain.rising_letter import Told, body_of, is_for_complaints, title_of
from ig_worker.domain.rising_said import Found, Kind, begin_of, begin_of_usual
from ig_worker.domain.rising_said import Rules as RisingRules
from ig_worker.domain.rising_words import own_words
from ig_worker.domain.told import COMPLAINT_TEAM, OPERATORS
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, crises, figures, jobs, rising
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

CONTENT_TEAM = "content_team"

QUIET = timedelta(days=7)
"""What ended, and comes back within so many days, is the same matter: nobody is told of it again."""

PATIENCE = timedelta(hours=2)
"""So long after the opening an inbox that fails is waited for."""

ON_CLOSED_DAYS = time(8)
"""When the centre is closed it is looked at as well, and told of on the next open day."""


@dataclass(frozen=True)
class Rules:
    """``[rising]``, the centre's zone and calendar, and the words of its own names."""

    zone: tzinfo
    calendar: Callable[[datetime], WorkingCalendar]
    rising: RisingRules
    own: frozenset[str] = frozenset()
    several_accounts: bool = False


@dataclass(frozen=True)
class Look:
    """What rises at one moment; `since` is when the account's history begins."""

    found: tuple[Found, ...]
    since: datetime
    enough: bool
    """Whether there is history enough to know what is usual."""


class RisingWatch:
    """One account's watch."""

    def __init__(self, account: str, database: Database, outbox: Outbox, clock: Clock, rules: Rules) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules

    def run(self, *, at_any_time: bool = False) -> None:
        """One look a day, when the centre has opened and the inbox was read since (or `at_any_time`)."""
        now = self._clock.now()
        today = now.astimezone(self._rules.zone).date()
        hours = self._rules.calendar(now).hours_of(today)
        opening = datetime.combine(today, hours[0] if hours else ON_CLOSED_DAYS, self._rules.zone)
        with self._database.reading() as connection:
            if not at_any_time and (
                now < opening
                or today in figures.nights_done(connection, rising.JOB, self._account, today)
                or not _inbox_was_read(connection, opening, now)
            ):
                return
            look = self._look(connection, now, self._rules.rising)
        with self._database.writing() as connection:
            fresh = self._note(connection, look.found, now)
            if hours is not None or at_any_time:
                self._tell(connection, fresh, now)
            figures.mark_night(connection, rising.JOB, self._account, today, now)

    def look(self, days: int | None = None) -> Look:
        """What rises now, in so many `days` (else as configured), without a word to anybody."""
        rules = self._rules.rising
        with self._database.reading() as connection:
            return self._look(
                connection, self._clock.now(), rules if days is None else replace(rules, days=days)
            )

    def _look(self, connection: Connection, now: datetime, rules: RisingRules) -> Look:
        begin, first = begin_of(now, rules), begin_of_usual(now, rules)
        # Meta's clock may be ahead of ours.
        end = now + timedelta(minutes=5)
        since = rising.history_since(connection, self._account, now, first)
        if not domain.is_enough(since, now, rules):
            return Look((), since, enough=False)
        found = domain.find(
            partial(rising.said, connection, self._account, begin, end, backlog=False),
            partial(rising.said, connection, self._account, first, begin, backlog=True),
            now,
            since,
            rules,
            self._own(connection),
        )
        return Look(found, since, enough=True)

    def _own(self, connection: Connection) -> frozenset[str]:
        """The words of the centre's names, that of its account included."""
        account = accounts.get(connection, self._account)
        return self._rules.own | own_words(self._account, account.username if account is not None else "")

    def _note(self, connection: Connection, found: Sequence[Found], now: datetime) -> list[tuple[int, Found]]:
        """Bring the shelf up to date; returns what rises and was not told of, with the numbers of its rows."""
        known = []
        for row in rising.known(connection, self._account, now - QUIET):
            if row.ended_at is None and row.last_seen_at <= now - QUIET:
                # Nobody looked for a week: what rises now is another matter.
                rising.end(connection, row, row.last_seen_at, now)
            else:
                known.append(row)
        untold = []
        for one in found:
            same = next((row for row in known if _is_of(one, row)), None)
            if same is None:
                number = rising.begin(connection, self._account, one, now)
                if number is not None:
                    untold.append((number, one))
                continue
            known.remove(same)
            rising.go_on(connection, same, one, now)
            if same.told_at is None:
                # By the name that it has had.
                untold.append((same.id, replace(one, kind=Kind(same.kind), term=same.term)))
        for row in known:
            if row.ended_at is None:
                rising.end(connection, row, now, now)
        return untold

    def _tell(self, connection: Connection, untold: Sequence[tuple[int, Found]], now: datetime) -> None:
        storms = crises.of_account(connection, self._account)
        fresh = []
        for number, one in untold:
            storm = next((row for row in storms if self._was_told_by(row, one, now)), None)
            if storm is not None:
                rising.mark_told(
                    connection, number, storm.told_at, now, f"was told by the alarm of crisis {storm.id}"
                )
            elif rising.mark_told(connection, number, now, now, "told"):
                fresh.append((number, one))
        if not fresh:
            return
        told = [
            Told(
                one,
                rising.examples(connection, one.message_ids),
                rising.permalink(connection, self._account, one.post) if one.post else "",
            )
            for _, one in fresh
        ]
        key = f"rising:{self._account}:{'-'.join(str(number) for number, _ in fresh)}"
        grave = [each for each in told if is_for_complaints(each.found)]
        if self._outbox.knows(CONTENT_TEAM):
            teams = {CONTENT_TEAM: told, COMPLAINT_TEAM: grave}
        else:
            teams = {COMPLAINT_TEAM if self._outbox.knows(COMPLAINT_TEAM) else OPERATORS: told}
        account = self._account if self._rules.several_accounts else ""
        for team, which in teams.items():
            if which:
                body = body_of(which, self._rules.rising.days, account)
                self._outbox.tell(connection, now, team, Letter(key, title_of(which), body))
        log.info("%s rises: %s", self._account, ", ".join(f"{one.kind} {one.count}" for _, one in fresh))

    def _was_told_by(self, storm: Row[Any], one: Found, now: datetime) -> bool:
        """Whether the alarm of a crisis, open or just lifted, was about this very matter."""
        if storm.lifted_at is not None and storm.lifted_at <= begin_of(now, self._rules.rising):
            return False
        about = storm.lifted_at is None and (storm.kind, storm.about) == (CrisisKind.TOPIC, one.term)
        return about or is_in(one, storm.message_ids)


def _is_of(one: Found, row: Row[Any]) -> bool:
    return same_matter(one, row.kind, row.term, row.also, row.message_ids)


def _inbox_was_read(connection: Connection, since: datetime, now: datetime) -> bool:
    """What was not read yet cannot be counted: after a night off the inbox comes first.

    Where one account's trouble makes the job fail each time, the others are looked at after a while all the same.
    """
    for row in jobs.listed(connection):
        if row.name == "inbox":
            read = row.last_success_at is not None and row.last_success_at >= since
            failed = row.last_failed_at is not None and row.last_failed_at >= since
            return read or (failed and now >= since + PATIENCE)
    return False
