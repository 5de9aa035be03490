"""Writes what is said about evidence later: a picture at last, an edit, a deletion."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.case_letter import chain_line, quoted, shown_moment
from ig_worker.domain.errors import IgWorkerError
from ig_worker.flows.casework.letters import Letters
from ig_worker.flows.casework.what_was_said import Change
from ig_worker.flows.outbox import Letter
from ig_worker.store import chain, notices
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Row

STILL_NEWS = timedelta(days=7)
"""An edit or deletion that is seen so much later becomes evidence, and nobody is disturbed by it."""

WORDS_SHOWN = 300
WHAT = {"comment": "Komentar", "dm": "Pesan"}


class LaterLetters:
    """One account's later letters about evidence."""

    def __init__(self, letters: Letters, zone: tzinfo) -> None:
        self._letters = letters
        self._zone = zone

    def none_can_be_made(
        self, connection: Connection, number: str, problem: IgWorkerError, now: datetime, *, weekly: bool
    ) -> None:
        """Cards fail again and again; once a day, for all of them, or `weekly` where nothing else was told of them."""
        today = now.astimezone(self._zone).date()
        week = [today - timedelta(days=gone) for gone in range(7)]
        if weekly and notices.is_written(connection, [f"evidence:{day}" for day in week]):
            return
        letter = Letter(
            key=f"evidence:{today}",
            title="Gambar bukti kasus belum dapat dibuat",
            body=(
                "Gambar bukti untuk register kasus belum dapat dibuat. Kasus tetap dibuka dan diberitahukan, isi"
                " pesannya tersimpan, dan gambarnya dicoba lagi sendiri sampai berhasil.\n"
                f"Kasus: {number}\nKeterangan: {problem}\n"
                "Yang perlu dilakukan: periksa sisa ruang disk dan izin menulis di folder evidence.\n"
                "Untuk memeriksa: ig-worker doctor"
            ),
        )
        self._letters.tell_operators(connection, now, letter)

    def picture_at_last(
        self, connection: Connection, stored: StoredCase, message: Row[Any], picture: str, now: datetime
    ) -> None:
        """The card that was missing in the notice could be made."""
        body = (
            f"{stored.number}: gambar bukti yang tadinya belum dapat dibuat kini sudah ada dan terlampir.\n"
            f"{self._head(connection, stored)}"
        )
        title = f"{stored.number}: gambar bukti menyusul"
        key = f"{stored.number}:card:{message.id}"
        letter = Letter(key, title, body, (picture,), stored.id, "Gambar bukti menyusul.")
        self._letters.tell_later(connection, stored, letter, now)

    def changed(
        self,
        connection: Connection,
        stored: StoredCase,
        message: Row[Any],
        change: Change,
        pictures: tuple[str, ...],
        now: datetime,
    ) -> None:
        """A message was edited or is gone; whatever could identify a patient is masked."""
        if now - change.at > STILL_NEWS:
            return
        what = WHAT[message.channel]
        seen = f"{_how_long(change.at - message.sent_at)} kemudian ({shown_moment(change.at.astimezone(self._zone))})"
        if change.kind == "edited":
            title = f"{stored.number}: {what.lower()} disunting"
            lines = [
                f"{what} pada kasus {stored.number} disunting pengirimnya {seen}.",
                f"Semula: {quoted(change.before, WORDS_SHOWN)}",
                f"Menjadi: {quoted(change.after, WORDS_SHOWN)}",
            ]
        else:
            title = f"{stored.number}: {what.lower()} dihapus"
            lines = [
                f"{what} pada kasus {stored.number} tidak ada lagi di Instagram, {seen}. "
                "Kasusnya tetap berjalan dan buktinya tetap tersimpan.",
                quoted(change.before, WORDS_SHOWN),
            ]
        if not pictures:
            lines.append("Gambar buktinya belum dapat dibuat; isi lengkapnya ada di register.")
        lines.append(self._head(connection, stored))
        key = f"{stored.number}:{change.kind}:{message.id}:{change.at.timestamp():.0f}"
        letter = Letter(key, title, "\n".join(lines), pictures, stored.id, lines[-2 if pictures else -3])
        self._letters.tell_later(connection, stored, letter, now)

    def _head(self, connection: Connection, stored: StoredCase) -> str:
        return chain_line(chain.head(connection, stored.row.account))


def _how_long(time: timedelta) -> str:
    minutes = max(int(time.total_seconds() // 60), 0)
    if minutes < 1:
        return "kurang dari semenit"
    if minutes < 60:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 24 * 60 else f"{minutes // (24 * 60)} hari"
