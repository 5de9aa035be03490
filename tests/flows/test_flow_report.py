"""The day's report: once a day, with the figures an independent count gives, and without patients' numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox, plan_post
from ig_worker.domain.instagram import Kind, Metric
from ig_worker.domain.reply import Reply, Status
from ig_worker.domain.rising_said import Found
from ig_worker.domain.rising_said import Kind as RisingKind
from ig_worker.flows.report import DayReporter, Rules, day_in_words
from ig_worker.render.report import one_page
from ig_worker.store import accounts, cases, figures, messages, notices, replies, rising
from ig_worker.store.database import Database
from ig_worker.store.schema import missing_figures

WIB = ZoneInfo("Asia/Jakarta")
DAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=WIB)
HOUR = timedelta(hours=1)


class Paper:
    """A renderer that writes nothing down but that it was asked."""

    def __init__(self) -> None:
        self.reports: list[dict[str, Any]] = []

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("a report has no evidence cards")

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        self.reports.append(dict(report))
        out.write_bytes(b"%PDF-")


class Night:
    """01.20 on the night after the day that is reported."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.paper = Paper()
        self.clock = HandClock((MIDNIGHT + timedelta(hours=25, minutes=20)).astimezone(UTC))
        self.reporter = self.reporter_by(self.clock)

    def reporter_by(self, clock: HandClock) -> DayReporter:
        rules = Rules(WIB, "Asia/Jakarta", time(1, 15))
        letters = outbox("report")
        return DayReporter(ACCOUNT, self.database, self.paper, letters, self.folder, clock, rules)

    def watched_since(self, moment: datetime) -> None:
        with self.database.writing() as connection:
            accounts.first_polled(connection, ACCOUNT, moment)

    def letters(self) -> list[Any]:
        with self.database.reading() as connection:
            return [notice.row for notice in notices.due(connection, self.clock.now())]

    def message(self, number: int, at: datetime, text: str = "halo", **more: Any) -> int:
        with self.database.writing() as connection:
            values = {
                "account": ACCOUNT,
                "channel": "comment",
                "ig_id": f"m{number}",
                "author": f"orang{number}",
                "text": text,
                "attachments": [],
                "reasons": [],
                "sent_at": at,
                "first_seen_at": at,
                "label": "lainnya",
                "topic": "lainnya",
                **more,
            }
            message_id = messages.add(connection, values)
            assert message_id is not None
            return message_id


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with bench_database() as database:
        yield Night(database, tmp_path)


def a_full_day(night: Night) -> None:
    """Posts, messages, thanks and cases on the day and on both sides of its midnights."""
    moments = [MIDNIGHT - timedelta(seconds=1), MIDNIGHT, MIDNIGHT + 23 * HOUR, MIDNIGHT + 24 * HOUR]
    with night.database.writing() as connection:
        for number, at in enumerate(moments):
            out = {"status": "published", "ig_media_id": f"180{number}", "published_at": at}
            plan_post(connection, Kind.IMAGE, at=at, key=f"P-{number}", **out)
        plan_post(connection, Kind.STORY, at=MIDNIGHT + HOUR, key="P-held", status="held")
        plan_post(connection, at=MIDNIGHT + HOUR, key="P-other", account="arjosari", status="held")
    labels = ["pujian", "keluhan", "pujian", "saran", "pertanyaan", "keluhan", "pujian"]
    for number, label in enumerate(labels):
        for place, at in enumerate(moments):
            night.message(
                10 * number + place,
                at,
                f"pesan {number}: NIK 3573012345678901, telepon 081234567890",
                label=label,
                topic="antrean" if label == "keluhan" else "petugas",
                needs_review=number % 3 == 0,
                own=number == 6,
                backlog=number == 5,
            )
    with night.database.writing() as connection:
        for message in list(messages.listed(connection)):
            if message.label == "pujian":
                reply = Reply(
                    Status.SENT,
                    asked_at=message.sent_at,
                    due_at=message.sent_at,
                    ig_id=f"r{message.id}",
                    sent_at=message.sent_at,
                )
                replies.plan(connection, message, reply, "Terima kasih", 0, message.sent_at)
            if message.label in ("keluhan", "saran") and not message.backlog:
                values = {
                    "number": cases.next_number(connection, 2026),
                    "account": ACCOUNT,
                    "label": message.label,
                    "topic": message.topic,
                    "unit": "Loket",
                    "severity": "biasa",
                    "channel": "comment",
                    "author": message.author,
                    "author_id": "",
                    "opened_at": message.first_seen_at,
                }
                due = [("acknowledge", message.sent_at + HOUR)] if message.label == "keluhan" else []
                case_id = cases.open_case(connection, values, due, message.sent_at)
                cases.join(connection, case_id, message.id)


