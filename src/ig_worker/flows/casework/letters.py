"""Writes what is said about a case: to the complaint team, the unit, and whoever is on duty."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.masking import mask
from ig_worker.domain.text import shorten
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import cases, chain, inbox
from ig_worker.store import deadlines as due_times
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)

CHANNELS = {"comment": "Komentar", "dm": "Pesan"}

LABELS = {"keluhan": "Keluhan", "saran": "Saran"}

DEADLINES = {"acknowledge": "tanggapan pertama", "follow_up": "tindak lanjut", "resolve": "penyelesaian"}


class Letters:
    """One account's letters about cases. ``people`` are those in charge (PJ) of each topic, where there is one."""

    def __init__(self, account: str, outbox: Outbox, zone: tzinfo, people: Mapping[str, str]) -> None:
        self._account = account
        self._outbox = outbox
        self._zone = zone
        self._people = people

    def tell(self, connection: Connection, stored: StoredCase, now: datetime) -> None:
        """Write the notices about a new case to everybody who should know of it."""
        messages = cases.messages_of(connection, stored.id)
        pictures = tuple(piece.path for piece in chain.of_case(connection, stored.id))
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

    def tell_more(
        self,
        connection: Connection,
        stored: StoredCase,
        message: Row[Any],
        pictures: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Write that the same person has written again, and whether that opened the resolved case once more."""
        mark, what = "tambahan", "orang yang sama menulis lagi."
        if message.reopens:
            mark = "dibuka kembali"
            what = (
                f"kasus yang sudah selesai dibuka kembali karena {what}{self._again_due(connection, stored)}"
            )
        letter = Letter(
            key=f"{stored.number}:message:{message.id}",
            title=f"{_title(stored.row)} ({mark})",
            body=f"{stored.number}: {what}\n“{shorten(mask(message.text), 300)}”",
            attachments=pictures,
            case_id=stored.id,
        )
        self._outbox.tell(connection, now, "complaint_team", letter)

    def _again_due(self, connection: Connection, stored: StoredCase) -> str:
        """Until when a case that was opened again is to be resolved."""
        for line in due_times.of_case(connection, stored.id):
            if line.name == "resolve" and line.met_at is None:
                return f" Batas penyelesaian yang baru: {line.due_at.astimezone(self._zone):%d/%m/%Y %H.%M}."
        return ""

    def _body(
        self, connection: Connection, stored: StoredCase, messages: Sequence[Row[Any]], *, with_picture: bool
    ) -> str:
        """Short enough for Telegram and WhatsApp gateways; whatever could identify a patient is masked."""
        row = stored.row
        zone = self._zone
        said = "\n".join(f"“{shorten(mask(message.text), 400)}”" for message in messages)
        due = due_times.of_case(connection, stored.id)
        lines = [
            f"{LABELS.get(row.label, row.label)} baru lewat {CHANNELS[row.channel].lower()}.",
            f"Topik: {row.topic.replace('_', ' ')} · Unit: {row.unit or '-'}{self._in_charge(row.topic)}"
            f" · Tingkat: {row.severity}",
            said,
            *(
                f"Batas {DEADLINES.get(line.name, line.name)}: {line.due_at.astimezone(zone):%d/%m/%Y %H.%M}"
                for line in due
            ),
            f"Tanggapi: ig-worker cases ack {row.number} --by NAMA",
            *self._link(connection, messages),
            f"Rantai bukti: {chain.head(connection, self._account)[:16]}",
        ]
        if not with_picture:
            lines.append("Gambar bukti tidak dapat dibuat; isi lengkapnya ada di register.")
        return "\n".join(lines)

    def _in_charge(self, topic: str) -> str:
        person = self._people.get(topic, "")
        return f" · PJ: {person}" if person else ""

    def _link(self, connection: Connection, messages: Sequence[Row[Any]]) -> list[str]:
        """Where the first message stands, if it stands under a post."""
        first = messages[0]
        media = inbox.media(connection, self._account, first.media_id) if first.media_id else None
        return [f"Tautan: {media.permalink}"] if media is not None and media.permalink else []


def _title(row: Row[Any]) -> str:
    mark = "DARURAT · " if row.severity == "darurat" else ""
    return f"{mark}{row.number} {LABELS.get(row.label, row.label)}: {row.topic.replace('_', ' ')}"
