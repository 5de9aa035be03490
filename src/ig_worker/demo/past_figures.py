"""What insights say of the weeks before the played day: made up, and no part of it larger than its whole."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ig_worker.demo.stage import ACCOUNT
from ig_worker.store import read_figures
from ig_worker.store.database import Connection

Row = dict[str, Any]

NOT_READ = (date(2026, 10, 17), date(2026, 10, 18))
"""The machine stood still over a weekend, and Meta gave nothing of it afterwards."""

FOLLOWERS = 1_840
"""Where nothing was measured on the played day."""

AGES = {"13-17": 60, "18-24": 410, "25-34": 690, "35-44": 420, "45-54": 180, "55-64": 60, "65+": 20}
SEXES = {"F": 1_190, "M": 560, "U": 90}
CITIES = {"Malang, East Java": 1_310, "Batu, East Java": 150, "Surabaya, East Java": 95, "Kepanjen, East Java": 70,
          "Lawang, East Java": 55, "Pasuruan, East Java": 40, "Blitar, East Java": 25, "Sidoarjo, East Java": 20,
          "Jakarta, Jakarta": 15, "Kediri, East Java": 10}  # fmt: skip
BUSY = {12: 0.5, 18: 0.8, 19: 1.0, 20: 0.9, 21: 0.6}
"""How many of the followers are there at an hour of the centre's day, beside the usual third."""


def media_figures(chance: random.Random, media: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """The reading of each post two days after it went out: more see what comes in the evening, and reels."""
    for post in media:
        at: datetime = post["published_at"]
        evening = 1.6 if at.hour in (11, 12) else 1.0  # UTC
        whole = int(chance.randint(180, 420) * evening * (1.7 if post["kind"] == "reel" else 1))
        parts = {
            "likes": whole * chance.randint(40, 130) // 1000,
            "comments": chance.randint(0, 6),
            "saved": whole * chance.randint(2, 25) // 1000,
            "shares": whole * chance.randint(2, 25) // 1000,
        }
        known = {
            "reach": whole,
            "views": whole + chance.randint(20, 300),
            **parts,
            "total_interactions": sum(parts.values()),
        }
        read_at = at + timedelta(days=2)
        for name, value in known.items():
            yield _row(post["ig_media_id"], read_at.date(), name, value, read_at)


def account_figures(connection: Connection, chance: random.Random, first: date, last: date) -> Iterator[Row]:
    """The account's own of each of Meta's days, beside what the night after the played day has read of them."""
    measured = read_figures.account_days(connection, ACCOUNT, first, last + timedelta(days=2))
    totals = {day: known["followers_count"] for day, known in measured.items() if "followers_count" in known}
    total = int(totals[max(totals)]) if totals else FOLLOWERS
    day = max(totals, default=last)
    while day >= first:
        known = measured.get(day, {})
        read_at = datetime.combine(day + timedelta(days=1), time(18, 15), UTC)
        won, lost = int(known.get("follower_count", chance.randint(2, 14))), chance.randint(0, 2)
        of_the_day = _of_the_day(chance, day, known.get("reach"))
        if day not in NOT_READ and day not in totals:
            for name, value in {**of_the_day, "follower_count": won, "followers_count": total}.items():
                if name not in known:
                    yield _row("", day, name, value, read_at)
            for kind, value in (("FOLLOWER", won), ("NON_FOLLOWER", lost)):
                yield _row("", day, "follows_and_unfollows", value, read_at, f"follow_type={kind}")
            if day.weekday() == 0 and not any(name.startswith("online_followers") for name in known):
                yield from _audience(day, total, read_at)
        total -= won - lost
        day -= timedelta(days=1)


def _of_the_day(chance: random.Random, day: date, measured: float | None) -> dict[str, int]:
    usual = chance.randint(140, 420) + (120 if day.month == 11 else 0)
    reach = usual if measured is None else int(measured)
    parts = {
        "likes": reach * chance.randint(30, 90) // 1000,
        "comments": chance.randint(0, 4),
        "saves": reach * chance.randint(2, 20) // 1000,
        "shares": reach * chance.randint(2, 20) // 1000,
    }
    done = sum(parts.values())
    return {
        "reach": reach,
        "views": reach + chance.randint(60, 400),
        **parts,
        "total_interactions": done,
        "accounts_engaged": min(reach, done - done // 4),
        "profile_links_taps": reach * chance.randint(0, 25) // 1000,
    }


def _audience(day: date, total: int, read_at: datetime) -> Iterator[Row]:
    for kind, parts in (("age", AGES), ("gender", SEXES), ("city", CITIES)):
        whole = sum(parts.values()) if kind != "city" else FOLLOWERS
        for name, count in parts.items():
            yield _row("", day, "follower_demographics", count * total // whole, read_at, f"{kind}={name}")
    for hour in range(24):
        here = (hour + 15) % 24  # Malang is fifteen hours ahead of California in November
        share = 0.08 if here < 5 else BUSY.get(here, 0.33)
        yield _row("", day, "online_followers", int(total * share * 0.4), read_at, f"hour={hour}")


def _row(media_id: str, day: date, name: str, value: int, read_at: datetime, breakdown: str = "") -> Row:
    return {"media_id": media_id, "day": day, "name": name, "value": float(value), "read_at": read_at,
            "breakdown": breakdown}  # fmt: skip
