"""What a few answers cannot show: that among very many rows some have far longer ones.

Five answers of ten tokens do not rule out that one row in twenty gets four hundred, and then these
rows are most of what is written. How many such rows there may be, and how long their answers,
decides how far above what was seen the bill may lie.

How many: without any idea of what jobs are like, n answers leave about 3 / n of the rows open, the
rule of three. But most answers to one question are of one kind. So before the trial two jobs in
five are taken to have other rows at all, and these one in thirty on the average; every answer
without one speaks against them, by the rule of Bayes. What is left in one case of twenty is 6 % of
the rows after five answers, 3 % after thirty, and under 1 % after a hundred.

How long: as long as the columns and the longest answer allow (core.answer_size), and at most 200
times the usual one: who allows far more than that means to be safe, and says nothing of the rows.
Answers of labels and numbers without thinking cannot be longer than the longest label, so that for
them next to nothing of this is left. Neither is it where answers follow the length of their rows,
as translations do: what makes them long is known of all rows.

All that only widens the range upwards, so that hardly a bill is above it; the lower end then leaves
out more than one in twenty, and nine of ten stay inside. Rarer and longer answers than these can
still be outside (checked by simulation: tests/engine/test_forecast_simulation.py).
"""

from __future__ import annotations

NARROWER_BELOW = 0.8
"""How much less the range reaches down where it reaches up for rows that nobody has seen."""
_OTHERS = 0.4
"""How likely it is that a job has rows with far longer answers than most."""
_ONE_IN = 30
"""If a job has such rows, they are one in so many, on the average."""
_LEFT_OUT = 0.05
"""The part of all cases that may be above a range of 90 %."""
_MOST_TIMES = 200.0


def unseen_factor(answers: int, usual: float, longest: float) -> float:
    """Return how many times as much all rows may write as so many answers show.

    `usual` are the tokens of the mean answer, `longest` those that an answer can have at most.
    """
    if usual <= 0 or longest <= usual:
        return 1.0
    return 1 + unseen_share(answers) * (min(longest / usual, _MOST_TIMES) - 1)


def unseen_share(answers: int) -> float:
    """Return which share of rows may be of another kind that none of so many answers was of."""
    before = _ONE_IN - 1
    missed = _OTHERS * before / (before + answers)
    odds = missed / (missed + 1 - _OTHERS)
    if odds <= _LEFT_OUT:
        return 0.0
    return 1 - float((_LEFT_OUT / odds) ** (1 / (before + answers)))
