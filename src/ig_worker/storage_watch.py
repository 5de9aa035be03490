"""Watches whether anything can be written: begins nothing while it cannot, says so once, and goes on by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker import clock as machine
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.told import OPERATORS
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Messenger
from ig_worker.notify import Courier, target_id
from ig_worker.slate import Slate, Trouble
from ig_worker.store.database import Database, StorageError, unreadable
from ig_worker.store.one_file import Identity, identity, lay_aside, logs_of, note
from ig_worker.store.writable import (
    AWAY,
    DAMAGED,
    ENOUGH_ROOM,
    FULL,
    GONE,
    hidden,
    kind_of,
    seen_from_outside,
    tried,
)

if TYPE_CHECKING:
    from ig_worker.config import Settings

log = logging.getLogger(__name__)

TRY_EVERY, TRY_AT_MOST = 5.0, 300.0
"""Seconds between two tries to write again; twice as long each time when it comes and goes."""

CALM = 600.0
"""Seconds without trouble after which the next one is a new one."""

TELL_AGAIN = 600.0
"""Seconds until an operator who could not be reached is tried again."""


class StorageWatch:
    """One for a worker; its lanes share it.

    While something is wrong no job is begun: a notice that is sent and cannot be written down would be sent again and
    again, a container be made at every tick. The operators are told at once, past the outbox, which cannot be written
    either; that it is over they read from there. `addresses` are theirs.
    """

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        outbox: Outbox | None,
        messenger: Messenger,
        clock: Clock,
        *,
        zone: tzinfo,
        addresses: Sequence[str],
        stopwatch: Callable[[], float] = machine.stopwatch,
    ) -> None:
        self._stopwatch = stopwatch
        self._database = database
        self._data_dir = data_dir
        self._zone = zone
        self._addresses = addresses
        self._outbox = outbox
        self._messenger = messenger
        self._clock = clock
        self._slate = Slate(data_dir)
        self._looking = threading.Lock()
        self._trouble = self._slate.read()
        self._looked_at = float("-inf")
        self._over_at = float("-inf")
        self._told_at = float("-inf")
        self._pace = TRY_EVERY
        self._said: dict[str, str] = {}
        self._file: Identity | None = None
        self._logs: dict[str, Identity] = {}
        self._noted = False
        self.replaced = ""
        """What is said where another file lies in the database's place: only a fresh start may work on that one."""

    @property
    def has_been_here(self) -> bool:
        """Whether a worker has worked with this data before."""
        return self._slate.exists

    @property
    def trouble(self) -> Trouble | None:
        """What keeps everything from being written; None while nothing does."""
        return self._trouble

    def hindrance(self) -> str:
        """Why nothing may be begun now, in a line; empty where all is well. Now and then it tries again."""
        if not self._looking.acquire(blocking=False):
            return self._line()
        try:
            if self._trouble is None:
                if (seen := self._gone() or seen_from_outside(self._database, self._data_dir)) is not None:
                    self._begin(*seen, _CURES[seen[0]])
            elif self._stopwatch() - self._looked_at >= self._pace:
                self._looked_at = self._stopwatch()
                self._look_again()
            return self._line()
        finally:
            self._looking.release()

    def begin(self) -> str:
        """For the start of a worker: as ``hindrance``, but it tries in any case, and makes room for a word."""
        with self._looking:
            if (file := self._database.sqlite_file) is not None:
                self._file = self._database.opened or identity(file)
            if self._trouble is None:
                self._slate.wipe()
            self._look_again()
            return self._line()

    def met(self, error: StorageError) -> bool:
        """A job met this error. Whether it is one that nothing can be written after; then it is said, once."""
        kind = kind_of(self._database, error)
        if kind is None:
            return False
        known = unreadable(self._database, error)
        with self._looking:
            if (gone := self._gone()) is not None:
                self._begin(*gone, _CURES[GONE])
            elif self._trouble is None:
                self._begin(kind, str(known), known.cure)
        return True

    def leave(self) -> bool:
        """For the end of a worker: whether the database is still the one that it opened.

        Where another file lies in its place, what lies beside it is the log of the one that was there: it is laid
        aside, or SQLite would lay it over this one.
        """
        file = self._database.sqlite_file
        with self._looking:
            self._gone()
        if not self.replaced or file is None:
            return True
        try:
            aside = lay_aside(file, self._logs, self._clock.now())
        except OSError as error:
            log.error(  # noqa: TRY400 (the line says it all)
                "the log of the database that was replaced still lies beside the new one, and would spoil it: %s;"
                " move %s-wal and %s-shm away before the next start",
                error.strerror, file, file.name,
            )  # fmt: skip
            return False
        if aside:
            log.warning(
                "%s; the log of the one that was there is laid aside as %s, with all that it holds",
                self.replaced, " and ".join(each.name for each in aside),
            )  # fmt: skip
        return False

    def is_news(self, job: str, error: str) -> bool:
        """Whether a job's error is another one than the last time; what it says at every tick is said once."""
        if self._said.get(job, "") == error:
            return False
        self._said[job] = error
        return True

    def tell(self) -> None:
        """Tell the operators who do not know it yet. It may take minutes, where a mail server is mute."""
        trouble = self._trouble
        if trouble is None or self._stopwatch() - self._told_at < TELL_AGAIN:
            return
        self._told_at = self._stopwatch()
        since = trouble.since.astimezone(self._zone)
        for url in self._addresses:
            if target_id(url) in trouble.told:
                continue
            body = _STOPPED.format(
                since=f"{since:%d/%m/%Y pukul %H.%M}", why=_WHY[trouble.kind], cure=_CURE[trouble.kind]
            )
            try:
                self._messenger.send(url, _STOPPED_TITLE, f"{body}\nKeterangan: {trouble.said}", ())
            except (IgWorkerError, OSError) as error:
                log.warning("an operator could not be told that nothing can be written: %s", error)
                continue
            trouble = replace(trouble, told=(*trouble.told, target_id(url)))
            # One by one: whoever ends this while the next address is mute tells nobody twice.
            with self._looking:
                if (now := self._trouble) is not None and (now.since, now.kind) == (
                    trouble.since,
                    trouble.kind,
                ):
                    self._trouble = trouble
                    self._slate.write(trouble)

    def tell_at_the_end(self, ruin: tuple[str, str] | None = None) -> None:
        """As ``tell``, of this `ruin` where one is given, by one who ends now and is begun again every few seconds.

        Only where it can be noted who knows it: else they would hear of it at each beginning.
        """
        if ruin is not None:
            with self._looking:
                self._begin(*ruin, "stop the worker and restore the last backup: ig-worker db restore")
        if self._slate.read() is not None:
            self.tell()

    def _look_again(self) -> None:
        found = self._gone() or seen_from_outside(
            self._database, self._data_dir, ENOUGH_ROOM if self._trouble else 0
        )
        if found is not None:
            self._begin(*found, _CURES[found[0]])
            return
        if self._trouble is not None and self._trouble.kind == DAMAGED and self._looked_at > float("-inf"):
            return  # whatever is written into a damaged file makes it worse: restore, and start again
        try:
            tried(self._database)
            if self._trouble is not None:
                self._end(self._trouble)
        except StorageError as error:
            kind = kind_of(self._database, error)
            if kind is None:
                log.warning("it cannot be tried whether something can be written: %s", type(error).__name__)
                return
            known = unreadable(self._database, error)
            self._begin(kind, str(known), known.cure)

    def _gone(self) -> tuple[str, str] | None:
        """Whether the file that this worker opened is still the one of that name.

        SQLite writes on into a file that was taken away, where nobody will ever find it.
        """
        if self._file is None or (file := self._database.sqlite_file) is None:
            return None
        logs = logs_of(file)  # before the file: what lay there while it was ours is ours as well
        if (there := identity(file)) == self._file:
            if (known := self._logs | logs) != self._logs or not self._noted:
                self._logs, self._noted = known, note(file, self._file, known)
            self.replaced = ""
            return None
        if there is None:
            return None if hidden(file) else (GONE, f"the database {file} was taken away")
        self.replaced = f"the database {file} was replaced by another file"
        return GONE, self.replaced

    def _begin(self, kind: str, said: str, cure: str) -> None:
        if (known := self._trouble) is not None:
            if known.kind == DAMAGED and kind in PASSING:
                return  # what passes mends no damage
            if known.kind != kind or (kind == GONE and known.said != said):
                # Who was told to wait must hear that waiting is of no use any more.
                is_worse = known.kind in (*PASSING, AWAY) and kind in (DAMAGED, GONE)
                self._trouble = replace(
                    known, kind=kind, said=said, cure=cure, told=() if is_worse else known.told
                )
                self._slate.write(self._trouble)
                if is_worse:
                    self._told_at = float("-inf")
                    log.error("it will not pass by itself: %s (%s)", said, cure)
            return
        again = self._stopwatch() - self._over_at < CALM
        self._pace = min(self._pace * 2, TRY_AT_MOST) if again else TRY_EVERY
        self._looked_at = self._stopwatch()
        self._trouble = Trouble(kind, said, cure, self._clock.now())
        self._slate.write(self._trouble)
        log.error("nothing can be written, so nothing is begun until it can: %s (%s)", said, cure)

    def _end(self, trouble: Trouble) -> None:
        now = self._clock.now()
        if self._outbox is None:
            # Before a start: the worker itself says that it is over, and tells those who were told.
            self._trouble = None
            return
        with self._database.writing() as connection:
            if trouble.told:
                self._outbox.tell(connection, now, OPERATORS, self._over(trouble, now))
        self._trouble = None
        self._over_at = self._stopwatch()
        self._slate.wipe()
        log.warning(
            "everything can be written again, after %s; the worker goes on", _lasting(now - trouble.since)
        )

    def _over(self, trouble: Trouble, now: datetime) -> Letter:
        since, until = (f"{each.astimezone(self._zone):%d/%m/%Y %H.%M}" for each in (trouble.since, now))
        return Letter(
            key=f"storage:{trouble.since.isoformat()}",
            title=_OVER_TITLE,
            body=_OVER.format(since=since, until=until, why=_WHY[trouble.kind]),
        )

    def _line(self) -> str:
        trouble = self._trouble  # another lane may end it at any moment
        return f"{trouble.said} ({trouble.cure})" if trouble is not None else ""


