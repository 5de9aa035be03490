"""Sizes and ratios of prepared pictures: instagram_api.md, section B, "Media limits"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.media.fitting import canvas_size, fitted_size

sides = st.integers(100, 70_000)


@pytest.mark.parametrize(
    ("source", "canvas"),
    [
        ((1080, 1080), (1080, 1080)),
        ((1080, 1350), (1080, 1350)),
        ((1080, 1440), (1152, 1440)),
        ((3000, 4000), (1440, 1800)),
        ((4000, 1000), (1440, 754)),
        ((200, 200), (320, 320)),
    ],
)
def test_a_feed_picture_is_padded_into_the_range_and_never_cut(
    source: tuple[int, int], canvas: tuple[int, int]
) -> None:
    assert canvas_size(source, story=False) == canvas


@pytest.mark.parametrize("source", [(1080, 1920), (4000, 3000), (2160, 3840)])
def test_a_story_is_nine_to_sixteen(source: tuple[int, int]) -> None:
    assert canvas_size(source, story=True) == (1080, 1920)


@given(sides, sides, st.none() | st.floats(0.1, 5))
def test_every_feed_canvas_is_within_metas_limits(width: int, height: int, ratio: float | None) -> None:
    canvas = canvas_size((width, height), story=False, ratio=ratio)
    assert 320 <= canvas[0] <= 1440
    assert 0.8 <= canvas[0] / canvas[1] <= 1.91


@given(sides, sides, st.floats(0.8, 1.91))
def test_a_carousels_picture_follows_the_wished_ratio(width: int, height: int, ratio: float) -> None:
    canvas = canvas_size((width, height), story=False, ratio=ratio)
    assert canvas[0] / canvas[1] == pytest.approx(ratio, rel=0.01)


@given(sides, sides, st.booleans())
def test_the_whole_source_fits_and_touches_two_edges(width: int, height: int, story: bool) -> None:
    canvas = canvas_size((width, height), story=story)
    fitted = fitted_size((width, height), canvas)
    assert fitted[0] <= canvas[0]
    assert fitted[1] <= canvas[1]
    assert fitted[0] == canvas[0] or fitted[1] == canvas[1]
    if min(fitted) > 50:
        assert fitted[0] / fitted[1] == pytest.approx(width / height, rel=0.03)
