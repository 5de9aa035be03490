"""A month's posts: parts sum up to wholes, and nobody is called the best of two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.evaluation.posts import (
    Counted,
    Measured,
    Planned,
    altogether,
    by_segment,
    counted,
    month_target,
    ranked,
    reach_medians,
    segment_key,
)
from ig_worker.domain.month import Month
from ig_worker.domain.publication import Status

OCTOBER = Month(2026, 10)
NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)
NOW = datetime(2026, 10, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

moments = st.integers(0, 30 * 24 * 60).map(
    lambda minutes: datetime(2026, 10, 1, tzinfo=UTC) + minutes * MINUTE
)
planned = st.builds(
    lambda segment, status, at, late, approved: Planned(
        segment, status.value, at, at + late * MINUTE if status is Status.PUBLISHED else None, approved
    ),
    st.sampled_from(["Pengumuman", "PENGUMUMAN ", "Konde  Emas", "konde emas", "", "🌸"]),
    st.sampled_from(list(Status)),
    moments,
    st.integers(-3, 300),
    st.booleans(),
)
figures = st.one_of(st.none(), st.integers(0, 5000).map(float))
measured = st.builds(
    lambda number, at, age, reach, interactions: Measured(
        str(number), at, None if age is None else at + age * MINUTE, reach, reach, interactions, "Pengumuman"
    ),
    st.integers(1, 10**6),
    moments,
    st.one_of(st.none(), st.integers(0, 6000)),
    figures,
    figures,
)


@given(
    st.lists(planned, max_size=40),
    st.dictionaries(st.sampled_from(["Pengumuman", "Inovasi"]), st.integers(1, 50)),
)
def test_segments_sum_up_to_the_whole_and_parts_to_the_plan(
    posts: list[Planned], targets: dict[str, int]
) -> None:
    segments = by_segment(posts, targets, OCTOBER, NOW)
    whole = altogether(segments)
    assert whole.planned + whole.cancelled == len(posts)
    for each in (whole, *(segment.counted for segment in segments)):
        assert each.planned == each.out + each.failed + each.waiting + each.upcoming
        assert each.out == each.on_time + each.late
        assert each.out <= each.approved <= each.planned
    keys = [segment_key(segment.name) for segment in segments]
    assert len(set(keys)) == len(keys), "a segment written in two ways is one"
    assert [segment.name for segment in segments if segment.target is not None] == list(targets)


def test_a_segment_is_called_as_it_is_written_most_often() -> None:
    posts = [
        Planned(name, "draft", NOON, None, approved=False) for name in ("INOVASI", "Inovasi", "Inovasi ", "")
    ]
    assert [segment.name for segment in by_segment(posts, {}, OCTOBER, NOW)] == ["Inovasi", "Tanpa segmen"]


@pytest.mark.parametrize(
    ("status", "after", "now", "expected"),
    [
        ("published", 5 * MINUTE, NOW, Counted(1, 1, on_time=1)),
        ("published", 5 * MINUTE + timedelta(seconds=1), NOW, Counted(1, 1, late=1)),
        ("published", -MINUTE, NOW, Counted(1, 1, on_time=1)),
        ("published", None, NOW, Counted(1, 1, late=1)),
        ("failed", None, NOW, Counted(1, 1, failed=1)),
        ("held", None, NOON, Counted(1, 1, waiting=1)),
        ("unconfirmed", None, NOW, Counted(1, 1, waiting=1)),
        ("approved", None, NOW, Counted(1, 1, waiting=1)),
        ("approved", None, NOON - MINUTE, Counted(1, 1, upcoming=1)),
        ("cancelled", None, NOW, Counted(cancelled=1)),
    ],
)
def test_what_became_of_a_post(
    status: str, after: timedelta | None, now: datetime, expected: Counted
) -> None:
    out = None if after is None else NOON + after
    assert counted(Planned("", status, NOON, out, approved=True), now) == expected


def test_a_draft_is_planned_and_not_approved() -> None:
    assert counted(Planned("", "draft", NOON, None, approved=False), NOW) == Counted(1, 0, waiting=1)


@pytest.mark.parametrize(
    ("month", "each", "expected"), [(Month(2026, 2), 3, 12), (OCTOBER, 1, 4), (OCTOBER, 2, 9)]
)
def test_a_target_counts_the_weeks_of_the_month(month: Month, each: int, expected: int) -> None:
    assert month_target(each, month) == expected


@given(st.lists(measured, max_size=30, unique_by=lambda post: post.ig_media_id), st.booleans(), st.randoms())
def test_the_best_and_the_weakest_are_few_apart_and_the_same_in_any_order(
    posts: list[Measured], over: bool, chance: object
) -> None:
    found = ranked(posts, over=over)
    names = [post.ig_media_id for post in (*found.best, *found.weakest)]
    assert len(set(names)) == len(names) <= found.compared <= len(posts)
    assert len(found.best) <= 3 >= len(found.weakest)
    assert all(post.rate is not None and 0 < post.rate <= 100 for post in found.best)
    assert all(post.settled(over) for post in (*found.best, *found.weakest))
    if found.compared < 3:
        assert names == []
    shuffled = list(posts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(shuffled, over=over) == found


@given(measured)
def test_no_rate_is_above_a_hundred_or_of_nothing(post: Measured) -> None:
    if post.reach and post.interactions is not None and post.interactions <= post.reach:
        assert post.rate is not None
        assert 0 <= post.rate <= 100
    else:
        assert post.rate is None


def _post(number: int, reach: float, interactions: float, hours: int = 60) -> Measured:
    at = NOON + number * MINUTE
    return Measured(str(number), at, at + timedelta(hours=hours), reach, reach, interactions, "Inovasi")


def test_three_likes_of_four_viewers_are_no_success() -> None:
    posts = [_post(1, 4, 3), _post(2, 1000, 90), _post(3, 900, 40), _post(4, 1100, 30)]
    found = ranked(posts, over=False)
    assert [post.ig_media_id for post in found.best] == ["2", "3"]
    assert [post.ig_media_id for post in found.weakest] == ["1", "4"]


def test_of_six_posts_three_are_best_and_three_weakest() -> None:
    posts = [_post(number, 1000 + number, 10 * number) for number in range(1, 7)]
    found = ranked(posts, over=False)
    assert [post.ig_media_id for post in found.best] == ["6", "5", "4"]
    assert [post.ig_media_id for post in found.weakest] == ["1", "2", "3"]


def test_figures_younger_than_two_days_are_not_compared_before_the_month_is_over() -> None:
    posts = [_post(number, 1000, number, hours=47) for number in range(1, 6)]
    assert ranked(posts, over=False).compared == 0
    assert ranked(posts, over=True).compared == 5
    assert reach_medians(posts, over=False) == {}
    assert reach_medians(posts, over=True) == {"inovasi": 1000}
