"""Promises of the lines: exact where tokens follow the length, wide where answers scatter."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.calibration import Line, Point, fit, fit_layers

POINTS = st.lists(
    st.builds(Point, st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e4)),
    min_size=1,
    max_size=40,
)


def test_tokens_that_follow_the_length_leave_no_doubt() -> None:
    """Seven tokens and a quarter for each unit of size: found, with the range of one token."""
    points = [Point(size, 7 + size / 4, 10) for size in (10, 50, 200, 900, 4_000)]
    line = fit(points, 1_000)
    assert (line.base, line.slope) == (pytest.approx(7), pytest.approx(0.25))
    assert line.low == pytest.approx(1, abs=0.01)
    assert line.high == pytest.approx(1, abs=0.01)
    assert line.total(1_000, 80_000) == pytest.approx(27_000)


def test_rows_of_one_length_tell_no_slope() -> None:
    """What weights leave of nothing in the last digit is no difference between lengths."""
    line = fit([Point(10, 10, 1_000 / 30)] * 30, 1_000)
    assert (line.base, line.slope) == (pytest.approx(10), 0)


def test_three_rows_give_a_level_and_no_line() -> None:
    """A line through so few rows would say more than they know."""
    line = fit([Point(1, 10), Point(2, 20), Point(3, 30)], 100)
    assert (line.base, line.slope) == (20, 0)


def test_all_rows_measured_leave_nothing_open() -> None:
    """What was measured of every row has no range."""
    line = fit([Point(1, 10), Point(2, 30), Point(3, 20)], 3)
    assert (line.low, line.high) == (1, 1)


def test_one_row_alone_is_a_very_wide_guess() -> None:
    """It says how much, and nothing of how much others differ."""
    line = fit([Point(5, 40)], 1_000)
    assert line.total(1_000, 5_000) == 40_000
    assert line.high >= 1.5


def test_more_rows_give_a_narrower_range() -> None:
    """Six times as many answers, a range about half as wide."""
    dice = random.Random(3)
    points = [Point(dice.uniform(10, 90), dice.gauss(60, 15), 10) for _ in range(30)]
    few, many = fit(points[:5], 1_000), fit(points, 1_000)
    assert many.high - many.low < (few.high - few.low) / 2


def test_the_range_is_wider_upwards() -> None:
    """Answers have long tails: the sample has not seen the longest."""
    dice = random.Random(3)
    line = fit([Point(1, dice.lognormvariate(4, 0.8), 10) for _ in range(10)], 1_000)
    assert line.high - 1 > 1 - line.low


@given(POINTS, st.integers(1, 100_000))
@example([Point(0, 0), Point(0, 8.6e-212)], 3)
@example([Point(0, 0), Point(0, 0.0078125)], 3)
@example([Point(0, 0), Point(0, 0.021)], 3)
def test_every_line_has_a_range_around_it(points: list[Point], rows: int) -> None:
    """Whatever was measured: tokens are never negative, and low is never above high."""
    line = fit(points, rows)
    assert 0 < line.low <= 1 <= line.high
    assert line.total(rows, sum(p.size for p in points)) >= 0
    assert line.at(1e9) >= 0


def test_layers_follow_what_one_line_cannot() -> None:
    """Short rows in one script and long ones in another have lines of their own."""
    short = [Point(size, size * 0.3, 20) for size in range(10, 30)]
    long = [Point(size, size * 1.2, 2) for size in range(500, 520)]
    layers = fit_layers([*short, *long], 440)
    assert len(layers) == 4
    assert [layer.up_to for layer in layers] == [19, 29, 509, 519]
    assert layers[0].line.total(10, 150) == pytest.approx(45)
    assert layers[3].line.total(10, 5_150) == pytest.approx(6_180)


def test_a_line_below_nothing_is_nothing() -> None:
    """A falling line ends at zero."""
    assert Line(10, -1).at(50) == 0
