"""What a trial's real answers say of all rows: what is written, and what is really read.

An answer that was cut off is at least so long. Under the longest answer at which it was cut it
costs just that; where more is allowed now, nobody knows how much longer it is: any length up to
there is taken to be likely by its logarithm, and the range goes from one end to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, hypot, log
from operator import mul

from app.core.answer_size import most_written
from app.core.calibration import Layer, Line, Point, fit, follow_length
from app.core.catalog import Model
from app.core.cost import Usage
from app.core.job import JobSettings
from app.core.measured import Measured, Reading, Writing
from app.core.unseen import NARROWER_BELOW, unseen_factor


@dataclass(frozen=True, slots=True)
class Answered:
    """A row that was answered: its size, for how many rows it speaks, and what it used.

    `counted` is what the service counted of the same request beforehand; None where it did not.
    `is_cut_off` says that the answer is longer than what was written of it.
    """

    size: float
    weight: float
    usage: Usage
    counted: int | None = None
    is_cut_off: bool = False


def learn(
    known: Measured,
    answers: Sequence[Answered],
    rows: int,
    fixed: float,
    settings: JobSettings,
    model: Model,
) -> Measured:
    """Return what is known with real answers of one model, which speak for so many rows.

    `fixed` is what every request is reckoned to repeat.
    """
    if not answers:
        return known
    reading = _reading(known.reading, answers, rows, fixed, model)
    writing = _writing(answers, rows, settings, model)
    return Measured(reading, writing, known.history)


@dataclass(frozen=True, slots=True)
class _Length:
    """How long an answer is: its least, what is to be expected, and its most."""

    least: float
    usual: float
    most: float


def _length(answer: Answered, longest: int) -> _Length:
    """Return how long an answer would be, if it may be so long at most."""
    written = float(max(answer.usage.output, 1))
    if not answer.is_cut_off or written >= longest:
        known = min(float(answer.usage.output), float(longest))
        return _Length(known, known, known)
    return _Length(written, (longest - written) / log(longest / written), longest)


def _writing(
    answers: Sequence[Answered], rows: int, settings: JobSettings, model: Model
) -> Writing:
    lengths = [_length(answer, settings.max_tokens) for answer in answers]
    points = [Point(a.size, n.usual, a.weight) for a, n in zip(answers, lengths, strict=True)]
    thinking, output = (sum(getattr(a.usage, name) for a in answers) for name in _WRITTEN)
    longest = float(settings.max_tokens) if thinking else most_written(settings, model)
    return Writing(
        _line(points, lengths, rows, longest),
        len(answers),
        thinking / output if output else 0.0,
        sum(length.most > length.least for length in lengths),
    )


_WRITTEN = ("thinking", "output")


def _line(points: Sequence[Point], lengths: Sequence[_Length], rows: int, longest: float) -> Line:
    """Fit what was written; what is not known of it, and what was not seen, widens the range."""
    line, weights = fit(points, rows), [point.weight for point in points]
    least, usual, most = (
        sum(map(mul, weights, ends)) / sum(weights)
        for ends in zip(*((n.least, n.usual, n.most) for n in lengths), strict=True)
    )
    if usual <= 0:
        return line
    nothing_open = len(points) >= rows or follow_length(points, line)
    unseen = 1.0 if nothing_open else unseen_factor(len(points), usual, longest)
    narrower = NARROWER_BELOW if unseen > 1 else 1.0
    below = hypot(log(line.low) * narrower, log(least / usual))
    above = hypot(log(line.high), log(most / usual), log(unseen))
    return replace(line, low=exp(-below), high=exp(above))


def _reading(
    counted: Reading | None, answers: Sequence[Answered], rows: int, fixed: float, model: Model
) -> Reading:
    """Correct counted rows by billed ones; without counts the billed ones are the measure."""
    if counted is None:
        points = [Point(a.size, a.usage.prompt - fixed, a.weight) for a in answers]
        line = Layer(points[-1].size, fit(points, rows))
        return Reading((line,), 0.0, 0, token_factor=model.token_factor)
    # Rows of one length differ too much to tell a count from a bill: only the same rows can.
    both = [(a.usage.prompt, a.counted) for a in answers if a.counted]
    if not both:
        return counted
    factor = sum(billed for billed, _ in both) / sum(tokens for _, tokens in both)
    return replace(counted, factor=factor, compared=len(both))
