"""Tells each topic's team what waits for it, and reminds it until somebody has answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.waiting import Rules, Waiting, to_tell
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.waiting.letters import WhoAnswers, body_of, overdue_body, title_of
from ig_worker.store import journal, waiting
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

COMPLAINTS, OPERATORS = "complaint_team", "operators"

SHORTEST_DAY = timedelta(hours=21)
"""Nothing is reminded of sooner: a working day later is a day at least, less what goes into one letter."""


@dataclass(frozen=True)
class Desks:
    """Which unit answers for a topic, when the centre is open, and how patient the letters are."""

    units: Mapping[str, str]
    calendar: Callable[[datetime], WorkingCalendar]
    rules: Rules = field(default_factory=Rules)


class Telling:
    """The letters about what waits on these accounts."""

    def __init__(
        self,
        accounts: Sequence[str],
        database: Database,
        outbox: Outbox,
        clock: Clock,
        desks: Desks,
        answering: WhoAnswers,
    ) -> None:
        self._accounts = tuple(accounts)
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._desks = desks
        self._answering = answering
        self._warned = False

    def run(self) -> None:
        """Write the letters that are due."""
        now = self._clock.now()
        with self._database.reading() as connection:
            rows = waiting.perhaps_due(
                connection, self._accounts, now - SHORTEST_DAY, self._desks.rules.most_reminders
            )
        if not rows:
            return
        calendar = self._desks.calendar(now)
        by_team: dict[str, list[Row[Any]]] = {}
        for row in rows:
            by_team.setdefault(self._team_of(row), []).append(row)
        for team, waits in by_team.items():
            states = [Waiting(row.since, row.told_at, row.reminded_at, row.reminders) for row in waits]
            fresh, again = to_tell(states, now, calendar, self._desks.rules)
            if not (fresh or again):
                continue
            if not self._outbox.knows(team):
                self._warn(len(fresh) + len(again))
                continue
            with self._database.writing() as connection:
                self._tell(
                    connection, team, [waits[each] for each in fresh], [waits[each] for each in again], now
                )

    def _team_of(self, row: Row[Any]) -> str:
        """The topic's unit; without channels of its own the complaint team, and without that the operators."""
        unit = f"unit:{self._desks.units.get(row.topic, '')}"
        return next((team for team in (unit, COMPLAINTS) if self._outbox.knows(team)), OPERATORS)

    def _tell(
        self, connection: Connection, team: str, fresh: list[Row[Any]], again: list[Row[Any]], now: datetime
    ) -> None:
        """One letter; a message that somebody else has told of or answered in the meantime is left out of it."""
        fresh = [row for row in fresh if waiting.mark_told(connection, row, now)]
        again = [row for row in again if waiting.mark_told(connection, row, now)]
        if not (fresh or again):
            return
        first = (*again, *fresh)[0]
        # Since when, and which time it is: another round, or another waiting, is another letter.
        time = 0 if first.told_at is None else first.reminders + 1
        key = f"waiting:{team}:{first.id}:{first.since:%y%m%d%H%M%S}:{time}"
        body = body_of(fresh, again, self._answering)
        self._outbox.tell(connection, now, team, Letter(key, title_of(len(fresh), len(again)), body))
        lines = [
            (f"message:{row.id}", journal.WORKER, f"told {team} that it waits") for row in (*fresh, *again)
        ]
        journal.note_all(connection, now, lines)
        log.info("told %s of %d new and %d older messages that wait", team, len(fresh), len(again))
        last = [row for row in again if row.reminders + 1 == self._desks.rules.most_reminders]
        if last:
            self._escalate(connection, team, last, key, now)

    def _escalate(
        self, connection: Connection, team: str, rows: list[Row[Any]], key: str, now: datetime
    ) -> None:
        """After the last reminder somebody else is told, once."""
        days = self._desks.rules.most_reminders
        above = [one for one in (COMPLAINTS, OPERATORS) if one != team and self._outbox.knows(one)]
        if above:
            title = f"Belum dijawab {days} hari kerja: {len(rows)} pesan"
            body = overdue_body(rows, days, self._answering)
            self._outbox.tell(connection, now, above[0], Letter(f"{key}:overdue", title, body))

    def _warn(self, count: int) -> None:
        if not self._warned:
            log.warning(
                "nobody is told of %d messages that wait for a person: [notify] complaint_team and operators are empty",
                count,
            )
            self._warned = True
