"""Opens a case for every complaint and suggestion, or lets it join the one that the same person has on the topic."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.case import Event, apply
from ig_worker.flows.casework.alarms import Alarms
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, messages
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rules:
    """What the configuration says about cases: who answers for a topic, and how deadlines are counted."""

    zone: tzinfo
    units: Mapping[str, str]
    deadlines: Callable[[datetime], Iterable[tuple[str, datetime]]]
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

    def run(self) -> None:
        """Every complaint and suggestion that belongs to no case yet."""
        with self._database.reading() as connection:
            fresh = messages.for_cases(connection, self._account)
        for message in fresh:
            with self._database.writing() as connection:
                self._open_or_join(connection, message)

    def _open_or_join(self, connection: Connection, message: Row[Any]) -> None:
        now = self._clock.now()
        stored = cases.open_for(connection, message)
        if stored is not None:
            cases.join(connection, stored.id, message.id)
            after = apply(stored.case, Event.WRITTEN_AGAIN, now)
            cases.save(connection, stored, after, now, f"message {message.id} joined the case")
            if message.danger and stored.row.severity == "darurat":
                # Those on duty know of the first danger, perhaps of days ago; a case that was mild is raised below.
                self._alarms.tell(connection, message, stored.number, now)
            return
        # An edit that complains was first seen as a complaint then, whenever its first words were.
        opened_at = message.edited_at or message.first_seen_at
        number = cases.next_number(connection, opened_at.astimezone(self._rules.zone).year)
        values = {
            "number": number,
            "account": self._account,
            "label": message.label,
            "topic": message.topic,
            "unit": self._rules.units.get(message.topic, ""),
            "severity": "darurat" if message.danger else "biasa",
            "channel": message.channel,
            "author": message.author,
            "author_id": message.author_id,
            "opened_at": opened_at,
        }
        case_id = cases.open_case(connection, values, self._rules.deadlines(opened_at), now)
        cases.join(connection, case_id, message.id)
        log.info("case %s opened: %s about %s", number, message.label, message.topic)
