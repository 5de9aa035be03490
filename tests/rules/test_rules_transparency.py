"""What may be told in public of a month's cases, and that nobody can be recognised in it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Kind
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.post_rules import check_post
from ig_worker.domain.transparency import (
    ALL_SORTS,
    FEWEST,
    FEWEST_OF_A_TOPIC,
    MOST_TOPICS,
    OTHERS,
    TOPICS,
    Centre,
    Outcome,
    alt_text,
    caption,
    first_morning,
    in_words,
    page,
    period,
    sums_of,
)
from ig_worker.domain.working_time import WorkingCalendar

WIB = ZoneInfo("Asia/Jakarta")
CENTRE = Centre("Puskesmas Polowijen", "puskesmaspolowijen", "(0341) 491320")
OUTCOMES = st.lists(
    st.builds(
        Outcome,
        st.sampled_from([*TOPICS, "topik_sendiri", ""]),
        st.none() | st.floats(0, 500),
        st.none() | st.booleans(),
        st.none() | st.booleans(),
    ),
    max_size=90,
)


def month(**topics: int) -> list[Outcome]:
    return [Outcome(topic, 2.0, True, True) for topic, count in topics.items() for _ in range(count)]


def test_topics_of_few_are_told_together() -> None:
    sums = sums_of(month(antrean=4, obat=3, gigi=2, laboratorium=1, lainnya=1))
    assert sums is not None
    assert sums.topics == (("Antrean dan waktu tunggu", 4), ("Obat dan farmasi", 3), (OTHERS, 4))


def test_a_month_of_single_topics_names_none() -> None:
    sums = sums_of(month(antrean=2, obat=2, gigi=1))
    assert sums is not None
    assert sums.topics == ((ALL_SORTS, 5),)


def test_half_of_them_is_half_of_all() -> None:
    """Where nobody knows when the rest was answered, the median of those who are known is not that of all."""
    known = [Outcome("obat", float(hours), None, None) for hours in (1, 2, 3, 4, 5)]
    unknown = Outcome("obat", None, None, None)
    for more, median_hours in ((0, 3.0), (1, 3.5), (2, 4.0), (4, 5.0), (5, None), (20, None)):
        sums = sums_of([*known, *[unknown] * more])
        assert sums is not None
        assert sums.median_hours == median_hours, more


@given(OUTCOMES)
def test_no_figure_tells_of_few_and_parts_are_the_whole(outcomes: list[Outcome]) -> None:
    sums = sums_of(outcomes)
    if len(outcomes) < FEWEST:
        assert sums is None
        return
    assert sums is not None
    assert sum(count for _, count in sums.topics) == sums.resolved == len(outcomes)
    assert len(sums.topics) <= MOST_TOPICS
    named = Counter(TOPICS.get(outcome.topic, outcome.topic) for outcome in outcomes)
    for name, count in sums.topics:
        if name not in (OTHERS, ALL_SORTS):
            assert count >= FEWEST_OF_A_TOPIC
            assert count == named.get(name, named.get("topik_sendiri"))
    for kept in (sums.answered, sums.finished):
        assert kept is None or (kept.decided >= FEWEST and 0 <= kept.in_time <= kept.decided)
    if sums.median_hours is not None:
        assert sum(outcome.hours is not None for outcome in outcomes) >= FEWEST


@given(OUTCOMES.filter(lambda outcomes: len(outcomes) >= FEWEST))
def test_nothing_is_held_against_the_texts(outcomes: list[Outcome]) -> None:
    sums = sums_of(outcomes)
    assert sums is not None
    shown = page(sums, "Oktober 2026", CENTRE)
    post = PlannedPost(
        "TRANSPARANSI-2026-10",
        "polowijen",
        Kind.IMAGE,
        datetime(2026, 11, 24, 9, tzinfo=WIB),
        ("transparansi-2026-10.jpg",),
        caption=caption(sums, "Oktober 2026", CENTRE),
        alt_text=alt_text(shown),
    )
    assert check_post(post, own_numbers=(CENTRE.number,)) == ()


def test_the_caption_tells_the_figures_and_how_to_be_heard() -> None:
    late = [Outcome("obat", 30.0, False, False)]
    sums = sums_of(month(antrean=4) + late)
    assert sums is not None
    said = caption(sums, "Oktober 2026", CENTRE)
    for words in (
        "Pada Oktober 2026 ada 5 masukan",
        "• Antrean dan waktu tunggu: 4",
        "• Hal lain: 1",
        "• 4 dari 5 ditanggapi tepat waktu",
        "dalam 2 jam kerja atau kurang",
        "kami mohon maaf",
        "@puskesmaspolowijen, atau hubungi (0341) 491320",
        "Puskesmas Polowijen",
    ):
        assert words in said
    assert said.count("#") == 3


def test_nobody_is_asked_pardon_where_all_was_in_time() -> None:
    sums = sums_of(month(antrean=5))
    assert sums is not None
    assert "maaf" not in caption(sums, "Oktober 2026", Centre("Puskesmas", ""))


def test_without_deadlines_and_answers_only_the_topics_are_told() -> None:
    sums = sums_of([Outcome("antrean", None, None, None)] * 6)
    assert sums is not None
    assert page(sums, "Oktober 2026", CENTRE)["tiles"] == []
    assert "Tanggapan kami" not in caption(sums, "Oktober 2026", CENTRE)


def test_every_word_of_the_picture_is_in_its_description() -> None:
    sums = sums_of(month(antrean=40, obat=30, gigi=3))
    assert sums is not None
    shown = page(sums, "1–22 November 2026", CENTRE)
    heard = alt_text(shown)
    words = [shown["centre"], *shown["title"], shown["period"], shown["count"], shown["counted"]]
    words += [shown["reach"], shown["note"]]
    words += [f"{topic['name']} {topic['count']}" for topic in shown["topics"]]
    words += [f"{tile['figure']} {tile['words']}" for tile in shown["tiles"]]
    assert [word for word in words if word not in heard] == []


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.0, "1 menit"), (0.41, "25 menit"), (0.999, "1 jam kerja"), (1.0, "1 jam kerja"), (2.41, "2,5 jam kerja"),
     (14.0, "14 jam kerja")],
)  # fmt: skip
def test_hours_are_never_told_shorter_than_they_were(hours: float, said: str) -> None:
    assert in_words(hours) == said


def test_a_month_that_runs_says_until_when() -> None:
    first = datetime(2026, 11, 1, tzinfo=WIB)
    assert period(first, datetime(2026, 11, 22, tzinfo=WIB), whole=False) == "1–22 November 2026"
    assert period(first, first, whole=False) == "1 November 2026"
    assert period(first, datetime(2026, 12, 1, tzinfo=WIB), whole=True) == "November 2026"


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 11, 24, 8, 59, tzinfo=WIB), datetime(2026, 11, 25, 9, tzinfo=WIB)),
        (datetime(2026, 11, 24, 9, 1, tzinfo=WIB), datetime(2026, 11, 27, 9, tzinfo=WIB)),
        (datetime(2026, 11, 27, 10, tzinfo=WIB), datetime(2026, 11, 30, 9, tzinfo=WIB)),
    ],
)
def test_the_usual_time_is_a_working_morning_a_day_away(now: datetime, morning: datetime) -> None:
    hours = {day: (time(7, 30), time(14)) for day in range(5)}
    calendar = WorkingCalendar(hours, frozenset({date(2026, 11, 26)}), WIB)
    found = first_morning(now, calendar)
    assert found == morning
    assert found - now >= timedelta(days=1)
