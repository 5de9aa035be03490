"""Every figure of a month's evaluation of a generated year, against the same figure computed by other means."""

from __future__ import annotations

import json
import shutil
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from fakes import postgresql
from fakes.bench import HandClock
from fakes.generated_year import ACCOUNT, NOW, TARGETS, ZONE, fill
from flows.raw_year import MONTHS, RawYear
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating.evaluator import Evaluator, Rules
from ig_worker.store.database import Database
from ig_worker.store.schema import metadata

CALENDAR = WorkingCalendar(dict.fromkeys(range(5), (time(7, 30), time(14))), frozenset(), ZONE)
LOOKED_AT = ("2025-11", "2026-03", "2026-07", "2026-10")

Document = dict[str, Any]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("year")
    database = Database(f"sqlite:///{folder / 'ig-worker.db'}")
    metadata.create_all(database.engine)
    fill(database)
    database.close()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def raw(year: Path) -> Iterator[RawYear]:
    opened = RawYear(year / "ig-worker.db", NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def worked_on(year: Path) -> Iterator[Database]:
    """The year's file, or the same year where the run wants it."""
    with postgresql.fresh_database(year / "ig-worker.db") as database:
        if database.sqlite_file is None:
            fill(database)
        yield database


@pytest.fixture(scope="module")
def documents(year: Path, worked_on: Database) -> dict[str, Document]:
    rules = Rules(ZONE, "WIB", "Puskesmas Polowijen", "#0e5360", lambda _first, _last: CALENDAR, TARGETS)
    evaluator = Evaluator(worked_on, HandClock(NOW), rules, year)
    return {month: evaluator.gather(Month.written(month), ACCOUNT) for month in LOOKED_AT}


@pytest.fixture(params=LOOKED_AT)
def month(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tile(document: Document, key: str) -> Document:
    (found,) = (line for line in document["headline"] if line["key"] == key)
    return dict(found)


def test_the_days_with_figures_are_counted_and_the_gaps_named(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    covered = documents[month]["coverage"]
    measured = raw.measured_days(month)
    assert (covered["days"], covered["read"]) == (len(raw.days(month)), len(measured))
    gaps = {"2026-03": ["8 Maret"], "2026-07": ["13–17 Juli"], "2026-10": ["3 Oktober"]}
    assert covered["missing"] == gaps.get(month, [])


def test_followers_are_those_of_the_readings(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    found = documents[month]["followers"]
    inside = raw.account("followers_count", month)
    before = raw.account("followers_count", _before(month))
    start = before[max(before)] if before else inside[min(inside)]
    end = inside[max(inside)]
    assert (found["start"], found["end"], found["change"]) == (start, end, end - start)
    assert tile(documents[month], "followers")["value"] == end
    assert tile(documents[month], "followers")["before"] == (start if before else None)
    won = raw.account("follows_and_unfollows", month, "follow_type=FOLLOWER")
    lost = raw.account("follows_and_unfollows", month, "follow_type=NON_FOLLOWER")
    assert (found["won"], found["lost"]) == (sum(won.values()), sum(lost.values()))
    assert {each["day"]: each["value"] for each in found["days"]} == {
        day: inside.get(day) for day in raw.days(month)
    }


def test_reach_views_and_rates_are_sums_over_the_days_that_have_them(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    document = documents[month]
    reach = raw.account("reach", month)
    assert document["reach"]["total"] == sum(reach.values())
    assert {each["day"]: each["value"] for each in document["reach"]["days"]} == {
        day: reach.get(day) for day in raw.days(month)
    }
    for key, part in (("interaction_rate", "accounts_engaged"), ("conversion_rate", "profile_links_taps")):
        assert tile(document, key)["value"] == raw.rate(part, month)
        both = raw.account(part, month).keys() & reach.keys()
        assert tile(document, key)["days"] == len(both)
        assert tile(document, key)["whole"] == sum(reach[day] for day in both)
        assert tile(document, key)["before"] == raw.rate(part, _before(month))
    for key in ("reach", "views"):
        before = raw.account(key, _before(month))
        assert tile(document, key)["value"] == sum(raw.account(key, month).values())
        # July has figures of 26 days only: its sums are not compared with those of a whole month.
        comparable = before and month != "2026-07"
        assert tile(document, key)["before"] == (sum(before.values()) if comparable else None)


def test_posts_are_counted_against_the_plan(documents: dict[str, Document], raw: RawYear, month: str) -> None:
    found = documents[month]["posts"]
    planned = raw.plan(month)
    for name, count in raw.counts(planned).items():
        assert found[name] == count, name
    assert found["cancelled"] == sum(post["status"] == "cancelled" for post in planned)
    assert (found["by_hand"], found["stories_by_hand"]) == (
        raw.by_hand(month, "our_media"),
        raw.by_hand(month, "stories"),
    )
    assert tile(documents[month], "posts_out")["value"] == found["out"]
    reached = raw.of_month(month)
    for line in found["by_segment"]:
        own = [post for post in planned if post["segment"].casefold() == line["segment"].casefold()]
        for name, count in raw.counts(own).items():
            assert line[name] == count, (line["segment"], name)
        in_a_week = TARGETS.get(line["segment"])
        weeks = len(raw.days(month)) / 7
        assert line["target"] == (in_a_week and round(in_a_week * weeks))
        values = [
            post["reach"]
            for post in reached
            if (post["segment"] or "").casefold() == line["segment"].casefold()
        ]
        assert line["reach_median"] == (statistics.median(values) if values else None)


def test_the_best_and_the_weakest_are_those_of_a_plain_sort(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    found = documents[month]["posts"]
    assert [post["ig_media_id"] for post in found["best"]] == raw.best(month)
    assert [post["ig_media_id"] for post in found["weakest"]] == raw.weakest(month)
    figures = {post["id"]: post for post in raw.of_month(month)}
    for post in (*found["best"], *found["weakest"]):
        read = figures[post["ig_media_id"]]
        assert (post["reach"], post["views"], post["interactions"]) == (
            read["reach"],
            read["views"],
            read["total_interactions"],
        )
        assert post["rate"] == round(100 * read["total_interactions"] / read["reach"], 2)
        assert post["segment"] in {"", *(line["segment"] for line in found["by_segment"])}, "called alike"


def test_the_hours_are_those_of_three_months(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    found = documents[month]["hours"]
    cells = raw.three_months(month)
    assert found["sample"] == sum(map(len, cells.values()))
    # In the first month the posts of 28 days lie at ever other hours.
    assert found["enough"] == (month != "2025-11")
    assert {
        (cell["weekday"], cell["hour"]): (cell["posts"], cell["reach_median"]) for cell in found["cells"]
    } == {
        place: (len(values), statistics.median(values)) for place, values in cells.items() if len(values) >= 3
    }
    for window in found["best"]:
        weekday = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"].index(
            window["words"].split()[0]
        )
        hour = int(window["words"].split()[1][:2])
        values = [*cells.get((weekday, hour), []), *cells.get((weekday, hour + 1), [])]
        assert (window["posts"], window["reach_median"]) == (len(values), statistics.median(values))
    online = [each["value"] for each in found["online"]]
    assert len(online) == 24
    assert min(online[19:23]) > 1_000 > max(online[:19]), (
        "evenings in Jakarta, whatever the clock in California"
    )


def test_the_audience_is_that_of_the_newest_reading(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    found = documents[month]["audience"]
    day, counts = raw.demographics(month)
    year, number, day_of_month = map(int, day.split("-"))
    assert found["read_on"] == f"{day_of_month} {MONTHS[number - 1]} {year}"
    for part, name in (("age", "age="), ("sex", "gender="), ("city", "city=")):
        values = sorted((value for key, value in counts.items() if key.startswith(name)), reverse=True)
        shown = [group["count"] for group in found[part]]
        assert sum(shown) == sum(values)
        assert sorted(shown[:8], reverse=True) == values[:8]
        for group in found[part]:
            assert group["share"] == round(100 * group["count"] / sum(values), 2)
    assert [group["name"] for group in found["sex"]] == ["Perempuan", "Laki-laki", "Tidak disebutkan"]
    assert len(found["city"]) == 9
    assert found["city"][-1]["name"] == "Lainnya"


def test_messages_and_cases_are_those_of_the_month(
    documents: dict[str, Document], raw: RawYear, month: str
) -> None:
    document = documents[month]
    written = raw.written(month)
    assert document["messages"]["total"] == tile(document, "messages")["value"] == len(written)
    labels = Counter(label for _, label, _, _ in written)
    assert Counter({each["key"]: each["count"] for each in document["messages"]["by_label"]}) == labels
    topics = Counter(topic for _, _, topic, _ in written)
    assert Counter({each["key"]: each["count"] for each in document["messages"]["by_topic"]}) == topics
    assert document["answers"]["opened"] == tile(document, "cases")["value"] == raw.opened(month)


@pytest.mark.sqlite_only("counts the same questions")
def test_a_month_asks_the_database_as_often_however_much_lies_there(year: Path, tmp_path: Path) -> None:
    """One question for each message or post would be seconds at the end of a busy year."""
    asked = [_questions(year / "ig-worker.db", Month(2026, 10)), 0]
    small = Database(f"sqlite:///{tmp_path / 'small.db'}")
    metadata.create_all(small.engine)
    fill(small, posts=60, messages=400, cases=40)
    small.close()
    asked[1] = _questions(tmp_path / "small.db", Month(2026, 10))
    assert asked[0] <= asked[1] + 10, asked
    assert asked[0] < 90


def _questions(file: Path, month: Month) -> int:
    database = Database(f"sqlite:///{file}")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    rules = Rules(ZONE, "WIB", "", "#0e5360", lambda _first, _last: CALENDAR, TARGETS)
    Evaluator(database, HandClock(NOW), rules, file.parent).gather(month, ACCOUNT)
    database.close()
    return len(asked)


def test_the_document_is_json_without_a_number_of_anybody(documents: dict[str, Document], month: str) -> None:
    text = json.dumps(documents[month], allow_nan=False, ensure_ascii=False)
    assert "0812-3456" not in text
    assert "08123456" not in text
    assert "warga_" not in text


def _before(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"
