"""Makes the day's one-page report, and sends it to those who read it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ig_worker.domain.masking import mask
from ig_worker.domain.register_words import MONTHS, word
from ig_worker.domain.rising_letter import name_of, usually
from ig_worker.domain.text import shorten
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Renderer
from ig_worker.store import (
    accounts,
    cases,
    deadlines,
    figures,
    messages,
    posts,
    read_figures,
    replies,
    rising,
    waiting,
)
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

JOB = "report"

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

FIGURES = {
    "followers_count": "Pengikut",
    "reach": "Jangkauan",
    "views": "Tayangan",
    "total_interactions": "Interaksi",
    "likes": "Suka",
    "comments": "Komentar",
    "saves": "Disimpan",
    "shares": "Dibagikan",
}

WITHOUT = {"refused": "tidak diberikan Instagram", "too_few": "terlalu sedikit pengikut"}

LATE = timedelta(days=3)
"""Figures come up to so much later than their day."""

MOST_NUMBERS = 5
"""So many overdue cases are named; the register lists the others."""


@dataclass(frozen=True)
class Rules:
    """When the report of the day before is made."""

    zone: tzinfo
    zone_name: str
    at: time = time(1, 15)


def day_in_words(day: date) -> str:
    """``Rabu, 25 November 2026``."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


