"""The month's evaluation: its whole shape, also where there is nothing to evaluate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from fakes.bench import ACCOUNT, HandClock, bench_database, plan_post
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating.evaluator import Evaluator, Rules
from ig_worker.store import schema
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
        "headline", "followers", "reach", "posts", "hours", "audience", "messages", "answers", "rising",
        "rising_note", "changes", "findings",
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
    assert document["rising_note"].startswith("Belum cukup data"), "that nothing rose cannot be said of it"


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


DAYS = st.dates(date(2026, 8, 28), date(2026, 11, 2))
VALUES = st.sampled_from([0.0, 1.0, 7.0, 400.0, 1e9])
KEYS = st.sampled_from(
    [
        ("reach", ""), ("views", ""), ("accounts_engaged", ""), ("profile_links_taps", ""), ("followers_count", ""),
        ("follows_and_unfollows", "follow_type=FOLLOWER"), ("follows_and_unfollows", "follow_type=NON_FOLLOWER"),
        ("online_followers", "hour=5"), ("online_followers", "hour=x"), ("follower_demographics", "age=25-34"),
        ("follower_demographics", "gender=F"), ("follower_demographics", "city=Malang, East Java"),
        ("follower_demographics", "country=ID"),
    ]
)  # fmt: skip
STATUSES = st.sampled_from(["published", "failed", "held", "draft", "cancelled", "approved"])
HOURS = st.integers(-40 * 24, 33 * 24).map(
    lambda hours: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=hours)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    account=st.dictionaries(st.tuples(DAYS, KEYS), VALUES, max_size=25),
    posts=st.lists(st.tuples(STATUSES, HOURS, st.sampled_from(["", "A", "a"]), st.booleans()), max_size=8),
    media=st.dictionaries(
        st.tuples(st.integers(0, 9), DAYS, st.sampled_from(["reach", "views", "total_interactions"])), VALUES,
        max_size=20,
    ),
    missing=st.lists(st.tuples(DAYS, st.sampled_from(["", "reach", "follower_demographics"])), max_size=5, unique=True),
    now=st.sampled_from([LATER, datetime(2026, 10, 15, 3, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)]),
)  # fmt: skip
def test_whatever_lies_on_the_shelves_parts_sum_up_and_no_share_is_above_the_whole(
    tmp_path: Path, account: Any, posts: Any, media: Any, missing: Any, now: datetime
) -> None:
    with bench_database() as database:
        with database.writing() as connection:
            rows = [
                {"account": ACCOUNT, "media_id": "", "day": day, "name": name, "breakdown": part, "value": value}
                for (day, (name, part)), value in account.items()
            ] + [
                {"account": ACCOUNT, "media_id": f"m{place}", "day": day, "name": name, "breakdown": "", "value": value}
                for (place, day, name), value in media.items()
            ]  # fmt: skip
            if rows:
                connection.execute(insert(schema.metrics), rows)
            for day, name in missing:
                figures = {"account": ACCOUNT, "media_id": "", "day": day, "name": name}
                connection.execute(
                    insert(schema.missing_figures).values(**figures, why="too_few", read_at=now)
                )
            for place, (status, at, segment, by_hand) in enumerate(posts):
                if by_hand:
                    medium = {"media_type": "IMAGE", "product_type": "FEED", "posted_at": at}
                    connection.execute(
                        insert(schema.our_media).values(account=ACCOUNT, ig_id=f"m{place}", **medium)
                    )
                else:
                    out = {"published_at": at, "ig_media_id": f"m{place}"} if status == "published" else {}
                    plan_post(connection, at=at, key=f"P-{place}", segment=segment, status=status, **out)
        document = evaluated(database, tmp_path, now=now, A=2)
    json.dumps(document, allow_nan=False)
    for share in shares(document):
        assert share is None or 0 <= share <= 100
    plan = document["posts"]
    names = ("planned", "approved", "out", "on_time", "late", "failed", "waiting", "upcoming")
    for name in names:
        assert plan[name] == sum(line[name] for line in plan["by_segment"]), name
    assert plan["planned"] == plan["out"] + plan["failed"] + plan["waiting"] + plan["upcoming"]
    assert plan["out"] == plan["on_time"] + plan["late"]
    for part in ("followers", "reach"):
        assert len(document[part]["days"]) == 31
    reach = [each["value"] for each in document["reach"]["days"] if each["value"] is not None]
    assert document["reach"]["total"] == (sum(reach) if reach else None)
    covered = document["coverage"]
    assert bool(covered["missing"]) == (covered["read"] < covered["days"])
    for part in ("age", "sex", "city"):
        groups = document["audience"][part]
        if groups and sum(group["count"] for group in groups):
            assert sum(group["share"] for group in groups) == pytest.approx(100, abs=0.1)


def shares(document: dict[str, Any]) -> list[float | None]:
    posts = document["posts"]
    return [
        *(line[name] for line in document["headline"] if line["form"] == "percent" for name in ("value", "before")),
        *(post["rate"] for post in (*posts["best"], *posts["weakest"])),
        *(group["share"] for part in ("age", "sex", "city") for group in document["audience"][part]),
        *(line["share"] for line in document["answers"]["deadlines"]),
    ]  # fmt: skip


def test_the_best_are_shown_with_the_pictures_that_are_there(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        for place in range(4):
            at = datetime(2026, 10, 5 + place, 2, tzinfo=UTC)
            plan_post(
                connection, at=at, key=f"P-{place}", status="published", published_at=at, ig_media_id=f"m{place}",
                caption="Hubungi Bu Ani 0812-3456-7890\n\n🌸 " + "panjang " * 90,
            )  # fmt: skip
            for name, value in (("reach", 1000.0), ("total_interactions", 100.0 - place)):
                figure = {
                    "account": ACCOUNT,
                    "media_id": f"m{place}",
                    "day": date(2026, 10, 20),
                    "name": name,
                }
                connection.execute(insert(schema.metrics).values(**figure, breakdown="", value=value))
    small = tmp_path / "pictures" / ACCOUNT / "m0.jpg"
    originals = tmp_path / "originals"
    for file, content in ((small, b"\xff\xd8\xff small"), (originals / "a.jpg", b"\xff\xd8\xff our own")):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    best = evaluated(database, tmp_path)["posts"]["best"]
    assert [(post["ig_media_id"], post["picture"]) for post in best] == [
        ("m0", f"pictures/{ACCOUNT}/m0.jpg"),
        ("m1", "originals/a.jpg"),
    ]
    assert best[0]["rate"] == 10
    assert best[0]["caption"].startswith("Hubungi Bu Ani 08••••••••90 🌸 panjang")
    assert len(best[0]["caption"]) <= 140
    assert best[0]["published_in_words"] == "Senin, 5 Oktober 2026 pukul 09.00 WIB"
    (originals / "a.jpg").write_bytes(b"\x00\x00\x00\x18ftypmp42 a film")
    assert evaluated(database, tmp_path)["posts"]["best"][1]["picture"] == ""