def watch_of(
    database: Database,
    settings: Settings,
    outbox: Outbox | None,
    clock: Clock,
    stopwatch: Callable[[], float] = machine.stopwatch,
) -> StorageWatch:
    """The watch over what these settings name."""
    return StorageWatch(
        database,
        settings.data_dir,
        outbox,
        Courier(),
        clock,
        zone=settings.zone,
        addresses=settings.recipients(OPERATORS),
        stopwatch=stopwatch,
    )


def _lasting(passed: object) -> str:
    return str(passed).partition(".")[0]


_CURES: Mapping[str, str] = {
    FULL: "free some space on that disk; nothing was lost, the worker goes on by itself",
    "read-only": "make it writable for the worker's user; the worker goes on by itself",
    "disk": "check the disk (dmesg, df -h) and who may enter its folders; the worker goes on by itself",
    GONE: "put the file back where it was, or stop the worker and restore the last backup",
}

PASSING = (FULL, "read-only", "busy", "disk")
"""What a start waits for; on PostgreSQL for a server that is away as well."""

_STOPPED_TITLE = "ig-worker berhenti sementara: data tidak dapat disimpan"
_STOPPED = (
    "Sejak {since} ig-worker tidak dapat menyimpan data, karena {why}.\n"
    "Agar tidak ada yang terkirim dua kali, semua pekerjaan ditunda: postingan, balasan, kasus, dan pemberitahuan.\n"
    "Yang perlu dilakukan: {cure}\n"
    "Yang sudah tersimpan tetap aman. Begitu data dapat disimpan lagi, ig-worker melanjutkan sendiri dan memberi kabar."
)
_OVER_TITLE = "ig-worker bekerja kembali"
_OVER = (
    "Data dapat disimpan lagi, dan ig-worker melanjutkan pekerjaannya sendiri.\n"
    "Tertunda dari {since} sampai {until}, karena {why}.\n"
    "Mohon lihat postingan yang terlambat di papan atau dengan ig-worker status."
)
_WHY: Mapping[str, str] = {
    FULL: "disk server penuh",
    "read-only": "disk atau berkas data hanya dapat dibaca",
    "busy": "program lain sedang mengunci basis data",
    "disk": "disk server bermasalah",
    DAMAGED: "berkas basis data rusak",
    "away": "basis data tidak dapat dihubungi",
    GONE: "berkas basis data tidak ada lagi di tempatnya, atau diganti berkas lain",
}
_CURE: Mapping[str, str] = {
    FULL: "kosongkan ruang di disk server, misalnya berkas lama di luar folder ig-worker.",
    "read-only": "minta petugas server memeriksa disk dan hak tulis folder data ig-worker.",
    "busy": "hentikan program lain yang memakai basis data ig-worker.",
    "disk": "minta petugas server memeriksa disk secepatnya, lalu pastikan cadangan terakhir masih baik.",
    DAMAGED: "hentikan ig-worker, lalu pulihkan cadangan terakhir dengan ig-worker db restore.",
    "away": "minta petugas server memeriksa apakah basis data berjalan.",
    GONE: "kembalikan berkas itu ke tempatnya; bila tidak ada, hentikan ig-worker, lalu pulihkan cadangan terakhir "
    "dengan ig-worker db restore.",
}
