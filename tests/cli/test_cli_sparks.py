"""Figures as signs: a gap is no zero, and a zero is nothing but zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.cli.sparks import BARS, GAP, in_groups, sparkline

counts = st.one_of(st.none(), st.integers(0, 10**9).map(float))


@pytest.mark.parametrize(
    ("values", "level", "line"),
    [
        ([0, 1, 1000], False, "▁▂█"),
        ([None, 0, None, 5], False, "·▁·█"),
        ([0, 0], False, "▁▁"),
        ([], False, ""),
        ([None], True, "·"),
        ([4200, 4203, 4207], True, "▁▄█"),
        ([4200, 4200], True, "▄▄"),
    ],
)
def test_lines(values: list[float | None], level: bool, line: str) -> None:
    assert sparkline(values, level=level) == line


@given(st.lists(counts, max_size=40))
def test_each_sign_says_what_its_value_is(values: list[float | None]) -> None:
    line = sparkline(values)
    assert len(line) == len(values)
    for sign, value in zip(line, values, strict=True):
        assert (sign == GAP) == (value is None)
        assert (sign == BARS[0]) == (value == 0)


@given(st.lists(counts, max_size=400), st.integers(1, 120))
def test_groups_fit_and_lose_no_day(values: list[float | None], most: int) -> None:
    groups, size = in_groups(values, most)
    assert len(groups) <= most
    assert -(-len(values) // size) == len(groups)
    known = [value for value in values if value is not None]
    assert all(min(known) <= group <= max(known) for group in groups if group is not None)
    assert (not any(group is not None for group in groups)) == (not known)
