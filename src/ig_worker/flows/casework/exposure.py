"""Tells the team of comments that show everybody somebody's health or person; a person decides about hiding them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from ig_worker.domain.exposure import veiled
from ig_worker.domain.text import clean, shorten
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import exposures, journal
from ig_worker.store.database import Database, Row

log = logging.getLogger(__name__)

ALARM_AGE = timedelta(days=7)
"""How long after it was first seen it may still be told of: after an outage, rather late than never."""

MOST_WORDS = 300


class Exposures:
    """One account's comments that expose somebody."""

    def __init__(self, account: str, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._warned = False

    def run(self) -> None:
        """One notice a comment, at any hour: it stands there for everybody meanwhile. Nothing is hidden from here."""
        now = self._clock.now()
        with self._database.reading() as connection:
            untold = exposures.untold(connection, self._account, now - ALARM_AGE)
        team = next((one for one in ("complaint_team", "operators") if self._outbox.knows(one)), None)
        if team is None:
            self._warn(len(untold))
            return
        for message in untold:
            with self._database.writing() as connection:
                if exposures.mark_told(connection, message, now):
                    self._outbox.tell(connection, now, team, _letter(message))
                    what = f"{team} is asked whether to hide it: {message.exposes}"
                    journal.note(connection, now, f"message:{message.id}", what)

    def _warn(self, count: int) -> None:
        """Once in a process; as soon as somebody is named, that one is told."""
        if count and not self._warned:
            log.error("nobody is told of %s comments that expose somebody: [notify] names nobody", count)
            self._warned = True


def _letter(message: Row[Any]) -> Letter:
    """Short enough for any channel; neither numbers nor names of those who are spoken of."""
    words = shorten(" ".join(veiled(clean(message.text)).split()), MOST_WORDS)
    if message.own:
        what_to_do = (
            "Komentar ini ditulis dari akun puskesmas sendiri dan tidak dapat disembunyikan: mohon dihapus lewat "
            "aplikasi Instagram bila benar."
        )
    else:
        what_to_do = (
            "Mohon dilihat. Bila benar, sebaiknya disembunyikan dari umum (penulisnya tetap melihatnya):\n"
            f"ig-worker inbox hide {message.id} --by NAMA\n"
            f"Isi lengkapnya: ig-worker inbox show {message.id}"
        )
    lines = [
        f"Komentar di bawah postingan akun {message.account} tampaknya memuat {message.exposes}, "
        "dan dapat dibaca siapa saja:",
        f"“{words}”",
        what_to_do,
        *([f"Tautan: {message.permalink}"] if message.permalink else []),
        "Komentar tidak pernah disembunyikan secara otomatis.",
    ]
    again = f":{message.edited_at:%Y%m%dT%H%M%S}" if message.edited_at is not None else ""
    title = f"Data pribadi di komentar nomor {message.id}"
    return Letter(f"exposure:{message.id}{again}", title, "\n".join(lines))
