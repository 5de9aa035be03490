"""Gathers the figures of a span of time, and has them written as a workbook or as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ig_worker.domain.figure_lists import Day, Post, audience_list, days_list, posts_list, unmeasured
from ig_worker.domain.month import Month
from ig_worker.domain.nights import newest_closed
from ig_worker.domain.register_words import MONTHS
from ig_worker.flows.ports import Clock
from ig_worker.sheets.figure_book import write_figures
from ig_worker.store import read_figures
from ig_worker.store.database import Connection, Database
from ig_worker.store.published import published

FORMS = ("xlsx", "csv")
TABLES = ("days", "posts", "stories", "audience")

Book = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """Meta's days `first` to `last`, and the centre's time `begin` to `end` (open for None) for what was posted."""

    name: str
    words: str
    first: date
    last: date
    begin: datetime
    end: datetime | None

    @classmethod
    def of_month(cls, month: Month, zone: tzinfo) -> Span:
        """A calendar month."""
        return cls(str(month), month.in_words, month.days[0], month.days[-1], *month.span(zone))

    @classmethod
    def of_days(cls, days: int, now: datetime, zone: tzinfo) -> Span:
        """So many of Meta's days up to the last one closed, and what was posted since they began here."""
        last = newest_closed(now)
        first = last - timedelta(days=days - 1)
        words = f"{_in_words(first)}–{_in_words(last)}"
        return cls(f"{days}-hari", words, first, last, datetime.combine(first, time(), zone), None)


class Takeaway:
    """Makes the lists that people take along. Their heads are Meta's names, everything else is Indonesian."""

    def __init__(self, database: Database, clock: Clock, data_dir: Path, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._data_dir = data_dir
        self._zone = zone

    def path(self, form: str, span: Span, account: str | None, table: str) -> Path:
        """Where a file lies if nobody says otherwise."""
        parts = ["insights", span.name, *([account] if account else []), *([table] if form == "csv" else [])]
        return self._data_dir / "reports" / f"{'-'.join(parts)}.{form}"

    def gather(self, span: Span, accounts: Sequence[str]) -> Book:
        """The four lists as plain data that can become JSON."""
        now = self._clock.now()
        days: list[Day] = []
        parts: list[Day] = []
        posts: list[Post] = []
        with self._database.reading() as connection:
            for name in accounts:
                days += account_days(connection, name, span.first, min(span.last, newest_closed(now)))
                parts += _read_days(connection, name, span.first, span.last if span.end else now.date())
                posts += account_posts(connection, name, span.begin, span.end)
        local = now.astimezone(self._zone)
        return {
            "title": "Angka Instagram",
            "period": span.words,
            "made_at": local.isoformat(),
            "made_in_words": f"Dibuat pada {local:%d/%m/%Y %H.%M %Z}",
            "lists": [
                days_list(days),
                posts_list(posts, self._zone, stories=False),
                posts_list(posts, self._zone, stories=True),
                audience_list(parts),
            ],
        }

    def export(self, form: str, out: Path, span: Span, accounts: Sequence[str], table: str) -> int:
        """Gather and write; returns how many lines there are (in `table` alone, for CSV).

        Raises Misconfigured where the file cannot be written, NeedsPerson where it cannot be made.
        """
        book = self.gather(span, accounts)
        write_figures(book, form, out, table)
        return sum(len(each["rows"]) for each in book["lists"] if form != "csv" or each["key"] == table)


def _in_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def account_days(connection: Connection, account: str, first: date, last: date) -> list[Day]:
    """Meta's days of an account from its first figures on, those without any, too."""
    known_since = read_figures.first_day(connection, account)
    found = read_figures.account_days(connection, account, first, last)
    missing = read_figures.missing(connection, account, first, last)
    gaps = unmeasured(found, max(first, known_since), last) if known_since else []
    return [Day(account, day, found.get(day, {}), missing.get(day, {})) for day in sorted({*found, *gaps})]


def _read_days(connection: Connection, account: str, first: date, last: date) -> list[Day]:
    found = read_figures.account_days(connection, account, first, last)
    return [Day(account, day, figures, {}) for day, figures in found.items()]


def account_posts(
    connection: Connection, account: str, begin: datetime, end: datetime | None = None
) -> list[Post]:
    """What an account has posted, stories too, oldest first, with the newest reading of its figures."""
    out = published(connection, account, begin, end)
    ids = [each.ig_id for each in out]
    reached = read_figures.latest_of_media(connection, account, ids)
    missing = read_figures.missing_of_media(connection, account, ids)
    return [
        Post(
            account,
            each.ig_id,
            each.published_at,
            each.kind.value,
            each.segment,
            each.caption,
            each.permalink,
            reached.get(each.ig_id, {}),
            missing.get(each.ig_id, {}),
        )
        for each in out
    ]
