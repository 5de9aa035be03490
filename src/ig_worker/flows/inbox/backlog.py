"""Tells the team once what stood there already when an account was read for the first time.

Old praise is not thanked and old complaints open no case: months of them at once would bury what is new. But somebody
should know of them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.masking import mask
from ig_worker.domain.text import clean, shorten
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, backlog
from ig_worker.store.backlog import Backlog
from ig_worker.store.database import Database, Row

log = logging.getLogger(__name__)

AT_LAST = timedelta(hours=24)
"""So long after the first contact it is told even if something could still not be read."""

EXAMPLES = 5
LONGEST_EXAMPLE = 200

CHANNELS = {"comment": "komentar", "dm": "pesan langsung"}
TOPICS = {"bpjs": "BPJS", "kia_imunisasi": "KIA dan imunisasi"}


class BacklogNews:
    """One account's old messages."""

    def __init__(self, account: str, database: Database, outbox: Outbox, clock: Clock, zone: tzinfo) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._zone = zone
        self._warned = False

    def after_poll(self, *, whole: bool) -> None:
        """Tell it once everything has been read, or a day after the first contact; `whole` is whether this poll was.

        The note that it was told is of the transaction that writes the notice: neither is ever there alone.
        """
        with self._database.reading() as connection:
            row = accounts.get(connection, self._account)
        if row is None or row.first_polled_at is None or row.backlog_told_at is not None:
            return
        now = self._clock.now()
        whole = whole or row.first_poll_whole_at is not None
        if not whole and now - row.first_polled_at < AT_LAST:
            return
        team = next((team for team in ("complaint_team", "operators") if self._outbox.knows(team)), None)
        with self._database.writing() as connection:
            if whole:
                accounts.first_poll_whole(connection, self._account, now)
            old = backlog.backlog_of(connection, self._account)
            if old.count and team is None:
                self._warn(old.count)
                return
            if (not old.count and not whole) or not accounts.backlog_told(connection, self._account, now):
                return
            if old.count and team is not None:
                examples = backlog.worst(connection, self._account, EXAMPLES)
                letter = self._letter(old, examples, row.first_polled_at, whole=whole)
                self._outbox.tell(connection, now, team, letter)
                log.info("%s: the team is told of %s old messages", self._account, old.count)

    def _warn(self, count: int) -> None:
        """Once in a process; as soon as somebody is named, that one is told."""
        if not self._warned:
            log.warning(
                "nobody is told of %s old messages of %s: [notify] complaint_team and operators are empty",
                count,
                self._account,
            )
        self._warned = True

    def _letter(
        self, old: Backlog, examples: Sequence[Row[Any]], begun_at: datetime, *, whole: bool
    ) -> Letter:
        """Short enough for Telegram and WhatsApp gateways; whatever could identify a patient is masked."""
        complaints = old.by_label.get("keluhan", 0)
        title = f"Pesan lama di akun {self._account}: {old.count} pesan, {complaints} keluhan"
        lines = [
            f"Akun {self._account} mulai dibaca pada {self._day(begun_at)}. Sebelum itu sudah ada {old.count} komentar "
            f"dan pesan dari masyarakat, dari {self._day(old.oldest)} sampai {self._day(old.newest)}.",
            "Semuanya sudah disimpan dan dinilai, tetapi sengaja tidak dibalas dan tidak dijadikan kasus, supaya yang "
            "baru tidak tertimbun. Pesan yang masuk sejak sekarang ditangani seperti biasa.",
            f"Menurut jenis: {_counted(old.by_label)}.",
        ]
        if not whole:
            lines.insert(
                2,
                "Pembacaan pertama belum selesai karena ada bagian yang terus gagal dibaca, jadi angka ini mungkin "
                "belum lengkap.",
            )
        if old.by_topic:
            lines.append(f"Topik keluhan dan saran: {_counted(old.by_topic)}.")
        if examples:
            lines.append("Yang paling perlu dilihat:")
            lines += [f"{place}. {self._example(one)}" for place, one in enumerate(examples, 1)]
        if old.exposing:
            lines.append(
                f"{old.exposing} komentar lama tampaknya memuat data kesehatan atau nomor pribadi seseorang. "
                f"Mohon dilihat apakah perlu disembunyikan: ig-worker inbox list --exposing --account {self._account}"
            )
        lines.append(
            "Mohon dipilih mana yang masih perlu ditanggapi; itu dapat dijawab langsung di Instagram. Daftar lengkap: "
            "ig-worker inbox list; satu pesan: ig-worker inbox show NOMOR."
        )
        return Letter(f"backlog:{self._account}", title, "\n".join(lines))

    def _example(self, message: Row[Any]) -> str:
        text = shorten(mask(" ".join(clean(message.text).split())), LONGEST_EXAMPLE)
        said = f"“{text}”" if text else "(tanpa kata-kata)"
        danger = ", mungkin ada bahaya" if message.danger else ""
        where = message.permalink or CHANNELS[message.channel]
        return f"{self._day(message.sent_at)}{danger}: {said} (nomor {message.id}, {where})"

    def _day(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self._zone):%d/%m/%Y}" if moment is not None else "-"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {TOPICS.get(name, name.replace('_', ' '))}" for name, count in counts.items())
