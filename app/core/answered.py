"""What a trial's real answers say of all rows: what is written, and what is really read.

An answer that was cut off is at least so long. Under the longest answer at which it was cut it
costs just that; where more is allowed now, nobody knows how much longer it is: any length up to
there is taken to be likely by its logarithm, and the range goes from one end to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, hypot, log

from app.core.calibration import Layer, Line, Point, fit
from app.core.catalog import Model
from app.core.cost import Usage
from app.core.measured import Measured, Reading, Writing


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
    model: Model,
    longest: int,
) -> Measured:
    """Return what is known with real answers of one model, which speak for so many rows.

    `fixed` is what every request is reckoned to repeat, `longest` the longest answer allowed now.
    """
    if not answers:
        return known
    reading = _reading(known.reading, answers, rows, fixed, model)
    return Measured(reading, _writing(answers, rows, longest), known.history)


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


def _writing(answers: Sequence[Answered], rows: int, longest: int) -> Writing:
    lengths = [_length(answer, longest) for answer in answers]
    points = [Point(a.size, n.usual, a.weight) for a, n in zip(answers, lengths, strict=True)]
    line = fit(points, rows)
    least, usual, most = (
        sum(a.weight * getattr(n, end) for a, n in zip(answers, lengths, strict=True))
        for end in ("least", "usual", "most")
    )
    if usual > 0:
        line = _widened(line, least / usual, most / usual)
    output = sum(answer.usage.output for answer in answers)
    thought = sum(answer.usage.thinking for answer in answers) / output if output else 0.0
    unknown = sum(length.most > length.least for length in lengths)
    return Writing(line, len(answers), thought, unknown)


def _widened(line: Line, low: float, high: float) -> Line:
    """Return a line whose total may be off by these factors too, whatever scatters besides."""
    below, above = hypot(log(line.low), log(low)), hypot(log(line.high), log(high))
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
