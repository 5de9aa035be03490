"""Looks once a week, at night, whether the database is sound, and tells the operators at once where it is not."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import facts
from ig_worker.store.database import Database
from ig_worker.store.integrity import FACT

log = logging.getLogger(__name__)

EVERY, AT_MOST = timedelta(days=6, hours=12), timedelta(days=8)
"""At night when the last look is so long ago; at any hour where no night would do, as the server sleeps then."""

QUIET = range(2, 5)
"""The hours of the night, in the centre's zone, when nobody waits for anything."""

AGAIN = timedelta(hours=1)
"""After a look that could not be had."""

CURE = "stop the worker and restore the last backup: ig-worker db restore"


class Soundness:
    """One database's. `look` reads the file and says what is wrong with it, None where it cannot be read now."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        zone: tzinfo,
        look: Callable[[Path], list[str] | None],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._zone = zone
        self._look = look
        self._not_before: datetime | None = None

    def run(self, *, at_any_time: bool = False) -> None:
        """Look, where it is time. Raises NeedsPerson as long as what was found last is not well.

        On PostgreSQL there is nothing to do: its checksums and its own people watch over it.
        """
        file = self._database.sqlite_file
        if file is None:
            return
        now = self._clock.now()
        if at_any_time or self._is_due(now):
            found = self._look(file)
            if found is None:
                self._not_before = now + AGAIN
                log.warning(
                    "whether the database is sound could not be seen; it is looked at again in an hour"
                )
                return
            self._keep(found, now)
        with self._database.reading() as connection:
            known = facts.read(connection, FACT)
        if known is not None and (damage := json.loads(known.value)):
            raise NeedsPerson(f"the database is damaged: {damage[0]}", cure=CURE)

    def _is_due(self, now: datetime) -> bool:
        if self._not_before is not None and now < self._not_before:
            return False
        with self._database.reading() as connection:
            known = facts.read(connection, FACT)
        if known is None:
            return now.astimezone(self._zone).hour in QUIET
        # A clock that went back makes no look late.
        passed = abs(now - known.at)
        return passed > AT_MOST or (passed > EVERY and now.astimezone(self._zone).hour in QUIET)

    def _keep(self, found: list[str], now: datetime) -> None:
        with self._database.writing() as connection:
            facts.write(connection, FACT, json.dumps(found), now)
            if found:
                self._outbox.tell(connection, now, "operators", _letter(found, now.astimezone(self._zone)))
        if found:
            log.error("the database is damaged: %s (%s)", "; ".join(found), CURE)
        else:
            log.info("the database was read as a whole, and it is sound")


def _letter(found: list[str], now: datetime) -> Letter:
    return Letter(
        key=f"integrity:{now:%Y-%m-%d}",
        title="Basis data ig-worker rusak: mohon pulihkan cadangan terakhir",
        body=(
            "Pemeriksaan mingguan menemukan kerusakan pada berkas basis data, biasanya karena disk atau kartu memori\n"
            "yang mulai rusak. Pekerjaan tetap berjalan sejauh mungkin, tetapi jangan ditunda:\n"
            "1. hentikan ig-worker;\n"
            "2. pastikan disk sehat, atau ganti;\n"
            "3. pulihkan cadangan terakhir: ig-worker db restore.\n"
            f"Keterangan: {'; '.join(found[:3])}"
        ),
    )
