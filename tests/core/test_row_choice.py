"""A rule for the rows to run means the same rows of the same table, always."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.job import Rows
from app.core.row_choice import NONE_CHOSEN, Holds, RowRule, Where, choose, fold
from app.core.volume import chosen_rows, reach

WHERE = Where("country", Holds.EQUALS, "DE")


def evens(_where: Where) -> Sequence[int]:
    """Rows with an even number match."""
    return range(2, 101, 2)


def test_a_condition_the_first_of_it_and_a_sample() -> None:
    """The condition comes first, then the first of those, then a sample of these."""
    assert choose(RowRule(WHERE), 100, evens) == tuple(range(2, 101, 2))
    assert choose(RowRule(WHERE, first=3), 100, evens) == (2, 4, 6)
    sample = choose(RowRule(WHERE, first=20, sample=5, seed=1), 100, evens)
    assert len(sample) == 5
    assert set(sample) < set(range(2, 41, 2))
    assert list(sample) == sorted(sample)


def test_a_seed_draws_the_same_rows_everywhere() -> None:
    """A sample can be drawn again by anybody; another seed draws others."""
    drawn = choose(RowRule(sample=5, seed=7), 1000, evens)
    assert drawn == choose(RowRule(sample=5, seed=7), 1000, evens)
    assert drawn == (113, 295, 862, 876, 962)
    assert drawn != choose(RowRule(sample=5, seed=8), 1000, evens)


def test_rows_that_are_added_hardly_change_a_sample() -> None:
    """A table that grew by a row keeps nearly all rows that were drawn before."""
    before = set(choose(RowRule(sample=100), 1000, evens))
    after = set(choose(RowRule(sample=100), 1001, evens))
    assert len(before & after) >= 99


def test_samples_are_fair() -> None:
    """Every row is drawn about as often as any other."""
    counts = [0] * 51
    for seed in range(400):
        for row in choose(RowRule(sample=10, seed=seed), 50, evens):
            counts[row] += 1
    assert counts[0] == 0
    assert min(counts[1:]) > 40
    assert max(counts[1:]) < 130


def test_a_sample_larger_than_the_table_is_all_of_it() -> None:
    """Nothing is drawn twice."""
    assert choose(RowRule(sample=10), 4, evens) == (1, 2, 3, 4)


def test_no_row_is_not_every_row() -> None:
    """A rule that no row follows chooses none, where no choice at all would mean all."""
    picked = choose(RowRule(WHERE), 100, lambda _: ())
    assert picked == NONE_CHOSEN
    rows = Rows(picked=picked, rule=RowRule(WHERE))
    assert (chosen_rows(rows, 100), reach(rows, 100)) == (0, 0)


@pytest.mark.parametrize("text", ["ÄPFEL", " äpfel ", "Äpfel\n"])
def test_capitals_and_outer_blanks_do_not_matter(text: str) -> None:
    """Cells are compared as people compare them."""
    assert fold(text) == fold("äpfel")
