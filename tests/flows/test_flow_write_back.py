"""Figures go to the spreadsheet once they were read, again when they were corrected, and a silence is made up for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from ig_worker.domain.errors import IgWorkerError, Misconfigured, Throttled, Unanswered
from ig_worker.flows.taking_along.write_back import Rules, WriteBack
from ig_worker.store import accounts, notices
from ig_worker.store.database import Database
from ig_worker.store.rows import put
from ig_worker.store.schema import metrics, missing_figures

# Wednesday 25 November 2026, 01.20 in Malang; the 23rd is the last of Meta's days that is closed.
NIGHT = datetime(2026, 11, 24, 18, 20, tzinfo=UTC)
OTHER = "arjosari"
MINUTE = timedelta(minutes=1)
CURE = "Bagikan lembar itu kepada akun layanan sebagai Editor."


class Spreadsheet:
    """Takes what it is given, or raises as told."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, str | float | None]] = {}
        self.writes = 0
        self.error: IgWorkerError | None = None

    def write(self, heads: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> int:
        self.writes += 1
        if self.error is not None:
            raise self.error
        for row in rows:
            self.rows[str(row[0]), str(row[1])] = dict(zip(heads, row, strict=True))
        return len(rows)

    def days(self, account: str = ACCOUNT) -> list[str]:
        return sorted(day for name, day in self.rows if name == account)


class Nights:
    """Two accounts, what was read of them, and one spreadsheet."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(NIGHT)
        self.sheet = Spreadsheet()
        with database.writing() as connection:
            accounts.known(connection, OTHER, "17841400000000002")
        self.back = self.restarted()

    def restarted(self) -> WriteBack:
        rules = Rules((ACCOUNT, OTHER), ZoneInfo("Asia/Jakarta"))
        return WriteBack(self.sheet, self.database, outbox("operators"), self.clock, rules)

    def read(self, day: int, reach: float, account: str = ACCOUNT, *, at: datetime | None = NIGHT) -> None:
        """Instagram has said so; before schema 0005 nobody noted when."""
        row = {"account": account, "media_id": "", "day": date(2026, 11, day), "name": "reach"}
        with self.database.writing() as connection:
            put(connection, metrics, {**row, "breakdown": "", "value": reach, "read_at": at})

    def missed(self, day: int) -> None:
        row = {"account": ACCOUNT, "media_id": "", "day": date(2026, 11, day), "name": "", "why": "no_data"}
        with self.database.writing() as connection:
            put(connection, missing_figures, {**row, "read_at": self.clock.now()})

    def later(self, **how: float) -> None:
        self.clock.forward(timedelta(**how))

    def letters(self) -> list[str]:
        with self.database.reading() as connection:
            return [notice.row.body for notice in notices.due(connection, self.clock.now())]


@pytest.fixture
def nights() -> Iterator[Nights]:
    with bench_database() as database:
        yield Nights(database)


def test_every_closed_day_that_was_read_is_written_once(nights: Nights) -> None:
    nights.read(22, 0)
    nights.read(23, 20, at=None)
    nights.read(24, 3)  # not closed yet
    nights.read(23, 5, OTHER)
    nights.later(minutes=1)
    nights.back.run()
    assert (nights.sheet.days(), nights.sheet.days(OTHER)) == (["2026-11-22", "2026-11-23"], ["2026-11-23"])
    assert nights.sheet.rows[ACCOUNT, "2026-11-22"]["reach"] == 0
    assert nights.sheet.rows[ACCOUNT, "2026-11-22"]["likes"] is None
    nights.back.run()
    nights.restarted().run()
    assert nights.sheet.writes == 1


def test_without_figures_nobody_is_asked(nights: Nights) -> None:
    nights.back.run()
    assert nights.sheet.writes == 0


def test_a_day_that_was_read_again_is_written_again_alone(nights: Nights) -> None:
    nights.read(22, 10)
    nights.read(23, 20)
    nights.later(minutes=1)
    nights.back.run()
    nights.later(days=1)
    nights.read(22, 12, at=nights.clock.now())
    nights.later(minutes=1)
    nights.sheet.rows.clear()
    nights.back.run()
    assert nights.sheet.days() == ["2026-11-22"]
    assert nights.sheet.rows[ACCOUNT, "2026-11-22"]["reach"] == 12


def test_a_day_of_which_instagram_has_nothing_says_so(nights: Nights) -> None:
    nights.read(20, 10)
    nights.missed(21)
    nights.read(23, 20)
    nights.later(minutes=1)
    nights.back.run()
    assert nights.sheet.days() == ["2026-11-20", "2026-11-21", "2026-11-23"]
    gap = nights.sheet.rows[ACCOUNT, "2026-11-21"]
    assert (gap["reach"], gap["catatan"]) == (None, "Instagram tidak memberi data")


def test_a_silent_google_is_left_alone_longer_each_time_and_made_up_for(nights: Nights) -> None:
    nights.read(23, 20)
    nights.sheet.error = Unanswered("Google Sheets tidak menjawab")
    for minutes in (0, 1, 1, 1):  # tried, tried again after a minute, then after two
        nights.later(minutes=minutes)
        with pytest.raises(Unanswered):
            nights.back.run()
    assert nights.sheet.writes == 3
    assert nights.letters() == []
    nights.sheet.error = None
    nights.later(hours=1)
    nights.back.run()
    assert nights.sheet.days() == ["2026-11-23"]


def test_a_quota_is_kept_except_where_somebody_asks_for_it_now(nights: Nights) -> None:
    nights.read(23, 20)
    nights.sheet.error = Throttled("Google Sheets minta jeda", wait_seconds=900)
    for minutes in (0, 14):
        nights.later(minutes=minutes)
        with pytest.raises(Throttled):
            nights.back.run()
    assert nights.sheet.writes == 1
    nights.sheet.error = None
    nights.back.run(at_any_time=True)
    assert nights.sheet.days() == ["2026-11-23"]


def test_what_a_person_must_do_is_told_once_a_day(nights: Nights) -> None:
    nights.read(23, 20)
    nights.sheet.error = Misconfigured("Lembar angka belum dibagikan", cure=CURE)
    for _ in range(4):
        with pytest.raises(Misconfigured):
            nights.back.run()
        nights.later(hours=1)
    (letter,) = nights.letters()
    assert letter.startswith(f"Lembar angka belum dibagikan. {CURE}\n")
    nights.later(days=1)
    with pytest.raises(Misconfigured):
        nights.back.run()
    assert len(nights.letters()) == 2
