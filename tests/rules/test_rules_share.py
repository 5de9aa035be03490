"""Shares and months: no division by nothing, nothing above the whole, no day lost."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.month import Month
from ig_worker.domain.share import Share

NUMBERS = st.none() | st.floats(min_value=-1e12, max_value=1e12)


@given(NUMBERS, NUMBERS)
def test_a_share_is_between_0_and_100_or_says_why_not(part: float | None, whole: float | None) -> None:
    share = Share(part, whole)
    assert (share.of_hundred is None) == bool(share.why_not)
    assert share.of_hundred is None or 0 <= share.of_hundred <= 100


@pytest.mark.parametrize(
    ("part", "whole", "of_hundred"),
    [(1, 4, 25), (0, 4, 0), (4, 4, 100), (5, 4, None), (0, 0, None), (None, 4, None)],
)
def test_examples(part: float | None, whole: float | None, of_hundred: float | None) -> None:
    assert Share(part, whole).of_hundred == of_hundred


@given(st.integers(2000, 2998), st.integers(1, 12))
def test_a_month_is_all_its_days(year: int, month: int) -> None:
    one = Month(year, month)
    zone = ZoneInfo("Asia/Jakarta")
    begin, end = one.span(zone)
    assert len(one.days) == (end - begin).days
    assert one.days[0] == one.first == begin.date()
    assert Month.before(end) == one
    assert Month.written(str(one)) == one


def test_the_month_before_january_is_december() -> None:
    assert Month(2026, 1).previous == Month(2025, 12) == Month.before(datetime(2026, 1, 31, tzinfo=UTC))
    assert Month(2026, 1).in_words == "Januari 2026"