class DayReporter:
    """One account's daily report."""

    def __init__(
        self,
        account: str,
        database: Database,
        renderer: Renderer,
        outbox: Outbox,
        data_dir: Path,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._renderer = renderer
        self._outbox = outbox
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules

    def run(self, *, at_any_time: bool = False) -> None:
        """Make yesterday's report once the night's hour has come (or `at_any_time`), if there was a yesterday here."""
        local = self._clock.now().astimezone(self._rules.zone)
        if local.time() < self._rules.at and not at_any_time:
            return
        yesterday = local.date() - timedelta(days=1)
        with self._database.reading() as connection:
            account = accounts.get(connection, self._account)
            done = figures.nights_done(connection, JOB, self._account, yesterday)
        watched_since = account.first_polled_at if account is not None else None
        if yesterday in done or watched_since is None:
            return
        if watched_since.astimezone(self._rules.zone).date() > yesterday:
            return
        path = self.make(yesterday)
        now = self._clock.now()
        title = f"Laporan harian Instagram, {day_in_words(yesterday)}"
        letter = Letter(
            key=f"report:{self._account}:{yesterday}",
            title=title,
            body=f"{title} terlampir.",
            attachments=(path,),
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "report", letter)
            figures.mark_night(connection, JOB, self._account, yesterday, now)

    def make(self, day: date) -> str:
        """Make the PDF of one day; returns its path relative to ``data_dir``."""
        begin = datetime.combine(day, time(0), self._rules.zone)
        with self._database.reading() as connection:
            content = self._content(connection, day, begin, begin + timedelta(days=1))
        path = f"reports/{self._account}/harian-{day.isoformat()}.pdf"
        (self._data_dir / path).parent.mkdir(parents=True, exist_ok=True)
        self._renderer.day_report(content, self._data_dir / path)
        log.info("report made: %s", path)
        return path

    def _content(self, connection: Connection, day: date, begin: datetime, end: datetime) -> dict[str, Any]:
        account = accounts.get(connection, self._account)
        planned = [
            post.row
            for post in posts.planned_between(connection, begin, end)
            if post.account == self._account
        ]
        unanswered = waiting.unanswered(connection)
        written = [
            message
            for message in messages.seen_between(connection, self._account, begin, end)
            if not message.backlog
        ]
        waits = {
            message.id
            for message in written
            if (spoken := unanswered.get(message.id)) is not None
            and not (spoken and messages.answered_by_us(connection, message))
        }
        opened = [
            case
            for case in cases.listed(connection)
            if case.row.account == self._account and begin <= case.row.opened_at < end
        ]
        return {
            "title": "Laporan Harian Instagram",
            "account": {"name": self._account, "username": account.username if account is not None else ""},
            "zone": self._rules.zone_name,
            "period": day_in_words(day),
            "made_at": self._clock.now().isoformat(),
            "posts": [self._post(row) for row in planned],
            "posts_by_status": dict(Counter(row.status for row in planned)),
            "messages_by_label": dict(Counter(message.label for message in written)),
            "messages_by_topic": dict(Counter(message.topic for message in written)),
            "thanks_sent": replies.sent_between(connection, self._account, begin, end),
            "needs_person": len(waits),
            "cases": [self._case(connection, case.row) for case in opened],
            "figures": self._figures(connection, day),
            "findings": [
                *_findings(planned, written, [case.row for case in opened]),
                *_overdue(deadlines.missed(connection, [self._account], end)),
                *_rising(rising.of_month(connection, self._account, begin, end)),
            ],
        }

    def _post(self, row: Row[Any]) -> dict[str, Any]:
        return {
            "time": f"{row.scheduled_at.astimezone(self._rules.zone):%H.%M}",
            "kind": row.kind,
            "segment": row.segment,
            "caption": shorten(row.caption, 90),
            "status": row.status,
            "permalink": row.permalink,
        }

    def _case(self, connection: Connection, row: Row[Any]) -> dict[str, Any]:
        first = cases.messages_of(connection, row.id)[0]
        due = deadlines.of_case(connection, row.id)
        return {
            "number": row.number,
            "label": row.label,
            "topic": row.topic,
            "unit": row.unit,
            "severity": row.severity,
            "status": row.status,
            "summary": shorten(mask(first.text), 120),
            "due": f"{due[0].due_at.astimezone(self._rules.zone):%d/%m %H.%M}" if due else "",
        }

    def _figures(self, connection: Connection, day: date) -> list[dict[str, Any]]:
        """The newest reading of each figure, with the day it is for (Meta's days are Pacific); None without any.

        Nothing at all where nothing of these days was read.
        """
        begin = day - LATE
        newest: dict[str, tuple[date, float]] = {}
        for of_day, read in read_figures.account_days(connection, self._account, begin, day + LATE).items():
            newest |= {name: (of_day, value) for name, value in read.items()}
        if not newest:
            return []
        why: dict[str, str] = {}
        for missing in read_figures.missing(connection, self._account, begin, day + LATE).values():
            why |= missing
        return [_figure(name, newest.get(metric), why.get(metric, "")) for metric, name in FIGURES.items()]


def _figure(name: str, read: tuple[date, float] | None, why: str) -> dict[str, Any]:
    if read is None:
        return {"name": name, "value": None, "note": WITHOUT.get(why, "")}
    return {"name": name, "value": read[1], "note": f"hari Meta {read[0]:%d/%m}"}


def _findings(
    planned: Sequence[Row[Any]], written: Sequence[Row[Any]], opened: Sequence[Row[Any]]
) -> list[str]:
    """What the figures say, each sentence with its numbers; nothing where there are none."""
    found = []
    if planned:
        out = sum(row.status == "published" for row in planned)
        found.append(f"{out} dari {len(planned)} postingan yang direncanakan sudah terbit.")
    if written:
        label, count = Counter(message.label for message in written).most_common(1)[0]
        found.append(f"Terbanyak adalah {label}: {count} dari {len(written)} komentar dan pesan.")
    if opened:
        topic, count = Counter(row.topic for row in opened).most_common(1)[0]
        found.append(f"Topik kasus terbanyak: {word(topic)}, {count} dari {len(opened)} kasus.")
    return found


def _overdue(missed: Sequence[Row[Any]]) -> list[str]:
    """Which cases are past a deadline, those that are so the longest first."""
    numbers = list(dict.fromkeys(row.number for row in missed))
    if not numbers:
        return []
    more = f" dan {len(numbers) - MOST_NUMBERS} kasus lainnya" if len(numbers) > MOST_NUMBERS else ""
    return [f"{len(numbers)} kasus melewati batas waktunya: {', '.join(numbers[:MOST_NUMBERS])}{more}."]


def _rising(rose: Sequence[dict[str, Any]]) -> list[str]:
    """What people spoke of far more than usual; of one day, what rose then."""
    said = [
        f"{name_of(line['kind'], line['term'])} ({line['count']} pesan, {usually(line['usual'])})"
        for line in rose[:MOST_NUMBERS]
    ]
    return [f"Jauh lebih sering dibicarakan daripada biasanya: {', '.join(said)}."] if said else []
