"""Promises of the sample: as many rows as asked, long ones certain, and weights that add up."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from app.core.sampling import spread

SIZES = st.lists(st.one_of(st.just(0.0), st.floats(0, 1e6)), max_size=80)


@given(SIZES, st.integers(1, 40), st.integers(0, 9))
def test_each_row_is_drawn_once_and_the_weights_speak_for_all(
    sizes: list[float], count: int, turn: int
) -> None:
    """As many as asked for, or all there are; together they speak for about all rows."""
    drawn = spread(sizes, count, turn)
    places = [one.place for one in drawn]
    assert len(places) == len(set(places)) == min(count, len(sizes))
    assert [sizes[place] for place in places] == sorted(sizes[place] for place in places)
    assert all(1 <= one.weight <= 2 * len(sizes) for one in drawn)


def test_weights_add_up_to_the_rows_and_to_their_size() -> None:
    """Half by number, half by length: neither many short rows nor few long ones are missed."""
    dice = random.Random(1)
    sizes = [dice.lognormvariate(4, 1.2) for _ in range(5_000)]
    drawn = spread(sizes, 40)
    rows = sum(one.weight for one in drawn)
    together = sum(one.weight * sizes[one.place] for one in drawn)
    assert abs(rows / 5_000 - 1) < 0.05
    assert abs(together / sum(sizes) - 1) < 0.05


def test_a_giant_among_dwarfs_is_drawn_for_certain() -> None:
    """One row that is half of the text speaks for itself alone."""
    sizes = [10.0] * 999 + [9_990.0]
    giant = spread(sizes, 5)[-1]
    assert (giant.place, giant.weight) == (999, 1.0)


def test_another_turn_draws_other_rows() -> None:
    """Five others are others; the same turn means the same rows."""
    sizes = [float(size) for size in range(1, 500)]
    turns = [frozenset(one.place for one in spread(sizes, 5, turn)) for turn in range(8)]
    assert len(set().union(*turns)) == 40
    assert spread(sizes, 5, 3) == spread(sizes, 5, 3)


def test_rows_without_any_length_are_drawn_alike() -> None:
    """Nothing to go by: every row has the same chance."""
    assert {one.weight for one in spread([0.0] * 100, 10)} == {10.0}
