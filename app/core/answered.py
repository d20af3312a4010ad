"""What a trial's real answers say of all rows: what is written, and what is really read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.calibration import Layer, Point, fit
from app.core.catalog import Model
from app.core.cost import Usage
from app.core.measured import Measured, Reading, Writing


@dataclass(frozen=True, slots=True)
class Answered:
    """A row that was answered: its size, for how many rows it speaks, and what it used.

    `counted` is what the service counted of the same request beforehand; None where it did not.
    """

    size: float
    weight: float
    usage: Usage
    counted: int | None = None


def learn(
    known: Measured, answers: Sequence[Answered], rows: int, fixed: float, model: Model
) -> Measured:
    """Return what is known with real answers of one model, which speak for so many rows.

    `fixed` is what every request is reckoned to repeat.
    """
    if not answers:
        return known
    written = [Point(a.size, a.usage.output, a.weight) for a in answers]
    thought, output = (sum(getattr(a.usage, name) for a in answers) for name in _WRITTEN)
    writing = Writing(fit(written, rows), len(answers), thought / output if output else 0.0)
    reading = _reading(known.reading, answers, rows, fixed, model)
    return Measured(reading, writing, known.history)


_WRITTEN = ("thinking", "output")


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
