"""How the centre answered in a month: the evaluation against counts made by hand, and against the register."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.case import Status
from ig_worker.domain.evaluation.answers import NO_CASES, NOT_WATCHED, answers, nearest_rank
from ig_worker.domain.evaluation.figures_in_words import working_time
from ig_worker.domain.register import Due, Facts
from ig_worker.domain.register_sums import sums
from ig_worker.domain.working_time import WorkingCalendar

WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = WorkingCalendar(
    {day: (time(8), time(14)) for day in range(5)}, frozenset({date(2026, 10, 28)}), WIB
)
MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=WIB)
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=WIB)
HOUR = timedelta(hours=1)


def case(status: str = "resolved", opened_at: datetime = MONDAY, **changes: object) -> Facts:
    known = {
        "number": "K-2026-0001",
        "account": "polowijen",
        "channel": "dm",
        "label": "keluhan",
        "topic": "obat",
    }
    return Facts(**known, status=status, opened_at=opened_at, **changes)  # type: ignore[arg-type]


def took(hours: float) -> Facts:
    """Answered and resolved so many opening hours (at most 5) after Monday at nine."""
    end = MONDAY + hours * HOUR
    return case(acknowledged_at=end, closed_at=end)


def test_a_small_month_by_hand() -> None:
    by_friday = MONDAY + timedelta(days=4)
    cases = [
        # Over a weekend: Friday 13.00 to Monday 9.00 is one hour and one hour.
        case(
            opened_at=by_friday + 4 * HOUR,
            acknowledged_at=by_friday + 5 * HOUR + timedelta(days=3),
            first_response_at=MONDAY + timedelta(days=7),
            closed_at=MONDAY + timedelta(days=7, hours=3, minutes=30),
            unit="farmasi",
            due=(Due("acknowledge", MONDAY + timedelta(days=7), MONDAY + timedelta(days=7)),),
        ),
        case(
            "in_progress",
            acknowledged_at=MONDAY + HOUR,
            unit="farmasi",
            due=(Due("acknowledge", MONDAY, MONDAY + HOUR), Due("resolve", NOW - HOUR, None)),
        ),
        case("new", due=(Due("acknowledge", NOW + HOUR, None), Due("resolve", NOW + HOUR, None))),
        case("rejected", acknowledged_at=MONDAY, closed_at=MONDAY + HOUR),
        case(
            "merged", acknowledged_at=MONDAY + 5 * HOUR, closed_at=MONDAY, due=(Due("resolve", MONDAY, None),)
        ),
    ]
    made = answers(cases, 2, CALENDAR, NOW)
    counts = {name: made[name] for name in ("opened", "resolved", "rejected", "merged", "open", "carried")}
    assert counts == {"opened": 5, "resolved": 1, "rejected": 1, "merged": 1, "open": 2, "carried": 2}
    # 2 hours, 1 hour, and none (rejected at once); the merged one's is that of the other.
    assert made["first_response"] == {
        "cases": 3,
        "median_hours": 1.0,
        "p90_hours": None,
        "median_words": "1 jam kerja",
        "p90_words": None,
    }
    assert (made["resolution"]["cases"], made["resolution"]["median_hours"]) == (1, 5.5)
    assert made["resolution"]["median_words"] == "5 jam 30 menit jam kerja"
    assert made["deadlines"] == [
        {"name": "Tanggapan pertama", "in_time": 1, "late": 1, "running": 1, "decided": 2, "share": 50.0},
        {"name": "Penyelesaian", "in_time": 0, "late": 1, "running": 1, "decided": 1, "share": 0.0},
    ]
    assert [(unit["name"], unit["cases"], unit["late"]) for unit in made["units"]] == [
        ("(belum ada unit)", 3, 0),
        ("Farmasi", 2, 1),
    ]
    assert "3 kasus" in made["note"]
    assert "1 kasus ditolak. 1 kasus digabung ke kasus lain" in made["note"]


def test_a_month_without_cases_has_noughts_and_no_times() -> None:
    made = answers([], 0, CALENDAR, NOW)
    assert (made["opened"], made["open"], made["carried"], made["deadlines"]) == (0, 0, 0, [])
    assert made["first_response"]["median_hours"] is made["resolution"]["median_words"] is None
    assert made["note"] == NO_CASES


def test_a_month_in_which_nobody_watched_has_no_figure_at_all() -> None:
    made = answers([], 0, CALENDAR, NOW, known=False)
    assert made["opened"] is made["resolved"] is made["carried"] is None
    assert made["note"] == NOT_WATCHED
    assert answers([took(1)], 0, CALENDAR, NOW, known=False)["opened"] == 1


@pytest.mark.parametrize(
    ("count", "ninth"), [(1, None), (4, None), (5, 5), (9, 9), (10, 9), (11, 10), (20, 18), (21, 19)]
)
def test_the_90th_percentile_is_a_case_that_happened(count: int, ninth: int | None) -> None:
    # Case n took n quarters of an hour.
    made = answers([took(n / 4) for n in range(1, count + 1)], 0, CALENDAR, NOW)["first_response"]
    assert made["cases"] == count
    assert made["p90_hours"] == (None if ninth is None else round(ninth / 4, 1))
    assert made["p90_words"] == (None if ninth is None else working_time(ninth / 4))


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_so_many_of_a_hundred_are_not_above_the_percentile(values: list[float], of_hundred: int) -> None:
    found = nearest_rank(values, of_hundred)
    assert 100 * sum(value <= found for value in values) >= of_hundred * len(values)
    assert 100 * sum(value < found for value in values) < of_hundred * len(values)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "kurang dari 1 menit jam kerja"),
        (1 / 60, "1 menit jam kerja"),
        (0.7, "42 menit jam kerja"),
        (1, "1 jam kerja"),
        (59.999, "60 jam kerja"),
        (31.25, "31 jam 15 menit jam kerja"),
        (1234, "1.234 jam kerja"),
    ],
)
def test_opening_time_is_said_in_hours_and_minutes(hours: float, words: str) -> None:
    assert working_time(hours) == words


moments = st.integers(0, 34 * 24 * 60).map(
    lambda minutes: datetime(2026, 10, 1, tzinfo=UTC) + minutes * HOUR / 60
)
dues = st.builds(Due, st.sampled_from(["acknowledge", "follow_up", "resolve"]), moments, st.none() | moments)
any_case = st.builds(
    case,
    st.sampled_from([status.value for status in Status]),
    moments,
    unit=st.sampled_from(["", "farmasi", "pendaftaran"]),
    acknowledged_at=st.none() | moments,
    first_response_at=st.none() | moments,
    closed_at=st.none() | moments,
    due=st.lists(dues, max_size=3, unique_by=lambda due: due.name).map(tuple),
)


@given(st.lists(any_case, max_size=12))
def test_the_parts_make_the_whole_and_the_register_says_the_same(cases: list[Facts]) -> None:
    made = answers(cases, 1, CALENDAR, NOW)
    assert made["opened"] == len(cases) == made["resolved"] + made["rejected"] + made["merged"] + made["open"]
    assert sum(unit["cases"] for unit in made["units"]) == len(cases)
    book = sums(cases, ["K"], CALENDAR, NOW, by_week=True)
    assert (made["opened"], made["open"], made["carried"]) == (book.cases, book.still_open, len(book.carried))
    kept = [(line["name"], line["in_time"], line["late"], line["running"]) for line in made["deadlines"]]
    assert kept == [(line.name, line.in_time, line.late, line.running) for line in book.deadlines]
    for line, same in zip(made["deadlines"], book.deadlines, strict=True):
        assert line["share"] == (None if same.share is None else pytest.approx(100 * same.share))
        assert line["share"] is None or 0 <= line["share"] <= 100
    lasted = [(made[part]["cases"], made[part]["median_hours"]) for part in ("first_response", "resolution")]
    assert lasted == [(line.cases, line.working_hours) for line in book.durations]
    for part in ("first_response", "resolution"):
        ninth, middle = made[part]["p90_hours"], made[part]["median_hours"]
        assert (ninth is None) == (made[part]["cases"] < 5)
        assert ninth is None or ninth >= middle
