"""An account whose figures are gathered, with a clock in the hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from fakes.bench import ACCOUNT, HandClock
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.instagram import Media
from ig_worker.flows.measuring.collector import Collector
from ig_worker.flows.measuring.night import DAYS
from ig_worker.flows.measuring.rules import Rules
from ig_worker.store import figures
from ig_worker.store.database import Database

WIB = ZoneInfo("Asia/Jakarta")
# Wednesday 25 November 2026, 01.20 in Malang: 24 November, 10.20 in California. Its last closed day is the 23rd.
NIGHT = datetime(2026, 11, 24, 18, 20, tzinfo=UTC)
DAY = timedelta(days=1)
NEWEST = date(2026, 11, 23)


class Nights:
    """Collects; each `collect` is the next pass of the same worker until `restart`."""

    def __init__(self, database: Database, **rules: Any) -> None:
        self.database = database
        self.clock = HandClock(NIGHT)
        self.instagram = FakeInstagram(self.clock)
        self.rules = Rules(WIB, time(1, 15), **{"stories_every": timedelta(days=3), **rules})
        self.pictures: Pictures | None = None
        self.restart()

    def restart(self) -> None:
        self.collector = Collector(
            ACCOUNT, self.database, self.instagram, self.clock, self.rules, self.pictures
        )

    def collect(self, **how: Any) -> list[str]:
        """One pass; returns what Instagram was asked."""
        before = len(self.instagram.calls)
        self.collector.run(**how)
        return self.instagram.calls[before:]

    def next_night(self, **how: Any) -> list[str]:
        self.clock.forward(DAY)
        return self.collect(**how)

    def days(self) -> list[date]:
        """The days that count as read."""
        with self.database.reading() as connection:
            return sorted(figures.nights_done(connection, DAYS, ACCOUNT))

    def figures(self, media_id: str = "") -> dict[tuple[str, str], float]:
        """By day and name with breakdown."""
        query = text(
            "SELECT day, name, breakdown, value, read_at FROM metrics WHERE media_id = :media_id ORDER BY day, name"
        )
        with self.database.reading() as connection:
            rows = connection.execute(query, {"media_id": media_id}).all()
        assert all(row.read_at is not None for row in rows)
        return {
            (str(row.day), f"{row.name}:{row.breakdown}" if row.breakdown else row.name): row.value
            for row in rows
        }

    def named(self, name: str, media_id: str = "") -> dict[str, float]:
        """One figure by day."""
        return {day: value for (day, found), value in self.figures(media_id).items() if found == name}

    def missing(self, media_id: str = "") -> dict[tuple[str, str], str]:
        query = text(
            "SELECT day, name, why FROM missing_figures WHERE media_id = :media_id ORDER BY day, name"
        )
        with self.database.reading() as connection:
            return {
                (str(row.day), row.name): row.why for row in connection.execute(query, {"media_id": media_id})
            }

    def everything(self) -> list[tuple[Any, ...]]:
        """All rows of figures and of gaps, without when they were read."""
        with self.database.reading() as connection:
            rows: list[tuple[Any, ...]] = []
            for table, value in (("metrics", "breakdown, value"), ("missing_figures", "why")):
                query = text(
                    f"SELECT account, media_id, day, name, {value} FROM {table} ORDER BY 1, 2, 3, 4, 5"
                )
                rows += [tuple(row) for row in connection.execute(query)]
            return rows


class Pictures:
    """Notes for which posts a picture is wanted."""

    def __init__(self, error: Exception | None = None) -> None:
        self.listed: list[str] = []
        self._error = error

    def keep(self, listed: Sequence[Media]) -> None:
        self.listed = [media.ig_id for media in listed]
        if self._error is not None:
            raise self._error
