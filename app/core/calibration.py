"""What a few measured rows say of all: tokens as a line over the length of a row, with its range.

Lines are fitted with the weights of the draw (core.sampling), so that the line's total over all
rows is right on the average even where tokens do not follow the length. The range comes from what
the line leaves unexplained, in the manner of Student for few rows, and is wider upwards: answers
and thoughts have long tails (checked by simulation: tests/engine/test_forecast_simulation.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, hypot, log, sqrt

_STUDENT = (
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771,
    1.761, 1.753, 1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706,
    1.703, 1.701, 1.699, 1.697,
)  # fmt: skip
"""How many deviations a range of 90 % reaches, by how many rows are left to judge them by."""
_NORMAL = 1.645
_LINE_FROM = 4
"""So many rows are needed to tell a line from a level."""
_SAME_SIZE = 1e-6
"""Sizes that differ by less than this part of them are the same, and tell no slope."""
_LEFT_OPEN = 0.2
"""Five rows that have nothing to do with their lengths are as near to a line once in twenty."""
_SMALL_SAMPLE = 0.6
_FLOOR = 0.05
_LEAST_TOKENS = 0.5
"""Where all measured rows are alike, others may still have a token more or less, now and then."""
_NOTHING = 0.01
"""Rows with fewer tokens than this, on the average, have none to speak of."""
_FARTHEST = 5.0
"""No range is wider than a factor of about 150: beyond that it says nothing."""
_ALONE = (0.5, 0.7)
"""One row says how much, and nothing of how much others differ."""


@dataclass(frozen=True, slots=True)
class Point:
    """A measured row: its size, the tokens found, and how many rows it speaks for."""

    size: float
    tokens: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens of a row as base + slope * size, and the factors of the total's 90 % range."""

    base: float
    slope: float
    low: float = 1.0
    high: float = 1.0

    def at(self, size: float) -> float:
        """Return the tokens that a row of this size is expected to have."""
        return max(0.0, self.base + self.slope * size)

    def total(self, rows: int, sizes: float) -> float:
        """Return the tokens of rows with these sizes together."""
        return max(0.0, self.base * rows + self.slope * sizes)


def fit(points: Sequence[Point], rows: int) -> Line:
    """Fit a line through measured rows that speak for so many."""
    base, slope = _through(points)
    line = Line(base, slope)
    if len(points) >= rows:
        return line
    reach = _reach(points, line)
    return Line(base, slope, exp(-reach[0]), exp(reach[1]))


def _through(points: Sequence[Point]) -> tuple[float, float]:
    weights = sum(p.weight for p in points)
    size = sum(p.weight * p.size for p in points) / weights
    tokens = sum(p.weight * p.tokens for p in points) / weights
    spread = sum(p.weight * (p.size - size) ** 2 for p in points)
    if len(points) < _LINE_FROM or spread <= weights * (_SAME_SIZE * size) ** 2:
        return tokens, 0.0
    slope = sum(p.weight * (p.size - size) * (p.tokens - tokens) for p in points) / spread
    return tokens - slope * size, slope


def follow_length(points: Sequence[Point], line: Line) -> bool:
    """Say whether the line leaves so little open that the length of a row must be what decides."""
    mean = _mean(points)
    apart = sum(p.weight * (p.tokens - mean) ** 2 for p in points)
    left = sum(p.weight * (p.tokens - line.at(p.size)) ** 2 for p in points)
    return line.slope != 0 and len(points) > _LINE_FROM and left < _LEFT_OPEN * apart


def _reach(points: Sequence[Point], line: Line) -> tuple[float, float]:
    """Return how far the total may lie below and above, as logarithms of factors.

    Two measures of the same rows: their deviations from the line as they are, and as ratios. The
    second sees the tail that a small sample has not drawn yet.
    """
    count, mean = len(points), _mean(points)
    if count == 1 or mean < _NOTHING:
        return _ALONE
    freedom = max(1, count - (2 if line.slope else 1))
    least = _LEAST_TOKENS / (mean * sqrt(count))
    expected = [line.at(p.size) for p in points]
    plain = hypot(_plain_deviation(points, expected, freedom), least)
    ratio = hypot(_ratio_deviation(points, expected, freedom, _FLOOR * mean), least)
    wide = _deviations(freedom) * (1 + _SMALL_SAMPLE / count)
    # Where a few rows are most of the total, ratios hardly see them.
    lower = min(max(plain, 0.75 * ratio), max(1.2 * ratio, 0.5 * plain))
    return min(lower * wide, _FARTHEST), min(max(ratio, 0.9 * plain) * wide, _FARTHEST)


def _mean(points: Sequence[Point]) -> float:
    return sum(p.weight * p.tokens for p in points) / sum(p.weight for p in points)


def _plain_deviation(points: Sequence[Point], expected: Sequence[float], freedom: int) -> float:
    total = sum(p.weight * p.tokens for p in points)
    squares = sum(
        (p.weight * (p.tokens - usual)) ** 2 for p, usual in zip(points, expected, strict=True)
    )
    return sqrt(len(points) / freedom * squares) / total


def _ratio_deviation(
    points: Sequence[Point], expected: Sequence[float], freedom: int, floor: float
) -> float:
    """Return the deviation of the total where ratios to the line scatter like a lognormal.

    Rows below the floor have no part in the total, whatever their ratio is.
    """
    ratios = [
        log(max(p.tokens, floor) / max(usual, floor))
        for p, usual in zip(points, expected, strict=True)
    ]
    middle = sum(ratios) / len(ratios)
    variance = sum((ratio - middle) ** 2 for ratio in ratios) / freedom
    shares = [p.weight * usual for p, usual in zip(points, expected, strict=True)]
    together = sum(shares)
    uneven = len(shares) * sum(share**2 for share in shares) / together**2 if together else 1.0
    return sqrt(variance * uneven / len(points) + variance**2 / (2 * freedom))


def _deviations(freedom: int) -> float:
    return _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else _NORMAL


@dataclass(frozen=True, slots=True)
class Level:
    """What several ratios say of the next one: its middle, and how far it may lie from that.

    `reach` is the half of its range of 90 %, as the logarithm of a factor.
    """

    factor: float
    reach: float


_USUAL_SCATTER = 0.1
"""How much jobs of one kind differ, as long as they have not shown it themselves."""
_AS_MANY = 2
"""So many jobs would have to show otherwise to weigh as much as that."""


def level(ratios: Sequence[float]) -> Level:
    """Return the geometric mean of ratios, and how far one more like them may lie from it."""
    logs = [log(ratio) for ratio in ratios]
    count, middle = len(logs), sum(logs) / len(logs)
    squares = sum((one - middle) ** 2 for one in logs) + _AS_MANY * _USUAL_SCATTER**2
    scatter = sqrt(squares / (count - 1 + _AS_MANY))
    return Level(exp(middle), min(_NORMAL * scatter * sqrt(1 + 1 / count), _FARTHEST))


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows up to a size, and their line."""

    up_to: float
    line: Line


def fit_layers(points: Sequence[Point], most: int, each: int = 10) -> tuple[Layer, ...]:
    """Fit a line to each layer of size: points that are in order of size, so many to a layer.

    `most` is how many rows all points speak for.
    """
    layers = max(1, len(points) // each)
    cuts = [round(number * len(points) / layers) for number in range(layers + 1)]
    found: list[Layer] = []
    for start, end in pairwise(cuts):
        part = points[start:end]
        spoken_for = round(sum(p.weight for p in part))
        line = fit(part, spoken_for if most > len(points) else len(part))
        found.append(Layer(part[-1].size, line))
    return tuple(found)
