"""Reminds people of deadlines before and at them, and tells those above them of what stays undone."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from ig_worker.domain.reminders import (
    LADDER,
    ON_DUTY,
    TEAM,
    Pending,
    Rules,
    lateness,
    next_above,
    reached,
    told_by,
    told_of_danger,
    urgent_reached,
)
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.casework.reminder_letters import Around, InList, Line, ReminderLetters
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, chain, journal, reminders
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

COMPLAINTS, OPERATORS = "complaint_team", "operators"

MOST_BY_THEMSELVES = 10
"""When more cases than that are due for a reminder in one pass (after an outage, an upgrade, a long holiday), each team
gets one letter that lists them."""

STILL_URGENT = timedelta(days=7)
"""A danger that was known for longer wakes nobody any more; the ladder of its deadlines goes on by day."""


@dataclass(frozen=True)
class Watch:
    """What the reminders know of the centre: its calendar around a moment, their rules, and the PJ of each topic."""

    zone: tzinfo
    calendar: Callable[[datetime], WorkingCalendar]
    rules: Rules
    people: Mapping[str, str]


class Reminding:
    """The reminders of these accounts' cases."""

    def __init__(
        self, accounts: Sequence[str], database: Database, outbox: Outbox, clock: Clock, watch: Watch
    ) -> None:
        self._accounts = tuple(accounts)
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._watch = watch
        self._letters = ReminderLetters(watch.zone, watch.people)
        self._warned = False

    def run(self) -> None:
        """Write the letters that are due: of dangers at any hour, of the rest while the centre is open."""
        now = self._clock.now()
        rules = self._watch.rules
        with self._database.reading() as connection:
            dangers = reminders.unacknowledged_dangers(connection, self._accounts, len(rules.urgent))
            rows = reminders.pending(connection, self._accounts, rules.rungs)
        for row in dangers:
            self._remind_of_danger(row, now)
        if not rows:
            return
        calendar = self._watch.calendar(now)
        if not calendar.is_open(now):
            return
        cases_due = []
        for _, of_case in groupby(rows, key=lambda row: row.id):
            due = [(row, reached(_pending(row), now, calendar, rules)) for row in of_case]
            due = [(row, rung) for row, rung in due if rung > row.rung]
            if due:
                cases_due.append(due)
        if len(cases_due) > MOST_BY_THEMSELVES:
            with self._database.writing() as connection:
                self._remind_of_many(connection, cases_due, now, calendar)
            return
        for due in cases_due:
            with self._database.writing() as connection:
                self._remind(connection, due, now, calendar)

    def _remind(
        self,
        connection: Connection,
        due: Sequence[tuple[Row[Any], int]],
        now: datetime,
        calendar: WorkingCalendar,
    ) -> None:
        """One letter about all of a case's deadlines that are due for one; those met in the meantime are left out."""
        due = [(row, rung) for row, rung in due if reminders.climb(connection, row, rung, now)]
        if not due:
            return
        # The one that has come furthest names the letter and says who is next.
        row, rung = max(due, key=lambda each: each[1])
        lines = _lines(due, now, calendar)
        teams, unreachable = self._teams(row, _levels(due))
        next_up = next_above(_pending(row), rung, now, calendar, self._watch.rules)
        again = f":{row.reopened}" if row.reopened else ""
        key, title = f"{row.number}:{row.name}:{rung}{again}", self._letters.title(row, lines)
        around = self._around(connection, row, unreachable, next_up)
        for team, level in teams.items():
            body = self._letters.body(row, lines, level, around)
            letter = Letter(key, title, body, case_id=row.id, line=self._letters.line(lines, around))
            self._outbox.tell(connection, now, team, letter)
        self._note(connection, row, teams, _reminded_of(lines), now)

    def _remind_of_many(
        self,
        connection: Connection,
        cases_due: Sequence[Sequence[tuple[Row[Any], int]]],
        now: datetime,
        calendar: WorkingCalendar,
    ) -> None:
        """One letter to each team, with all the cases that it would have had letters about."""
        of_team: dict[str, list[InList]] = {}
        for all_due in cases_due:
            due = [(row, rung) for row, rung in all_due if reminders.climb(connection, row, rung, now)]
            if not due:
                continue
            row, lines = due[0][0], _lines(due, now, calendar)
            teams, unreachable = self._teams(row, _levels(due))
            for team, level in teams.items():
                of_team.setdefault(team, []).append(InList(row, lines, level, unreachable))
            self._note(connection, row, teams, _reminded_of(lines), now)
        # Whoever is in several teams gets the longest list; the same list goes to nobody twice.
        for team, listed in sorted(of_team.items(), key=lambda each: -len(each[1])):
            heads = [
                chain.head(connection, account) for account in sorted({each.row.account for each in listed})
            ]
            letter = Letter(
                _key_of(listed),
                self._letters.list_title(listed),
                self._letters.list_body(listed, heads),
                line=self._letters.list_line(listed),
            )
            self._outbox.tell(connection, now, team, letter)

    def _remind_of_danger(self, row: Row[Any], now: datetime) -> None:
        # Nobody has waited for an answer before somebody could know of the question.
        begun = (row.opened_at, row.danger_at, row.severity_set_at, row.written_to_at)
        since = max(moment for moment in begun if moment is not None)
        rung = urgent_reached(since, row.urgent_rung, now, self._watch.rules)
        if rung == row.urgent_rung or now - since > STILL_URGENT:
            return
        with self._database.writing() as connection:
            again = row.acknowledged_at is not None
            if again and reminders.attended_since(connection, row, row.danger_at):
                return
            if not reminders.climb_danger(connection, row, rung):
                return
            teams, unreachable = self._teams(row, told_of_danger(rung))
            around = self._around(connection, row, unreachable, None, danger=True)
            body = self._letters.danger_body(row, (now - since) // timedelta(minutes=1), around)
            key = f"{row.number}:danger:{rung}" + (f":{row.danger_at:%Y%m%dT%H%M%S}" if again else "")
            letter = Letter(key, self._letters.danger_title(row), body, case_id=row.id)
            for team in teams:
                self._outbox.tell(connection, now, team, letter)
            self._note(connection, row, teams, "reminded {} of a danger that nobody has acknowledged", now)

    def _teams(self, row: Row[Any], levels: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
        """The teams that hear of it, each with its own level, and the levels of these that name nobody: there the next
        below is told.
        """
        found: dict[str, str] = {}
        unreachable = []
        for level in levels:
            teams = self._of_level(row, level)
            if not teams and level != TEAM:
                unreachable.append(level)
            below = [*reversed(LADDER[: LADDER.index(level)])] if level in LADDER else []
            for lower in (*below, TEAM):
                teams = teams or self._of_level(row, lower)
            for team in teams or self._known([OPERATORS]):
                found.setdefault(team, team if team in LADDER else TEAM)
        return found, tuple(unreachable)

    def _of_level(self, row: Row[Any], level: str) -> list[str]:
        return self._known([f"unit:{row.unit}", COMPLAINTS] if level == TEAM else [level])

    def _known(self, teams: Sequence[str]) -> list[str]:
        return [team for team in teams if self._outbox.knows(team)]

    def _around(
        self,
        connection: Connection,
        row: Row[Any],
        unreachable: tuple[str, ...],
        next_up: tuple[str, datetime] | None,
        *,
        danger: bool = False,
    ) -> Around:
        written = cases.messages_of(connection, row.id)
        # Who comes next is only said where there is somebody.
        if next_up is not None and not self._outbox.knows(next_up[0]):
            next_up = None
        about = [message for message in written if message.danger][-1:] if danger else []
        said = next((message.text for message in (*about, *written)), "")
        return Around(said, chain.head(connection, row.account), unreachable, next_up)

    def _note(
        self, connection: Connection, row: Row[Any], teams: Mapping[str, str], what: str, now: datetime
    ) -> None:
        if teams:
            journal.note(connection, now, f"case:{row.number}", what.format(", ".join(teams)))
            log.info("case %s: %s", row.number, what.format(", ".join(teams)))
        elif not self._warned:
            log.warning("nobody is reminded of case %s: [notify] names nobody", row.number)
            self._warned = True


def _pending(row: Row[Any]) -> Pending:
    return Pending(row.due_at, row.reopened_at or row.opened_at, row.written_to_at, row.rung)


def _lines(due: Sequence[tuple[Row[Any], int]], now: datetime, calendar: WorkingCalendar) -> list[Line]:
    return [Line(row.name, row.due_at, lateness(row.due_at, now, calendar)) for row, _ in due]


def _levels(due: Sequence[tuple[Row[Any], int]]) -> list[str]:
    return sorted({level for row, top in due for level in told_by(row.rung, top)}, key=_height)


def _reminded_of(lines: Sequence[Line]) -> str:
    return f"reminded {{}} of: {', '.join(line.name for line in lines)}"


def _key_of(listed: Sequence[InList]) -> str:
    """The same for the same cases at the same places of the ladder."""
    said = [
        f"{each.row.number}:{each.row.reopened}:{line.name}:{line.due_at.isoformat()}:{each.row.rung}"
        for each in listed
        for line in each.lines
    ]
    return f"reminders:{hashlib.sha256(' '.join(said).encode()).hexdigest()[:16]}"


def _height(level: str) -> int:
    """The highest of the ladder first; the team comes after all of them."""
    return -LADDER.index(level) if level in LADDER else 1 if level == ON_DUTY else 2