def test_the_figures_are_those_of_an_independent_count(night: Night) -> None:
    a_full_day(night)
    night.message(99, MIDNIGHT + HOUR, "Jam berapa buka?", label="pertanyaan")
    night.reporter.make(DAY)
    (report,) = night.paper.reports
    begin, end = (
        f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for moment in (MIDNIGHT, MIDNIGHT + 24 * HOUR)
    )
    with night.database.reading() as connection:

        def counted(column: str, table: str, moment: str, more: str = "1 = 1") -> dict[str, int]:
            sql = (
                f"SELECT {column} FROM {table}"
                f" WHERE account = :account AND {more} AND {moment} >= :begin AND {moment} < :end"
            )
            given = {"account": ACCOUNT, "begin": begin, "end": end}
            return dict(Counter(connection.execute(text(sql), given).scalars()))

        theirs = "NOT own AND NOT backlog"
        assert report["posts_by_status"] == counted("status", "posts", "scheduled_at")
        assert report["messages_by_label"] == counted("label", "messages", "first_seen_at", theirs)
        assert report["messages_by_topic"] == counted("topic", "messages", "first_seen_at", theirs)
        assert {"sent": report["thanks_sent"]} == counted("status", "replies", "sent_at")
        waits = "(needs_review OR label = 'pertanyaan') AND id NOT IN (SELECT message_id FROM case_messages)"
        waiting = counted("1", "messages", "first_seen_at", f"{theirs} AND {waits}")
        assert {1: report["needs_person"]} == waiting == {1: 5}
        by_label = Counter(case["label"] for case in report["cases"])
        assert dict(by_label) == counted("label", "cases", "opened_at")
    assert report["posts_by_status"] == {"published": 2, "held": 1}
    assert (sum(report["messages_by_label"].values()), report["thanks_sent"]) == (11, 4)
    assert len(report["cases"]) == 4


def test_the_findings_say_what_the_figures_say(night: Night) -> None:
    a_full_day(night)
    night.reporter.make(DAY)
    assert night.paper.reports[0]["findings"] == [
        "2 dari 3 postingan yang direncanakan sudah terbit.",
        "Terbanyak adalah pujian: 4 dari 10 komentar dan pesan.",
        "Topik kasus terbanyak: Antrean, 2 dari 4 kasus.",
        "2 kasus melewati batas waktunya: K-2026-0001, K-2026-0003.",
    ]


def test_of_many_overdue_cases_the_longest_overdue_are_named(night: Night) -> None:
    with night.database.writing() as connection:
        for number in range(1, 8):
            values = {
                "number": cases.next_number(connection, 2026),
                "account": ACCOUNT,
                "label": "keluhan",
                "topic": "obat",
                "unit": "",
                "severity": "biasa",
                "channel": "dm",
                "author": "",
                "opened_at": MIDNIGHT - 48 * HOUR,
            }
            due = [("acknowledge", MIDNIGHT - number * HOUR), ("resolve", MIDNIGHT + HOUR)]
            cases.open_case(connection, values, due, MIDNIGHT - 48 * HOUR)
    night.reporter.make(DAY)
    assert night.paper.reports[0]["findings"] == [
        "7 kasus melewati batas waktunya: K-2026-0007, K-2026-0006, K-2026-0005, K-2026-0004, K-2026-0003 dan 2 kasus "
        "lainnya."
    ]


def test_numbers_of_patients_are_masked(night: Night) -> None:
    a_full_day(night)
    night.reporter.make(DAY)
    summaries = [case["summary"] for case in night.paper.reports[0]["cases"]]
    assert summaries
    assert not any("3573012345678901" in line or "081234567890" in line for line in summaries)
    assert all("35••••••••••••01" in line for line in summaries)


def test_times_are_the_centres_own(night: Night) -> None:
    a_full_day(night)
    night.reporter.make(DAY)
    (report,) = night.paper.reports
    assert report["period"] == "Selasa, 24 November 2026"
    assert [post["time"] for post in report["posts"]] == ["00.00", "01.00", "23.00"]
    assert [case["due"] for case in report["cases"]] == ["24/11 01.00", "", "25/11 00.00", ""]


def test_the_newest_reading_of_each_figure_is_shown_with_metas_day(night: Night) -> None:
    with night.database.writing() as connection:
        for day, value in ((22, 100.0), (23, 120.0)):
            metrics = [Metric("reach", value, date(2026, 11, day))]
            metrics.append(Metric("reach", 1.0, date(2026, 11, day), "follow_type=FOLLOWER"))
            figures.store(connection, ACCOUNT, "", date(2026, 11, day), metrics)
        figures.store(connection, ACCOUNT, "", DAY, [Metric("profile_views", 3.0)])
    night.reporter.make(DAY)
    shown = {figure["name"]: figure for figure in night.paper.reports[0]["figures"]}
    assert shown["Jangkauan"] == {"name": "Jangkauan", "value": 120.0, "note": "hari Meta 23/11"}
    assert (shown["Tayangan"]["value"], len(shown)) == (None, 8)


