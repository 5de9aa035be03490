"""Opens a case for every complaint and suggestion, or lets it join the one that the same person has on the topic."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.case import Event, Status, apply, graver
from ig_worker.domain.severity import severity_of
from ig_worker.flows.casework.alarms import Alarms
from ig_worker.flows.each import Each
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, joining, messages
from ig_worker.store import deadlines as due_times
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import AlreadyThere, Connection, Database, Row

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rules:
    """What the configuration says about cases: who answers for a topic, and how deadlines are counted."""

    zone: tzinfo
    units: Mapping[str, str]
    deadlines: Callable[[datetime, str], Iterable[tuple[str, datetime]]]
    """What is due when, for a case that opened then and is so severe."""
    people: Mapping[str, str] = field(default_factory=dict)
    """The person in charge (PJ) of a topic, where there is one."""


class Opening:
    """Where one account's messages become cases."""

    def __init__(self, account: str, database: Database, alarms: Alarms, clock: Clock, rules: Rules) -> None:
        self._account = account
        self._database = database
        self._alarms = alarms
        self._clock = clock
        self._rules = rules

    def run(self, each: Each) -> None:
        """Every complaint and suggestion that belongs to no case yet; one that fails keeps no other one waiting."""
        with self._database.reading() as connection:
            fresh = messages.for_cases(connection, self._account)
        if fresh:
            # A year's holidays take half a second to look up, the first time: not while a transaction is open.
            each.do("the deadlines of today", self._rules.deadlines, self._clock.now(), "biasa")
        for message in fresh:
            each.do(f"a case for message {message.id}", self._find_its_case, message.id)

    def _find_its_case(self, message_id: int) -> None:
        try:
            with self._database.writing() as connection:
                message = messages.get(connection, message_id)
                # A person may have called it something else since the list was read.
                if message is not None and message.opens_case and not (message.own or message.backlog):
                    self._open_or_join(connection, message)
        except AlreadyThere:
            # Somebody who knows nothing of turns was faster; the number went back with the transaction.
            log.warning("message %s or its case's number was taken by another worker", message_id)

    def _open_or_join(self, connection: Connection, message: Row[Any]) -> None:
        # What became a complaint by an edit or by a person's word was first seen as one then, whenever it was written.
        written_at = message.turned_at or message.first_seen_at
        year = written_at.astimezone(self._rules.zone).year
        joining.take_turn(connection, year)
        if joining.in_a_case(connection, message.id):
            return
        stored = joining.case_for(connection, message, written_at)
        if stored is None:
            self._open(connection, message, written_at, year)
        else:
            self._join(connection, stored, message, written_at)

    def _open(self, connection: Connection, message: Row[Any], opened_at: datetime, year: int) -> None:
        number = cases.next_number(connection, year)
        severity = _severity(message, written=1)
        values = {
            "number": number,
            "account": self._account,
            "label": message.label,
            "topic": message.topic,
            "unit": self._rules.units.get(message.topic, ""),
            "severity": severity,
            "channel": message.channel,
            "author": message.author,
            "author_id": message.author_id,
            "opened_at": opened_at,
        }
        due = self._rules.deadlines(opened_at, severity)
        case_id = cases.open_case(connection, values, due, self._clock.now())
        cases.join(connection, case_id, message.id)
        about = {"action": "case", "account": message.account, "case": number, "message_id": message.id}
        log.info("case %s opened: %s about %s", number, message.label, message.topic, extra=about)

    def _join(
        self, connection: Connection, stored: StoredCase, message: Row[Any], written_at: datetime
    ) -> None:
        now = self._clock.now()
        reopens = stored.case.status is Status.RESOLVED
        cases.join(connection, stored.id, message.id, reopens=reopens)
        # What was seen before it was resolved and is only noticed now opens it again from then on.
        again_at = max(written_at, stored.case.resolved_at or written_at)
        after = apply(stored.case, Event.WRITTEN_AGAIN, again_at)
        written = joining.written_by_author(connection, stored.id, message)
        register: dict[str, Any] = {"severity": graver(stored.row.severity, _severity(message, written))}
        if message.label == "keluhan":
            register["label"] = "keluhan"
        if message.danger and stored.case.acknowledged_at is not None:
            # Who acknowledged the case has not heard of this: those on duty are reminded of it from the beginning.
            register["urgent_rung"] = 0
        what = f"message {message.id} joined the case" + (" and opened it again" if reopens else "")
        saved = cases.save(connection, stored, after, now, what, **register)
        assert saved, "nobody else changes a case that is held"
        if reopens:
            for name, due_at in self._rules.deadlines(again_at, register["severity"]):
                if name == "resolve":
                    due_times.reopen(connection, stored.id, due_at)
        if message.danger and stored.row.notices_written:
            # Those on duty know at most of the first danger, perhaps of days ago.
            self._alarms.tell(connection, message, stored.number, now)
        about = {
            "action": "join",
            "account": message.account,
            "case": stored.number,
            "message_id": message.id,
        }
        log.info("message %s joined case %s", message.id, stored.number, extra=about)


def _severity(message: Row[Any], written: int) -> str:
    return severity_of(message.text, danger=message.danger, exposes=bool(message.exposes), written=written)
