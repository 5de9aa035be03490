"""A desk to try casework on: an account that people write to, read every two minutes, with cases made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from message_desk import Desk

from fakes.bench import ACCOUNT, outbox
from ig_worker.domain.case import Event, apply
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.instagram import Kind
from ig_worker.flows.casework.caseworker import Casework
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.opening import Rules
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.store import cases, deadlines, journal, messages
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Database

ZONE = ZoneInfo("Asia/Jakarta")
TEAMS = ("complaint_team", "on_duty", "operators")
QUEUE = "Antrean loket lama sekali, dari jam 7 belum dipanggil, mengecewakan 😡"
AGAIN = "Sampai sekarang antrean loket masih lama sekali, mengecewakan 😡"
IDEA = "Saran saya antrean loket ditambah satu meja lagi ya min supaya tidak lama"
MEDICINE = "Obatnya kosong terus di apotek puskesmas, kecewa sekali!"
DANGER = "Tolong, ibu saya pingsan dan sesak napas di ruang antrean!"
PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
DAYS = 3
"""How long a case of this desk may stay unresolved."""


class Paper:
    """Draws every card and takes every notice."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        """(team, title, body)."""

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        out.write_bytes(b"card")

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("casework makes no reports")

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        self.told.append((url, title, body))


class CaseworkDesk(Desk):
    """The reader's desk, with a caseworker and a notifier at it."""

    def __init__(self, database: Database, folder: Path, paper: Paper | None = None) -> None:
        super().__init__(database)
        self.paper = paper or Paper()
        self.no_deadlines_before: datetime | None = None
        self.media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jam layanan")
        letters = outbox(*TEAMS)
        room = EvidenceRoom(database, self.paper, folder, "Asia/Jakarta")
        self.casework = Casework(ACCOUNT, database, room, letters, self.clock, Rules(ZONE, {}, self._due))
        addresses = Addresses({f"target-{team}": team for team in TEAMS})
        self.notifier = Notifier(database, self.paper, letters, addresses, folder, self.clock)

    def _due(self, opened_at: datetime, _severity: str) -> list[tuple[str, datetime]]:
        if self.no_deadlines_before is not None and opened_at < self.no_deadlines_before:
            raise NeedsPerson("no open day")
        day = timedelta(days=1)
        return [("acknowledge", opened_at + day), ("resolve", opened_at + DAYS * day)]

    def comment(self, text: str, author: str = "pak_budi", parent_id: str = "") -> str:
        return self.instagram.comment(self.media_id, author, text, parent_id=parent_id)

    def work(self, after: timedelta = timedelta(minutes=2)) -> None:
        """Read what is new, after a while, and do what is to be done."""
        self.poll(after)
        for flow in (self.casework, self.notifier, self.casework):
            flow.run()

    def cases(self) -> list[StoredCase]:
        with self.database.reading() as connection:
            return cases.listed(connection)

    def case(self, number: str = "K-2026-0001") -> StoredCase:
        with self.database.reading() as connection:
            found = cases.get(connection, number)
        assert found is not None
        return found

    def texts(self, number: str = "K-2026-0001") -> list[str]:
        """What was written in a case, in order."""
        stored = self.case(number)
        with self.database.reading() as connection:
            return [row.text for row in cases.messages_of(connection, stored.id)]

    def deadline(self, name: str, number: str = "K-2026-0001") -> Any:
        stored = self.case(number)
        with self.database.reading() as connection:
            lines = deadlines.of_case(connection, stored.id)
        return next(line for line in lines if line.name == name)

    def history(self, number: str = "K-2026-0001") -> list[tuple[str, str]]:
        with self.database.reading() as connection:
            return [(entry.who, entry.what) for entry in journal.of(connection, f"case:{number}")]

    def move(self, event: Event, number: str = "K-2026-0001", **said: str) -> None:
        """A person's move."""
        now = self.clock.now()
        with self.database.writing() as connection:
            stored = cases.get(connection, number)
            assert stored is not None
            cases.save(
                connection, stored, apply(stored.case, event, now, **said), now, event.value, who="Rina"
            )

    def person_calls_it(self, severity: str, number: str = "K-2026-0001") -> None:
        with self.database.writing() as connection:
            stored = cases.get(connection, number)
            assert stored is not None
            now = self.clock.now()
            cases.save(connection, stored, stored.case, now, severity, who="Rina", severity=severity)

    def message(self, text: str) -> Any:
        """The stored message with these words."""
        with self.database.reading() as connection:
            return next(row for row in messages.listed(connection) if row.text == text)
