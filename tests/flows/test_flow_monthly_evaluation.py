"""Last month's evaluation comes by itself: once, on a working morning, when the month's figures are there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from ig_worker.domain.errors import IgWorkerError, Misconfigured, NeedsPerson
from ig_worker.domain.instagram import Metric
from ig_worker.domain.month import Month, first_opening_after
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating import monthly
from ig_worker.flows.evaluating.evaluator import Evaluator
from ig_worker.flows.evaluating.evaluator import Rules as EvaluatorRules
from ig_worker.flows.evaluating.monthly import MonthlyEvaluation
from ig_worker.flows.evaluating.papers import Papers
from ig_worker.store import accounts, figures
from ig_worker.store.database import Database
from ig_worker.store.schema import metrics, notices

WIB = ZoneInfo("Asia/Jakarta")
HOURS = {day: (time(7, 30), time(14)) for day in range(6)}
CALENDAR = WorkingCalendar(HOURS, frozenset(), WIB)
LAST_DAY = date(2026, 10, 31)
ENDED = datetime(2026, 11, 1, 7, tzinfo=UTC)
"""Meta's 31 October, in California: 14.00 on Sunday in Malang."""


class Desk:
    """A database, a clock in the hand, and papers that are noted instead of made."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.clock = HandClock(
            datetime(2026, 10, 31, 17, tzinfo=UTC)
        )  # midnight of 1 November in Malang, a Sunday
        self.made: list[tuple[str, str, str]] = []
        self.broken: IgWorkerError | None = None
        self.monthly = self.keeper()

    def keeper(self, account: str = ACCOUNT) -> MonthlyEvaluation:
        rules = EvaluatorRules(WIB, "WIB", "Puskesmas Polowijen", "#0e5360", lambda _first, _last: CALENDAR)
        return MonthlyEvaluation(
            account,
            self.database,
            lambda: Evaluator(self.database, self.clock, rules, self.folder),
            lambda: Papers(self, self.workbook, self.folder),
            outbox("report", "operators"),
            self.folder,
            self.clock,
            monthly.Rules(WIB, lambda _at: CALENDAR),
        )

    def month_report(self, doc: Mapping[str, Any], out: Path, pictures: Path | None = None) -> None:
        if self.broken:
            raise self.broken
        self.made.append(("pdf", doc["month"], out.relative_to(self.folder).as_posix()))
        assert pictures == self.folder

    def workbook(self, doc: Mapping[str, Any], out: Path) -> None:
        self.made.append(("xlsx", doc["month"], out.relative_to(self.folder).as_posix()))

    def measured(self, day: date, read_at: datetime) -> None:
        with self.database.writing() as connection:
            figures.store(connection, ACCOUNT, "", day, [Metric("reach", 120.0)])
            connection.execute(metrics.update().where(metrics.c.day == day).values(read_at=read_at))

    def letters(self, team: str = "report") -> list[Any]:
        with self.database.reading() as connection:
            rows = connection.execute(notices.select().order_by(notices.c.id)).all()
        return [row for row in rows if row.target == f"target-{team}"]

    def hours_until_it_comes(self, most: int = 200) -> int | None:
        for hour in range(most):
            self.monthly.run()
            if self.letters():
                return hour
            self.clock.forward(timedelta(hours=1))
        return None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with bench_database() as database:
        made = Desk(database, tmp_path)
        with database.writing() as connection:
            accounts.first_polled(connection, ACCOUNT, datetime(2026, 9, 20, tzinfo=UTC))
        yield made


def test_it_comes_once_on_the_first_working_morning(desk: Desk) -> None:
    desk.measured(LAST_DAY, ENDED + timedelta(hours=11, minutes=15))
    # The first of November is a Sunday; Meta's last day of October is read in the night to Monday.
    assert desk.hours_until_it_comes() == 32
    for _ in range(50):
        desk.clock.forward(timedelta(hours=12))
        desk.monthly.run()
    (letter,) = desk.letters()
    assert letter.title == "Evaluasi Instagram Oktober 2026"
    assert letter.attachments == ["reports/polowijen/evaluasi-2026-10.pdf"]
    assert letter.body.startswith("*Evaluasi Instagram, Oktober 2026*\n")
    assert desk.made == [
        ("pdf", "2026-10", "reports/polowijen/evaluasi-2026-10.pdf"),
        ("xlsx", "2026-10", "reports/polowijen/evaluasi-2026-10.xlsx"),
    ]
    text = (desk.folder / "reports/polowijen/evaluasi-2026-10.txt").read_text("utf-8")
    assert text == letter.body + "\n"


def test_where_the_first_is_a_working_day_its_morning_is_kept(desk: Desk) -> None:
    """Tuesday: at half past seven in Malang California still has the thirtieth, and nobody could wait for it."""
    desk.measured(date(2026, 11, 29), datetime(2026, 11, 30, 18, 15, tzinfo=UTC))
    desk.clock.move_to(datetime(2026, 11, 30, 17, tzinfo=UTC))
    assert desk.hours_until_it_comes() == 8
    (letter,) = desk.letters()
    assert letter.title == "Evaluasi Instagram November 2026"
    assert "Angka akun: 1 dari 29 hari ada datanya" in letter.body
    desk.measured(date(2026, 11, 30), datetime(2026, 12, 1, 18, 15, tzinfo=UTC))
    for _ in range(10):
        desk.clock.forward(timedelta(hours=8))
        desk.monthly.run()
    assert len(desk.letters()) == 1


def test_the_months_last_figures_are_waited_for(desk: Desk) -> None:
    # Nobody reads them on Monday; on Tuesday night somebody does.
    desk.measured(LAST_DAY, ENDED + timedelta(hours=35, minutes=15))
    assert desk.hours_until_it_comes() == 24 + 32


def test_a_reading_of_a_day_that_was_not_over_does_not_count(desk: Desk) -> None:
    desk.measured(LAST_DAY, ENDED - timedelta(hours=2))
    assert desk.hours_until_it_comes() == 24 * 4 + 8, "three days after the day's end, then the next opening"
    assert "data" in desk.letters()[0].body.casefold()


def test_what_was_read_again_later_is_not_waited_for_longer_than_three_days(desk: Desk) -> None:
    desk.measured(LAST_DAY, ENDED + timedelta(days=9))
    desk.clock.move_to(ENDED + timedelta(days=3, hours=18))
    desk.monthly.run()
    assert len(desk.letters()) == 1


def test_after_a_long_stop_only_the_last_month_is_made(desk: Desk) -> None:
    desk.clock.move_to(datetime(2027, 3, 9, 3, tzinfo=UTC))
    desk.monthly.run()
    assert [month for form, month, _ in desk.made if form == "pdf"] == ["2027-02"]
    assert len(desk.letters()) == 1


def test_a_month_before_anything_was_known_has_none(desk: Desk) -> None:
    with desk.database.writing() as connection:
        accounts.known(connection, "baru", "17841400000000002")
        accounts.first_polled(connection, "baru", datetime(2026, 11, 1, tzinfo=UTC))
    desk.clock.move_to(datetime(2026, 11, 20, tzinfo=UTC))
    desk.keeper("baru").run(at_any_time=True)
    desk.keeper("entah").run(at_any_time=True)
    assert (desk.made, desk.letters()) == ([], [])


def test_what_the_first_reading_tells_of_the_month_before_makes_no_evaluation_of_it(desk: Desk) -> None:
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET first_polled_at = '2026-11-18 00:00:00'")
    desk.measured(LAST_DAY, datetime(2026, 11, 18, 18, 15, tzinfo=UTC))
    desk.clock.move_to(datetime(2026, 11, 19, 3, tzinfo=UTC))
    desk.monthly.run()
    assert (desk.made, desk.letters()) == ([], [])
    desk.clock.move_to(datetime(2026, 12, 5, 3, tzinfo=UTC))
    desk.monthly.run()
    assert [letter.title for letter in desk.letters()] == ["Evaluasi Instagram November 2026"]


def test_who_asks_for_it_gets_what_the_first_reading_told(desk: Desk) -> None:
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET first_polled_at = '2026-11-18 00:00:00'")
    desk.measured(LAST_DAY, datetime(2026, 11, 18, 18, 15, tzinfo=UTC))
    desk.clock.move_to(datetime(2026, 11, 19, 3, tzinfo=UTC))
    desk.monthly.run(at_any_time=True)
    assert [letter.title for letter in desk.letters()] == ["Evaluasi Instagram Oktober 2026"]


def test_each_account_has_its_letter(desk: Desk) -> None:
    with desk.database.writing() as connection:
        accounts.known(connection, "kendal", "17841400000000002", "pkmkendal")
        accounts.first_polled(connection, "kendal", datetime(2026, 10, 2, tzinfo=UTC))
    for account in (ACCOUNT, "kendal"):
        desk.keeper(account).run(at_any_time=True)
        desk.keeper(account).run(at_any_time=True)
    assert [letter.attachments for letter in desk.letters()] == [
        ["reports/polowijen/evaluasi-2026-10.pdf"],
        ["reports/kendal/evaluasi-2026-10.pdf"],
    ]


@pytest.mark.parametrize(
    "error",
    [NeedsPerson("the evaluation could not be made"), Misconfigured("disk full", cure="free some space")],
)
def test_what_could_not_be_made_is_told_and_made_later(desk: Desk, error: IgWorkerError) -> None:
    desk.clock.move_to(datetime(2026, 11, 10, 3, tzinfo=UTC))
    desk.broken = error
    for _ in range(3):
        with pytest.raises(type(error)):
            desk.monthly.run()
        desk.clock.forward(timedelta(minutes=1))
    assert desk.letters() == []
    (told,) = desk.letters("operators")
    assert told.title == "Evaluasi Oktober 2026 untuk polowijen belum dapat dibuat"
    assert f"insights report --month 2026-10 --account {ACCOUNT}" in told.body
    assert str(error) in told.body
    desk.broken = None
    desk.clock.forward(monthly.PAUSE)
    desk.monthly.run()
    assert len(desk.letters()) == 1


def test_a_try_that_fails_is_not_made_again_at_once(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 11, 10, 3, tzinfo=UTC))
    desk.broken = NeedsPerson("the evaluation could not be made")
    with pytest.raises(NeedsPerson):
        desk.monthly.run()
    desk.broken = None
    with pytest.raises(NeedsPerson):
        desk.monthly.run()
    assert desk.made == []
    desk.monthly.run(at_any_time=True)
    assert len(desk.letters()) == 1


def test_json_and_text_are_written_whole(desk: Desk) -> None:
    papers = Papers(desk, desk.workbook, desk.folder)
    desk.clock.move_to(datetime(2026, 11, 10, 3, tzinfo=UTC))
    rules = EvaluatorRules(WIB, "WIB", "Puskesmas \ud83d", "#0e5360", lambda _first, _last: CALENDAR)
    doc = Evaluator(desk.database, desk.clock, rules, desk.folder).gather(Month(2026, 10), ACCOUNT)
    papers.make(doc, "json", desk.folder / "baru" / "a.json")
    assert json.loads((desk.folder / "baru" / "a.json").read_text("utf-8"))["month"] == "2026-10"
    assert [path.name for path in (desk.folder / "baru").iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("month", "ready", "opens"),
    [
        (Month(2026, 10), None, datetime(2026, 11, 2, 7, 30, tzinfo=WIB)),
        (Month(2026, 10), datetime(2026, 11, 2, 9, tzinfo=WIB), datetime(2026, 11, 2, 9, tzinfo=WIB)),
        (Month(2026, 10), datetime(2026, 11, 2, 14, tzinfo=WIB), datetime(2026, 11, 3, 7, 30, tzinfo=WIB)),
        (Month(2026, 10), datetime(2026, 10, 2, 9, tzinfo=WIB), datetime(2026, 11, 2, 7, 30, tzinfo=WIB)),
        (Month(2026, 9), None, datetime(2026, 10, 1, 7, 30, tzinfo=WIB)),
    ],
)
def test_a_months_papers_are_made_when_the_centre_opens(
    month: Month, ready: datetime | None, opens: datetime
) -> None:
    assert first_opening_after(month, CALENDAR, ready) == opens