def test_a_figure_that_is_not_there_says_why_and_a_zero_stays_zero(night: Night) -> None:
    with night.database.writing() as connection:
        figures.store(connection, ACCOUNT, "", date(2026, 11, 23), [Metric("reach", 0.0)])
        row = {"account": ACCOUNT, "media_id": "", "day": date(2026, 11, 23), "read_at": night.clock.now()}
        connection.execute(missing_figures.insert().values(**row, name="views", why="refused"))
        connection.execute(missing_figures.insert().values(**row, name="likes", why="no_data"))
    night.reporter.make(DAY)
    shown = {figure["name"]: figure for figure in night.paper.reports[0]["figures"]}
    assert shown["Jangkauan"]["value"] == 0
    assert (shown["Tayangan"]["value"], shown["Tayangan"]["note"]) == (None, "tidak diberikan Instagram")
    assert (shown["Suka"]["value"], shown["Suka"]["note"]) == (None, "")


@pytest.mark.parametrize("full", [True, False])
def test_a_full_day_and_an_empty_one_fit_the_page(night: Night, full: bool) -> None:
    if full:
        a_full_day(night)
    night.reporter.make(DAY)
    page = one_page(night.paper.reports[0])
    assert page["posts"]["all"] == (3 if full else 0)
    assert page["cases"]["all"] == (4 if full else 0)


def test_a_day_on_which_nothing_happened_is_reported_all_the_same(night: Night) -> None:
    night.watched_since(MIDNIGHT)
    night.reporter.run()
    (report,) = night.paper.reports
    assert (report["posts"], report["messages_by_label"], report["cases"]) == ([], {}, [])
    assert (report["findings"], report["figures"]) == ([], [])
    assert len(night.letters()) == 1


def test_a_report_is_made_and_sent_once_a_day(night: Night) -> None:
    night.watched_since(MIDNIGHT)
    for _ in range(3):
        night.reporter.run()
        night.clock.forward(HOUR)
    (letter,) = night.letters()
    assert letter.title == "Laporan harian Instagram, Selasa, 24 November 2026"
    assert letter.attachments == [f"reports/{ACCOUNT}/harian-2026-11-24.pdf"]
    assert (night.folder / letter.attachments[0]).is_file()
    night.clock.forward(timedelta(days=1))
    night.reporter.run()
    assert [report["period"] for report in night.paper.reports] == [
        "Selasa, 24 November 2026",
        "Rabu, 25 November 2026",
    ]


def test_before_the_nights_hour_there_is_no_report(night: Night) -> None:
    night.watched_since(MIDNIGHT - timedelta(days=3))
    night.reporter_by(HandClock((MIDNIGHT + timedelta(hours=25)).astimezone(UTC))).run()
    assert night.paper.reports == []


@pytest.mark.parametrize("since", [None, MIDNIGHT + 24 * HOUR])
def test_a_day_on_which_nobody_watched_has_no_report(night: Night, since: datetime | None) -> None:
    if since is not None:
        night.watched_since(since)
    night.reporter.run()
    assert night.paper.reports == []


def test_days_are_named_in_indonesian() -> None:
    assert day_in_words(date(2026, 8, 17)) == "Senin, 17 Agustus 2026"


def test_what_rose_on_the_day_is_a_finding(night: Night) -> None:
    night.watched_since(MIDNIGHT - 24 * HOUR)
    with night.database.writing() as connection:
        for day, term in ((MIDNIGHT - 3 * HOUR, "kemarin"), (MIDNIGHT + 8 * HOUR, "vaksin habis")):
            found = Found(RisingKind.WORD, term, 9, 8, 2.0, (1,))
            rising.begin(connection, ACCOUNT, found, day)
        found = Found(RisingKind.TOPIC, "jam_layanan", 12, 8, 0.0, (1,))
        rising.begin(connection, ACCOUNT, found, MIDNIGHT + 9 * HOUR)
    night.reporter.run()
    said = [line for line in night.paper.reports[0]["findings"] if "dibicarakan" in line]
    assert said == [
        "Jauh lebih sering dibicarakan daripada biasanya: topik jam layanan (12 pesan, biasanya hampir tidak ada), "
        "“vaksin habis” (9 pesan, biasanya sekitar 2)."
    ]
