"""Promises of a trial's answers: whole ones are a measure, cut-off ones only a least length."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.answered import Answered, learn
from app.core.cost import Usage
from app.core.measured import NOTHING, Writing
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-5-5")
ROWS = 1_000


def _learnt(lengths: Sequence[int], longest: int, *, cut: int = 0) -> Writing:
    """Learn from answers of these lengths, of which so many, the last, were cut off."""
    whole = len(lengths) - cut
    answers = [
        Answered(10.0, ROWS / len(lengths), Usage(50, length), is_cut_off=place >= whole)
        for place, length in enumerate(lengths)
    ]
    found = learn(NOTHING, answers, ROWS, 40, MODEL, longest).writing
    assert found is not None
    return found


def _total(found: Writing) -> float:
    return found.line.total(ROWS, 10.0 * ROWS) / ROWS


def test_an_answer_cut_off_at_the_limit_costs_just_that() -> None:
    """With the same longest answer, or a smaller one, nothing more can be written."""
    same, less = _learnt([300] * 5, 300, cut=5), _learnt([300] * 5, 200, cut=5)
    assert _total(same) == pytest.approx(300)
    assert _total(less) == pytest.approx(200)
    assert (same.unknown, less.unknown) == (0, 0)


@pytest.mark.parametrize("longest", [1_200, 4_000, 64_000])
def test_with_more_allowed_a_cut_off_answer_may_be_of_any_length(longest: int) -> None:
    """Expected between what was written and the limit; the range goes from one to the other."""
    found = _learnt([300] * 5, longest, cut=5)
    assert found.unknown == 5
    assert 300 < _total(found) < longest
    assert _total(found) * found.line.low <= 300.1
    assert _total(found) * found.line.high >= longest - 0.1


def test_the_more_were_cut_off_the_more_is_open() -> None:
    """One of five leaves less open than four of five."""
    one, four = (_learnt([60, 70, 80, 90, 300], 1_200, cut=cut) for cut in (1, 4))
    assert (one.unknown, four.unknown) == (1, 4)
    assert _total(one) < _total(four)
    assert _learnt([60, 70, 80, 90, 300], 1_200).line.high < one.line.high


def test_a_whole_answer_is_no_longer_than_what_is_allowed_now() -> None:
    """With a smaller longest answer it would be cut off, and cost no more."""
    assert _total(_learnt([20, 40, 600], 50)) == pytest.approx(110 / 3)
