"""Promises of a trial's answers: whole ones are a measure, cut-off ones only a least length."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.core.answered import Answered, learn
from app.core.answers import AnswerColumn, parse_definition
from app.core.cost import Usage
from app.core.job import JobSettings
from app.core.measured import NOTHING, Writing
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-5-5")
ROWS = 1_000
LABELS = (parse_definition("topic: category = Delivery | Quality | Other"),)


def _learnt(
    lengths: Sequence[int],
    longest: int,
    *,
    cut: int = 0,
    columns: tuple[AnswerColumn, ...] = LABELS,
) -> Writing:
    """Learn from answers of these lengths, of which so many, the last, were cut off."""
    whole = len(lengths) - cut
    answers = [
        Answered(10.0, ROWS / len(lengths), Usage(50, length), is_cut_off=place >= whole)
        for place, length in enumerate(lengths)
    ]
    settings = JobSettings("{{text}}", answers=columns, max_tokens=longest)
    found = learn(NOTHING, answers, ROWS, 40, settings, MODEL).writing
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


WORDS = (parse_definition("reason: long text"),)


def test_a_few_short_answers_do_not_rule_out_long_ones() -> None:
    """The range reaches far up where answers may be long, less so after more of them."""
    few, many = (_learnt([10] * count, 1_000, columns=WORDS) for count in (5, 30))
    assert few.line.high > 5
    assert 3 < many.line.high < few.line.high
    assert many.line.low > 0.95
    assert _learnt([10] * 5, 1_000).line.high < 1.1


def test_answers_that_follow_their_rows_are_known() -> None:
    """Where the length of a row makes the answer long, its row would be known to be long."""
    answers = [Answered(size, 100, Usage(50, round(2 * size))) for size in (20, 40, 60, 90, 150)]
    settings = JobSettings("{{text}}", answers=WORDS, max_tokens=20_000)
    found = learn(NOTHING, answers, ROWS, 40, settings, MODEL).writing
    assert found is not None
    assert found.line.high < 1.1


def test_all_rows_tried_leave_only_open_what_was_cut_off() -> None:
    """Nothing is unseen; how long cut-off answers are is not known all the same."""
    settings = JobSettings("{{text}}", answers=WORDS, max_tokens=900)
    answers = [Answered(10, 1, Usage(50, 300), is_cut_off=cut) for cut in (False, True)]
    whole = learn(NOTHING, answers[:1], 1, 40, settings, MODEL).writing
    found = learn(NOTHING, answers, 2, 40, settings, MODEL).writing
    assert whole is not None
    assert found is not None
    assert (whole.line.low, whole.line.high) == (1, 1)
    assert found.line.low < 0.9
    assert found.line.high > 1.1
