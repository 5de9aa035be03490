"""Gathers the register book of a span of time, and has it made as a spreadsheet, as CSV or as a paper to sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.month import Month
from ig_worker.domain.register import COLUMNS, line
from ig_worker.domain.register_sums import sums
from ig_worker.domain.register_words import OF_ALL_CASES
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.ports import Clock
from ig_worker.sheets.register_book import write_register
from ig_worker.store import accounts, journal
from ig_worker.store import register as shelf
from ig_worker.store.database import Connection, Database

FORMS = ("xlsx", "csv", "pdf")

Book = dict[str, Any]


class Press(Protocol):
    """Sets the register as a PDF."""

    def register(self, book: Mapping[str, Any], out: Path) -> None: ...


@dataclass(frozen=True)
class Rules:
    """The centre's zone, and when it is open between two moments."""

    zone: tzinfo
    calendar: Callable[[datetime, datetime], WorkingCalendar]


class Bookkeeper:
    """Makes register books. Everything in them is Indonesian: the centre and its auditors read it."""

    def __init__(self, database: Database, press: Press, clock: Clock, data_dir: Path, rules: Rules) -> None:
        self._database = database
        self._press = press
        self._clock = clock
        self._data_dir = data_dir
        self._rules = rules

    def path(self, form: str, month: Month | None, account: str | None, *, full: bool = False) -> Path:
        """Where a book lies if nobody says otherwise."""
        parts = [f"register-{month}" if month else OF_ALL_CASES, *([account] if account else [])]
        return self._data_dir / "reports" / ("-".join([*parts, *(["lengkap"] if full else [])]) + f".{form}")

    def gather(self, month: Month | None, account: str | None = None, *, full_for: str = "") -> Book:
        """The book of the cases opened in that month (all of them for None), as plain data that can become JSON.

        ``full_for`` names the person who takes the book with everything unmasked.
        """
        now = self._clock.now()
        zone = self._rules.zone
        begin, end = month.span(zone) if month else (None, None)
        with self._database.reading() as connection:
            first = begin or shelf.first_opened(connection) or now
        # The holidays come from a process of their own; the cases are read meanwhile.
        with ThreadPoolExecutor(max_workers=1) as aside:
            counted = aside.submit(self._rules.calendar, first, now)
            with self._database.reading() as connection:
                found = shelf.cases_of(connection, account=account, begin=begin, end=end)
                carried = shelf.open_from_before(connection, begin, account=account) if begin else []
                names = [account] if account else [row.name for row in accounts.listed(connection)]
                called = [_called(connection, name) for name in names]
                chains = [asdict(chain) for chain in shelf.chains(connection, account=account)]
            calendar = counted.result()
        period = month.in_words if month else "Semua kasus"
        return {
            "title": "Buku Register Keluhan dan Saran",
            "accounts": called,
            "period": period,
            "spans_head": "Per minggu" if month else "Per bulan",
            "made_at": now.astimezone(zone).isoformat(),
            "made_in_words": f"Dicetak pada {now.astimezone(zone):%d/%m/%Y %H.%M %Z}",
            "privacy": _privacy(full_for),
            "empty": f"Tidak ada keluhan atau saran yang masuk ({period}).",
            "columns": [asdict(column) for column in COLUMNS],
            "rows": [line(no, case, calendar, now, full=bool(full_for)) for no, case in enumerate(found, 1)],
            "sums": asdict(sums(found, carried, calendar, now, by_week=month is not None)),
            "chains": chains,
        }

    def make(self, book: Book, form: str, out: Path) -> None:
        """The file of a book. Raises Misconfigured where it cannot be written, NeedsPerson where it cannot be made."""
        if form == "pdf":
            self._press.register(book, out)
        else:
            write_register(book, form, out)

    def export(
        self, form: str, out: Path, month: Month | None, account: str | None = None, *, full_for: str = ""
    ) -> int:
        """Gather and make a book; returns how many cases are in it. The journal keeps who takes a full one."""
        book = self.gather(month, account, full_for=full_for)
        if full_for:
            self._note(form, month, account, len(book["rows"]), full_for)
        self.make(book, form, out)
        if full_for:
            out.chmod(0o600)
        return len(book["rows"])

    def _note(self, form: str, month: Month | None, account: str | None, count: int, who: str) -> None:
        """Who takes everything unmasked is written down before it is handed out."""
        what = f"took the full register: {month or 'all'}, {account or 'all accounts'}, {form}, {count} cases"
        with self._database.writing() as connection:
            journal.note(connection, self._clock.now(), "register", what, who=who)


def _privacy(full_for: str) -> str:
    if full_for:
        return f"LENGKAP, memuat data pribadi; diambil oleh {full_for}. Hanya untuk yang berwenang."
    return "Nomor pribadi dan nama akun pelapor disamarkan."


def _called(connection: Connection, name: str) -> str:
    account = accounts.get(connection, name)
    return f"@{account.username}" if account is not None and account.username else name
