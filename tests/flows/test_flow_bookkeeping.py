"""Last month's register comes by itself: once, on the first working morning, with the PDF attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.bookkeeping.book import Bookkeeper, Rules
from ig_worker.flows.bookkeeping.monthly import MonthlyRegister
from ig_worker.store import accounts, cases, notices
from ig_worker.store.database import Database

WIB = ZoneInfo("Asia/Jakarta")
HOURS = {day: (time(7, 30), time(14)) for day in range(6)}
NEW_YEAR = frozenset({date(2027, 1, 1)})  # a Friday


class Press:
    """Sets nothing; fails as long as it is told to."""

    def __init__(self) -> None:
        self.books: list[dict[str, Any]] = []
        self.broken = False

    def register(self, book: Mapping[str, Any], out: Path) -> None:
        if self.broken:
            raise NeedsPerson("the register could not be made")
        self.books.append(dict(book))
        out.write_bytes(b"%PDF-")


class Office:
    """A database, a clock in the hand, and the keeper of the book."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.press = Press()
        self.clock = HandClock(datetime(2026, 12, 31, 17, tzinfo=UTC))  # midnight of the new year in Malang
        calendar = WorkingCalendar(HOURS, NEW_YEAR, WIB)
        rules = Rules(WIB, lambda _first, _last: calendar)
        self.keeper = Bookkeeper(database, self.press, self.clock, folder, rules)
        self.monthly = MonthlyRegister(
            database, self.keeper, outbox("report"), folder, self.clock, WIB, lambda _at: calendar
        )

    def watched_since(self, moment: datetime) -> None:
        with self.database.writing() as connection:
            accounts.first_polled(connection, ACCOUNT, moment)

    def letters(self) -> list[Any]:
        with self.database.reading() as connection:
            return [notice.row for notice in notices.due(connection, self.clock.now())]

    def open_case(self, number: int, at: datetime) -> None:
        with self.database.writing() as connection:
            values = {
                "number": f"K-2026-{number:04d}", "account": ACCOUNT, "label": "keluhan", "topic": "obat", "unit": "",
                "severity": "biasa", "channel": "dm", "opened_at": at,
            }  # fmt: skip
            cases.open_case(connection, values, [("resolve", at + timedelta(days=3))], at)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with bench_database() as database:
        made = Office(database, tmp_path)
        made.watched_since(datetime(2026, 11, 20, tzinfo=UTC))
        yield made


def test_it_comes_once_when_the_centre_first_opens_in_the_new_month(office: Office) -> None:
    office.open_case(1, datetime(2026, 11, 30, 16, tzinfo=UTC))
    office.open_case(2, datetime(2026, 12, 5, tzinfo=UTC))
    at_work = []
    for hour in range(60):
        office.monthly.run()
        if office.letters():
            at_work.append(hour)
        office.clock.forward(timedelta(hours=1))
    # The first of January is a Friday and a holiday; the centre opens on Saturday at half past seven.
    assert at_work[0] == 32
    (letter,) = office.letters()
    assert letter.title == "Buku register keluhan dan saran, Desember 2026"
    assert letter.attachments == ["reports/buku-register-2026-12.pdf"]
    assert letter.body.splitlines() == [
        "1 kasus masuk: 0 sudah selesai, 1 belum.",
        "1 kasus dari bulan sebelumnya masih terbuka.",
        "Penyelesaian tepat waktu: 0 dari 1.",
        "PDF untuk ditandatangani terlampir; lembar Excel ada di reports/buku-register-2026-12.xlsx.",
    ]
    assert [row["number"] for row in office.press.books[0]["rows"]] == ["K-2026-0002"]
    assert len(office.press.books) == 1
    made = load_workbook(office.folder / "reports" / "buku-register-2026-12.xlsx")
    assert made["Register"]["B2"].value == "K-2026-0002"


def test_a_month_before_the_first_look_has_none(office: Office) -> None:
    office.clock = HandClock(datetime(2026, 11, 20, tzinfo=UTC))
    keeper = MonthlyRegister(
        office.database, office.keeper, outbox("report"), office.folder, office.clock, WIB,
        lambda _at: WorkingCalendar(HOURS, NEW_YEAR, WIB),
    )  # fmt: skip
    keeper.run(at_any_time=True)
    assert (office.letters(), list(office.folder.iterdir())) == ([], [])


def test_a_month_without_cases_is_told_as_one(office: Office) -> None:
    office.monthly.run(at_any_time=True)
    (letter,) = office.letters()
    assert letter.body.startswith("Tidak ada keluhan atau saran yang masuk (Desember 2026).\n")


def test_what_could_not_be_made_is_made_later(office: Office) -> None:
    office.press.broken = True
    with pytest.raises(NeedsPerson):
        office.monthly.run(at_any_time=True)
    assert office.letters() == []
    office.press.broken = False
    office.monthly.run(at_any_time=True)
    assert len(office.letters()) == 1


@pytest.mark.parametrize(
    ("text", "first", "hours"),
    [("2026-12", "2026-12-01", 744), ("2024-02", "2024-02-01", 696), (" 2026-11 ", "2026-11-01", 720)],
)
def test_a_month_has_its_days(text: str, first: str, hours: int) -> None:
    month = Month.written(text)
    begin, end = month.span(WIB)
    assert (month.first.isoformat(), (end - begin) / timedelta(hours=1), str(month)) == (
        first,
        hours,
        text.strip(),
    )
    assert Month.before(end) == month
