"""What was measured of a job before it is bought: counted rows, real answers, earlier jobs."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.calibration import Layer, Line


@dataclass(frozen=True, slots=True)
class Reading:
    """What rows were found to read, besides what every request repeats.

    `extra` is how much more (or less) the repeated part of a request was found to have than is
    guessed for it, and `doubt` how much of that part may be wrong, since it was changed after it
    was counted. `factor` turns what is counted into what is billed, as `compared` real answers
    showed; `token_factor` is that of the model for which it was measured.
    """

    layers: tuple[Layer, ...]
    extra: float
    counted: int
    factor: float = 1.0
    token_factor: float = 1.0
    doubt: float = 0.0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """What real answers were found to have, with their thinking, for one model.

    `thinking` is the share of what was written that was thinking; `unknown` how many answers were
    cut off before the longest answer that is allowed now, so that their length is a guess.
    """

    line: Line
    answers: int
    thinking: float = 0.0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What earlier jobs of the same kind came to, compared with what was forecast of them.

    The factors say how many times as much was read and written as had been guessed; the reaches
    how far one more such job may lie from that, as logarithms of factors.
    """

    jobs: int
    reading: float
    writing: float
    reading_reach: float = 0.0
    writing_reach: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured; None for what was not."""

    reading: Reading | None = None
    writing: Writing | None = None
    history: History | None = None


NOTHING = Measured()
