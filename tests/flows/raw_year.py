"""The figures of an evaluation computed a second time: from the rows of the SQLite file, and with none of our modules.

Times are compared as the texts they are in the file; the centre's zone is taken for what it is, seven hours ahead.
"""

from __future__ import annotations

import calendar
import sqlite3
import statistics
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

AHEAD = timedelta(hours=7)
LAST_READ = "2026-10-31"
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip


class RawYear:
    """One account's year."""

    def __init__(self, file: Path, now: datetime) -> None:
        self.now = now.strftime("%Y-%m-%d %H:%M:%S")
        self._connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def days(month: str) -> list[str]:
        year, number = map(int, month.split("-"))
        return [f"{month}-{day:02d}" for day in range(1, calendar.monthrange(year, number)[1] + 1)]

    def span(self, month: str) -> tuple[str, str]:
        """The month in Jakarta, as texts of UTC."""
        first, last = self.days(month)[0], self.days(month)[-1]
        begin = datetime.fromisoformat(first) - AHEAD
        end = datetime.fromisoformat(last) + timedelta(days=1) - AHEAD
        return begin.strftime("%Y-%m-%d %H:%M:%S"), end.strftime("%Y-%m-%d %H:%M:%S")

    def account(self, name: str, month: str, breakdown: str = "") -> dict[str, float]:
        found = self.rows(
            "SELECT day, value FROM metrics WHERE media_id = '' AND name = ? AND breakdown = ? AND day LIKE ?",
            name, breakdown, f"{month}-%",
        )  # fmt: skip
        return {day: value for day, value in found if day <= LAST_READ}

    def measured_days(self, month: str) -> list[str]:
        """Days with a figure that is a day's."""
        lasting = "('followers_count', 'follows_count', 'online_followers', 'follower_demographics')"
        query = (
            f"SELECT DISTINCT day FROM metrics WHERE media_id = '' AND name NOT IN {lasting} AND day LIKE ?"
        )
        return sorted(day for (day,) in self.rows(query, f"{month}-%"))

    def rate(self, part: str, month: str) -> float | None:
        parts, reach = self.account(part, month), self.account("reach", month)
        both = parts.keys() & reach.keys()
        whole = sum(reach[day] for day in both)
        return round(100 * sum(parts[day] for day in both) / whole, 2) if whole else None

    def plan(self, month: str) -> list[dict[str, Any]]:
        names = ("segment", "status", "scheduled_at", "published_at", "approved_at")
        query = f"SELECT {', '.join(names)} FROM posts WHERE scheduled_at >= ? AND scheduled_at < ?"
        return [dict(zip(names, row, strict=True)) for row in self.rows(query, *self.span(month))]

    def counts(self, posts: list[dict[str, Any]]) -> dict[str, int]:
        kept = [post for post in posts if post["status"] != "cancelled"]
        out = [post for post in kept if post["status"] == "published"]
        limit = timedelta(minutes=5)
        late = [post for post in out if _moment(post["published_at"]) > _moment(post["scheduled_at"]) + limit]
        failed = [post for post in kept if post["status"] == "failed"]
        left = [post for post in kept if post not in out and post not in failed]
        return {
            "planned": len(kept),
            "approved": sum(post["approved_at"] is not None for post in kept),
            "out": len(out),
            "on_time": len(out) - len(late),
            "late": len(late),
            "failed": len(failed),
            "waiting": sum(post["scheduled_at"] <= self.now for post in left),
            "upcoming": sum(post["scheduled_at"] > self.now for post in left),
        }

    def by_hand(self, month: str, table: str) -> int:
        query = (
            f"SELECT count(*) FROM {table} WHERE posted_at >= ? AND posted_at < ? "
            "AND ig_id NOT IN (SELECT ig_media_id FROM posts WHERE ig_media_id IS NOT NULL)"
        )
        return int(self.rows(query, *self.span(month))[0][0])

    def on_instagram(self, begin: str, end: str) -> list[dict[str, Any]]:
        """Everything but stories that went out then, each with its newest figures."""
        found = {
            ig_id: {"id": ig_id, "at": at, "segment": None}
            for ig_id, at in self.rows(
                "SELECT ig_id, posted_at FROM our_media WHERE posted_at >= ? AND posted_at < ?", begin, end
            )
        }
        planned = self.rows(
            "SELECT ig_media_id, published_at, segment FROM posts WHERE status = 'published' AND kind <> 'story' "
            "AND published_at >= ? AND published_at < ?",
            begin, end,
        )  # fmt: skip
        found |= {ig_id: {"id": ig_id, "at": at, "segment": segment} for ig_id, at, segment in planned}
        for post in found.values():
            newest = self.rows(
                "SELECT name, value FROM metrics WHERE media_id = ? ORDER BY day", post["id"]
            )  # a later one overwrites
            post |= dict(newest)
        return [post for post in found.values() if "reach" in post]

    def of_month(self, month: str) -> list[dict[str, Any]]:
        return self.on_instagram(*self.span(month))

    def best(self, month: str) -> list[str]:
        posts = self.of_month(month)
        least = statistics.median(post["reach"] for post in posts) / 2
        good = [post for post in posts if post["reach"] >= least]
        good.sort(key=lambda post: post["total_interactions"] / post["reach"], reverse=True)
        return [post["id"] for post in good[:3]]

    def weakest(self, month: str) -> list[str]:
        best = self.best(month)
        posts = sorted(self.of_month(month), key=lambda post: post["reach"])
        return [post["id"] for post in posts if post["id"] not in best][:3]

    def three_months(self, month: str) -> dict[tuple[int, int], list[float]]:
        _, end = self.span(month)
        begin = (_moment(end) - timedelta(days=90)).strftime("%Y-%m-%d %H:%M:%S")
        found: dict[tuple[int, int], list[float]] = {}
        for post in self.on_instagram(begin, end):
            local = _moment(post["at"]) + AHEAD
            found.setdefault((local.weekday(), local.hour), []).append(post["reach"])
        return found

    def demographics(self, month: str) -> tuple[str, dict[str, float]]:
        last = datetime.fromisoformat(self.days(month)[-1]) + timedelta(days=7)
        where = "name = 'follower_demographics' AND media_id = ''"
        query = f"SELECT max(day) FROM metrics WHERE {where} AND day <= ?"
        ((day,),) = self.rows(query, last.strftime("%Y-%m-%d"))
        return day, dict(self.rows(f"SELECT breakdown, value FROM metrics WHERE {where} AND day = ?", day))

    def written(self, month: str) -> list[tuple[int, str, str, str]]:
        return self.rows(
            "SELECT id, label, topic, channel FROM messages WHERE NOT own AND NOT backlog AND sent_at >= ? "
            "AND sent_at < ?",
            *self.span(month),
        )  # type: ignore[return-value]

    def opened(self, month: str) -> int:
        query = "SELECT count(*) FROM cases WHERE opened_at >= ? AND opened_at < ?"
        return int(self.rows(query, *self.span(month))[0][0])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
