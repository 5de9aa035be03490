"""What charts draw: every figure where it belongs, nothing where nobody measured, and no scale that lies."""

from __future__ import annotations

from typing import Any

import pytest

from ig_worker.board import charts

FLOOR, TOP = 158.0, 10.0


def days(*values: float | None) -> list[dict[str, Any]]:
    return [{"day": f"2026-10-{number:02d}", "value": value} for number, value in enumerate(values, 1)]


def test_a_missing_day_breaks_the_line_and_is_a_band() -> None:
    drawn = charts.line(days(10, 20, None, 30, 40), 5)
    assert drawn is not None
    assert [len(points.split()) for points in drawn.lines] == [2, 2]
    assert len(drawn.gaps) == 1
    left, width = drawn.gaps[0].x, drawn.gaps[0].width
    for points in drawn.lines:
        assert all(not left < float(point.split(",")[0]) < left + width for point in points.split())


def test_a_day_alone_between_gaps_is_a_dot() -> None:
    drawn = charts.line(days(10, 20, None, 30, None, 40, 50), 7)
    assert drawn is not None
    assert len(drawn.dots) == 1
    assert len(drawn.lines) == 2


def test_days_that_have_not_come_are_no_gaps() -> None:
    drawn = charts.columns(days(10, 20, 30, None, None), 3)
    assert drawn is not None
    assert drawn.gaps == []
    assert len(drawn.columns) == 3


def test_a_zero_is_drawn_and_a_gap_is_not() -> None:
    drawn = charts.columns(days(100, 0, None, 50), 4)
    assert drawn is not None
    assert [box.height for box in drawn.columns][1] == 1.0
    assert len(drawn.columns) == 3
    assert len(drawn.gaps) == 1


def test_columns_begin_at_zero_and_are_as_tall_as_their_figures() -> None:
    drawn = charts.columns(days(1000, 500, 250), 3)
    assert drawn is not None
    assert not drawn.cut
    tall = [box.height for box in drawn.columns]
    assert tall[0] == pytest.approx(2 * tall[1], abs=0.05)
    assert tall[0] == pytest.approx(4 * tall[2], abs=0.05)
    assert all(box.y + box.height == pytest.approx(FLOOR) for box in drawn.columns)
    assert drawn.ticks[0].words == "0"


def test_a_line_that_does_not_begin_at_zero_says_so() -> None:
    drawn = charts.line(days(4400, 4410, 4420), 3)
    assert drawn is not None
    assert drawn.cut


def test_everything_stays_inside_the_drawing() -> None:
    drawn = charts.columns(days(*(10.0**number for number in range(12))), 12)
    assert drawn is not None
    assert all(box.x >= 0 and box.x + box.width <= charts.WIDTH for box in drawn.columns)
    assert all(box.y >= TOP for box in drawn.columns)
    assert all(TOP <= tick.at <= FLOOR for tick in drawn.ticks)


@pytest.mark.parametrize("values", [(), (5,), (5, 6), (None, None, None)])
def test_too_few_figures_are_no_chart(values: tuple[float | None, ...]) -> None:
    assert charts.line(days(*values), len(values)) is None
    assert charts.columns(days(*values), len(values)) is None


def test_columns_of_nothing_but_zeros_are_no_chart() -> None:
    assert charts.columns(days(0, 0, 0, 0), 4) is None


def test_what_never_moved_is_a_flat_line_in_the_middle() -> None:
    drawn = charts.line(days(50, 50, 50), 3)
    assert drawn is not None
    heights = {float(point.split(",")[1]) for point in drawn.lines[0].split()}
    assert len(heights) == 1
    assert TOP < heights.pop() < FLOOR


def test_hours_of_the_week_stand_in_their_row_with_their_shade() -> None:
    cells = [
        {"weekday": 0, "hour": 7, "posts": 3, "reach_median": 100},
        {"weekday": 6, "hour": 18, "posts": 5, "reach_median": 900},
    ]
    drawn = charts.week(cells)
    assert drawn is not None
    first, last = drawn.cells
    assert (first.words, first.level, last.words, last.level) == ("3", 0, "5", 4)
    assert first.box.y < last.box.y
    assert first.box.x < last.box.x
    assert [day.words for day in drawn.days] == ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"]
    assert last.box.x + last.box.width <= charts.WIDTH + 0.1


def test_hours_without_a_reach_are_no_map() -> None:
    assert charts.week([{"weekday": 0, "hour": 7, "posts": 3, "reach_median": None}]) is None


def test_bars_are_shares_of_the_largest_of_both_months() -> None:
    assert charts.shares([10, None, 0], [20, 5, 0]) == [[0.5, 0.0, 0.0], [1.0, 0.25, 0.0]]
    assert charts.shares([0, None]) == [[0.0, 0.0]]
    assert charts.shares([]) == [[]]
