"""Puts last month's register into the reports on the first working morning, and sends it to those who read it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from ig_worker.domain.month import Month, first_opening_after
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.bookkeeping.book import Book, Bookkeeper
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, figures
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)

JOB = "register"
FORMS = ("xlsx", "pdf")


class MonthlyRegister:
    """The register of the month that has just ended, over all accounts, once. ``zone`` is the centre's."""

    def __init__(
        self,
        database: Database,
        keeper: Bookkeeper,
        outbox: Outbox,
        data_dir: Path,
        clock: Clock,
        zone: tzinfo,
        calendar: Callable[[datetime], WorkingCalendar],
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._outbox = outbox
        self._data_dir = data_dir
        self._clock = clock
        self._zone = zone
        self._calendar = calendar

    def run(self, *, at_any_time: bool = False) -> None:
        """Make it once the centre has opened for the first time in the new month (or `at_any_time`).

        A month in which no account was read yet has none. After a stop longer than a month only the last one is made;
        the others are there for the asking (``cases export --month``).
        """
        now = self._clock.now()
        month = Month.before(now.astimezone(self._zone))
        with self._database.reading() as connection:
            if month.first in figures.nights_done(connection, JOB, "", month.first) or not self._watched(
                connection, month
            ):
                return
        if not at_any_time and now < first_opening_after(month, self._calendar(now)):
            return
        book = self._keeper.gather(month)
        paths = {form: f"reports/buku-register-{month}.{form}" for form in FORMS}
        for form, path in paths.items():
            self._keeper.make(book, form, self._data_dir / path)
        letter = Letter(
            key=f"register:{month}",
            title=f"Buku register keluhan dan saran, {book['period']}",
            body=_body(book, paths["xlsx"]),
            attachments=(paths["pdf"],),
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "report", letter)
            figures.mark_night(connection, JOB, "", month.first, now)
        log.info("register of %s made: %d cases", month, len(book["rows"]))

    def _watched(self, connection: Connection, month: Month) -> bool:
        """Whether any account's inbox was read before the month ended."""
        _, ended = month.span(self._zone)
        since = [row.first_polled_at for row in accounts.listed(connection)]
        return any(at is not None and at < ended for at in since)


def _body(book: Book, workbook: str) -> str:
    sums = book["sums"]
    cases, still_open, carried = sums["cases"], sums["still_open"], len(sums["carried"])
    lines = [
        f"{cases} kasus masuk: {cases - still_open} sudah selesai, {still_open} belum."
        if cases
        else book["empty"],
        *([f"{carried} kasus dari bulan sebelumnya masih terbuka."] if carried else []),
        *(
            f"{line['name']} tepat waktu: {line['in_time']} dari {line['in_time'] + line['late']}."
            for line in sums["deadlines"]
            if line["in_time"] + line["late"]
        ),
        f"PDF untuk ditandatangani terlampir; lembar Excel ada di {workbook}.",
        *(f"Rantai bukti {chain['account']}: {chain['head'][:16]}" for chain in book["chains"]),
    ]
    return "\n".join(lines)
