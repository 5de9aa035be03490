"""Makes a case of every complaint and suggestion, with evidence, and writes the notices to the right people.

The Polowijen SOP: suggestions and complaints are screenshotted and communicated internally so that they are handled
quickly. The screenshot's place is taken by a card rendered from what the API said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.case import Event, Standing, Step, apply, decide
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.masking import mask
from ig_worker.domain.text import shorten
from ig_worker.flows.evidence import EvidenceRoom
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import cases, inbox, messages
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

MOST_CARD_ATTEMPTS = 3
"""After so many failed cards the team is told without a picture: a lost complaint would be worse."""

ALARM_AGE = timedelta(days=7)
"""How long after it was first seen a danger may still be told of: after an outage, rather late than never."""

CHANNELS = {"comment": "Komentar", "dm": "Pesan"}

LABELS = {"keluhan": "Keluhan", "saran": "Saran"}


@dataclass(frozen=True)
class Rules:
    """What the configuration says about cases: who answers for a topic, and how deadlines are counted."""

    zone: tzinfo
    units: Mapping[str, str]
    deadlines: Callable[[datetime], Iterable[tuple[str, datetime]]]
    people: Mapping[str, str] = field(default_factory=dict)
    """The person in charge (PJ) of a topic, where there is one."""


class Casework:
    """One account's cases."""

    def __init__(
        self,
        account: str,
        database: Database,
        evidence: EvidenceRoom,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._evidence = evidence
        self._outbox = outbox
        self._clock = clock
        self._rules = rules

    def run(self) -> None:
        """Open what must be opened, make the cards that are missing, write the notices, note who was told."""
        with self._database.reading() as connection:
            fresh = messages.for_cases(connection, self._account)
        for message in fresh:
            with self._database.writing() as connection:
                self._open_or_join(connection, message)
        self._raise_alarms()
        with self._database.reading() as connection:
            waiting = cases.unfinished(connection, self._account)
        for stored in waiting:
            self._bring_on(stored.number)

    def _open_or_join(self, connection: Connection, message: Row[Any]) -> None:
        now = self._clock.now()
        stored = cases.open_for(connection, message)
        if stored is not None:
            cases.join(connection, stored.id, message.id)
            after = apply(stored.case, Event.WRITTEN_AGAIN, now)
            cases.save(connection, stored, after, now, f"message {message.id} joined the case")
            if message.danger and stored.row.severity == "darurat":
                # Those on duty know of the first danger, perhaps of days ago; a case that was mild is raised below.
                self._alarm(connection, message, stored.number, now)
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

    def _raise_alarms(self) -> None:
        """Tell those on duty of dangers that belong to no case, a question for example."""
        now = self._clock.now()
        with self._database.reading() as connection:
            endangered = messages.alarms(connection, self._account, now - ALARM_AGE)
            graver = messages.dangers_in_mild_cases(connection, self._account)
        for message in endangered:
            with self._database.writing() as connection:
                self._alarm(connection, message, "", now)

        for message, case_id, number in graver:
            with self._database.writing() as connection:
                cases.raise_severity(connection, case_id, "darurat")
                self._alarm(connection, message, number, now)

    def _alarm(self, connection: Connection, message: Row[Any], number: str, now: datetime) -> None:
        """One notice a message, at once; to whoever is there where nobody is named as on duty."""
        body = (
            f"{CHANNELS[message.channel]} tentang keadaan yang mungkin mengancam jiwa:\n"
            f"“{shorten(mask(message.text), 400)}”\n"
            "Mohon segera ditanggapi oleh petugas. Untuk gawat darurat arahkan ke 119."
        )
        letter = Letter(f"alarm:{message.id}", f"DARURAT {number}".strip(), body)
        team = next((one for one in ("on_duty", "complaint_team") if self._outbox.knows(one)), "operators")
        if not self._outbox.knows(team):
            log.error("nobody is told of a danger in message %s: [notify] names nobody", message.id)
        self._outbox.tell(connection, now, team, letter)

    def _bring_on(self, number: str) -> None:
        """Take the case as far as it goes now."""
        while True:
            now = self._clock.now()
            with self._database.reading() as connection:
                stored = cases.get(connection, number)
                assert stored is not None
                missing = [
                    message
                    for message in cases.messages_of(connection, stored.id)
                    if message.evidence_id is None and message.card_attempts < MOST_CARD_ATTEMPTS
                ]
                standing = Standing(
                    cards_missing=len(missing),
                    notices_written=stored.row.notices_written,
                    notice_arrived=cases.notice_arrived(connection, stored.id),
                )
            match decide(stored.case, now, standing):
                case Step.MAKE_EVIDENCE:
                    if not self._make_card(stored, missing[0], now):
                        return
                case Step.TELL:
                    self._tell(stored, now)
                case Step.MARK_TOLD:
                    with self._database.writing() as connection:
                        after = apply(stored.case, Event.TOLD, now)
                        cases.save(connection, stored, after, now, "the team was told")
                case Step.NOTHING:
                    return

    def _make_card(self, stored: StoredCase, message: Row[Any], now: datetime) -> bool:
        """Make one card; says whether it worked. A card that fails is tried again in the next pass."""
        try:
            piece = self._evidence.make(stored.row, message, now)
        except IgWorkerError as error:
            log.warning("no evidence card for case %s yet: %s", stored.number, error)
            with self._database.writing() as connection:
                cases.card_failed(connection, message.id, str(error))
                if stored.row.notices_written and message.card_attempts + 1 >= MOST_CARD_ATTEMPTS:
                    self._tell_more(connection, stored, message, (), now)
            return False
        with self._database.writing() as connection:
            self._evidence.hang_up(connection, piece, now)
            if stored.row.notices_written:
                self._tell_more(connection, stored, message, (piece.path,), now)
        return True

    def _tell(self, stored: StoredCase, now: datetime) -> None:
        with self._database.writing() as connection:
            messages = cases.messages_of(connection, stored.id)
            pictures = tuple(piece.path for piece in cases.evidence_of(connection, stored.id))
            letter = Letter(
                key=stored.number,
                title=_title(stored.row),
                body=self._body(connection, stored, messages, with_picture=bool(pictures)),
                attachments=pictures,
                case_id=stored.id,
            )
            told = self._outbox.tell(connection, now, "complaint_team", letter)
            told += self._outbox.tell(connection, now, f"unit:{stored.row.unit}", letter)
            if stored.row.severity == "darurat":
                told += self._outbox.tell(connection, now, "on_duty", letter)
            if not told and not self._outbox.tell(connection, now, "operators", letter):
                log.warning("nobody is told of case %s: [notify] names nobody", stored.number)
            cases.mark_notices_written(connection, stored.id)

    def _tell_more(
        self,
        connection: Connection,
        stored: StoredCase,
        message: Row[Any],
        pictures: tuple[str, ...],
        now: datetime,
    ) -> None:
        letter = Letter(
            key=f"{stored.number}:message:{message.id}",
            title=f"{_title(stored.row)} (tambahan)",
            body=f"{stored.number}: orang yang sama menulis lagi.\n“{shorten(mask(message.text), 300)}”",
            attachments=pictures,
            case_id=stored.id,
        )
        self._outbox.tell(connection, now, "complaint_team", letter)

    def _body(
        self, connection: Connection, stored: StoredCase, messages: Sequence[Row[Any]], *, with_picture: bool
    ) -> str:
        """Short enough for Telegram and WhatsApp gateways; whatever could identify a patient is masked."""
        row = stored.row
        zone = self._rules.zone
        said = "\n".join(f"“{shorten(mask(message.text), 400)}”" for message in messages)
        due = cases.deadlines_of(connection, stored.id)
        lines = [
            f"{LABELS.get(row.label, row.label)} baru lewat {CHANNELS[row.channel].lower()}.",
            f"Topik: {row.topic.replace('_', ' ')} · Unit: {row.unit or '-'}{self._in_charge(row.topic)}"
            f" · Tingkat: {row.severity}",
            said,
            *(
                f"Batas {_DEADLINES.get(line.name, line.name)}: {line.due_at.astimezone(zone):%d/%m/%Y %H.%M}"
                for line in due
            ),
            f"Tanggapi: ig-worker cases ack {row.number} --by NAMA",
            *self._link(connection, messages),
            f"Rantai bukti: {cases.chain_head(connection, self._account)[:16]}",
        ]
        if not with_picture:
            lines.append("Gambar bukti tidak dapat dibuat; isi lengkapnya ada di register.")
        return "\n".join(lines)

    def _in_charge(self, topic: str) -> str:
        person = self._rules.people.get(topic, "")
        return f" · PJ: {person}" if person else ""

    def _link(self, connection: Connection, messages: Sequence[Row[Any]]) -> list[str]:
        """Where the first message stands, if it stands under a post."""
        first = messages[0]
        media = inbox.media(connection, self._account, first.media_id) if first.media_id else None
        return [f"Tautan: {media.permalink}"] if media is not None and media.permalink else []


_DEADLINES = {"acknowledge": "tanggapan pertama", "follow_up": "tindak lanjut", "resolve": "penyelesaian"}


def _title(row: Row[Any]) -> str:
    mark = "DARURAT · " if row.severity == "darurat" else ""
    return f"{mark}{row.number} {LABELS.get(row.label, row.label)}: {row.topic.replace('_', ' ')}"
