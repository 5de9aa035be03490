"""Says when single posts or conversations fail whenever they are read, or conversations show nothing of what changed.

The rest of the inbox goes on, and what fails is tried more and more seldom: no job is late for it, and a complaint in
there would be heard by nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from ig_worker.flows.inbox.unseen import NAMED, NOT_AGAIN, first_line
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import inbox
from ig_worker.store.database import Database

log = logging.getLogger(__name__)


class Unreadable:
    """One account's posts and conversations that fail. What was told is known for as long as the process lives."""

    def __init__(self, account: str, database: Database, outbox: Outbox, zone: tzinfo) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._zone = zone
        self._told: set[str] = set()
        self._told_at: datetime | None = None

    def tell(
        self, posts: Mapping[str, datetime], conversations: Mapping[str, datetime], now: datetime
    ) -> None:
        """Tell the operators of them: by Meta's id, since when each has failed.

        Once of each, and not of others within a day: the cure is the same.
        """
        failing = {*posts, *conversations}
        self._told &= failing
        soon = self._told_at is not None and timedelta(0) <= now - self._told_at < NOT_AGAIN
        if failing <= self._told or soon or not self._outbox.knows("operators"):
            return
        with self._database.writing() as connection:
            named = inbox.named(connection, self._account, sorted(posts))
            threads = sorted(conversations.values())
            self._outbox.tell(connection, now, "operators", self._letter(named, threads, now))
        self._told, self._told_at = failing, now
        log.error(
            "%s: %d posts and %d conversations fail whenever they are read; the operators are told",
            self._account,
            len(named),
            len(threads),
            extra={"action": "unreadable", "account": self._account},
        )

    def _letter(self, posts: list[tuple[str, str]], threads: list[datetime], now: datetime) -> Letter:
        lines = [f"- kiriman {first_line(caption)}: {link}" for caption, link in posts[:NAMED]]
        if len(posts) > NAMED:
            lines.append(f"- dan {len(posts) - NAMED} kiriman lain")
        if threads:
            since = f"{threads[0].astimezone(self._zone):%d/%m/%Y %H.%M}"
            lines.append(f"- {len(threads)} percakapan (pesan langsung), yang paling lama sejak {since}")
        body = (
            f"Setiap kali ig-worker membaca bagian berikut dari akun {self._account}, Instagram menjawab dengan "
            "kesalahan, atau memberi tahu ada pesan baru tanpa memperlihatkannya. Yang lain tetap terbaca, tetapi "
            "keluhan di sini belum dapat terdengar.\n\n"
            + "\n".join(lines)
            + "\n\nMohon bagian itu dibaca dan dijawab langsung di aplikasi Instagram, juga di permintaan pesan. Bila "
            "di sana tidak ada pesan baru, pengirimnya mungkin sudah menariknya kembali. ig-worker tetap mencobanya, "
            "paling jarang setiap enam jam, dan menanganinya seperti biasa begitu terbaca."
        )
        key = f"unreadable:{self._account}:{now:%Y%m%dT%H%M%S}"
        return Letter(key, f"Tidak dapat dibaca: {len(posts)} kiriman, {len(threads)} percakapan", body)
