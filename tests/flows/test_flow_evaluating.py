"""The month's evaluation: its whole shape, also where there is nothing to evaluate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating.evaluator import Evaluator, Rules
from ig_worker.store.database import Database

WIB = ZoneInfo("Asia/Jakarta")
OCTOBER = Month(2026, 10)
LATER = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CALENDAR = WorkingCalendar(dict.fromkeys(range(5), (time(7, 30), time(14))), frozenset(), WIB)


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as opened:
        yield opened


def evaluated(
    database: Database, folder: Path, *, month: Month = OCTOBER, now: datetime = LATER, **targets: int
) -> dict[str, Any]:
    rules = Rules(WIB, "WIB", "Puskesmas Polowijen", "#0e5360", lambda _first, _last: CALENDAR, targets)
    return Evaluator(database, HandClock(now), rules, folder).gather(month, ACCOUNT)


def test_a_month_without_anything_has_every_part_and_no_figure(database: Database, tmp_path: Path) -> None:
    document = evaluated(database, tmp_path)
    json.dumps(document, allow_nan=False)
    assert list(document) == [
        "version", "title", "account", "zone", "month", "period", "made_at", "made_in_words", "colour", "coverage",
        "headline", "followers", "reach", "posts", "hours", "audience", "messages", "answers", "rising", "changes",
        "findings",
    ]  # fmt: skip
    assert document["account"] == {
        "name": ACCOUNT,
        "username": "puskesmaspolowijen",
        "centre": "Puskesmas Polowijen",
    }
    assert (document["month"], document["period"]) == ("2026-10", "Oktober 2026")
    assert document["made_in_words"] == "Senin, 2 November 2026 pukul 08.00 WIB"
    assert [line["key"] for line in document["headline"]] == [
        "followers", "reach", "views", "interaction_rate", "conversion_rate", "posts_out", "messages", "cases"
    ]  # fmt: skip
    figures = {line["key"]: line["value"] for line in document["headline"]}
    assert [figures[key] for key in ("followers", "reach", "views", "interaction_rate")] == [None] * 4
    assert document["coverage"]["missing"] == ["1–31 Oktober"]
    assert document["followers"]["days"][0] == {"day": "2026-10-01", "value": None}
    assert len(document["reach"]["days"]) == 31
    assert document["posts"]["best"] == document["posts"]["weakest"] == []
    assert document["audience"]["note"].startswith("Belum tersedia")
    for part in ("coverage", "followers", "reach", "hours"):
        assert document[part]["note"].startswith("Belum cukup data"), part


def test_a_month_that_has_not_begun_has_no_days(database: Database, tmp_path: Path) -> None:
    document = evaluated(database, tmp_path, now=datetime(2026, 9, 30, 12, tzinfo=UTC))
    assert (document["coverage"]["days"], document["coverage"]["missing"]) == (0, [])


def test_of_a_month_that_is_not_over_the_days_that_are_closed_count(
    database: Database, tmp_path: Path
) -> None:
    document = evaluated(database, tmp_path, now=datetime(2026, 10, 8, 7, 0, tzinfo=UTC))
    assert document["coverage"]["days"] == len([day for day in OCTOBER.days if day <= date(2026, 10, 7)]), (
        "at seven in UTC the seventh has just ended in California"
    )
