"""Which rows to look at, so that few of them speak for all: spread over the file by length.

Half of a row's chance to be drawn is the same for all rows, half grows with its length, so that
both the many short rows and the few long ones, which cost most, are seen. Rows that are long
enough are drawn for certain. The draw is systematic and always the same for the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row that was drawn, by its place; `weight` is how many rows it speaks for."""

    place: int
    weight: float


def spread(sizes: Sequence[float], count: int, turn: int = 0) -> list[Drawn]:
    """Draw rows by size, the shortest first; `turn` draws others than before.

    All rows are drawn where there are not more of them than asked for.
    """
    rest = sorted(range(len(sizes)), key=lambda place: (sizes[place], place))
    if len(rest) <= count:
        return [Drawn(place, 1.0) for place in rest]
    certain: list[Drawn] = []
    while True:
        left = count - len(certain)
        chances = _chances([sizes[place] for place in rest], left)
        sure = [place for place, chance in zip(rest, chances, strict=True) if chance >= 1]
        if not sure:
            return [*_systematic(rest, chances, turn), *certain]
        # The longest rows come last, and after them only longer ones that are certain too.
        certain = [Drawn(place, 1.0) for place in sure[-left:]] + certain
        rest = rest[: len(rest) - len(sure)]


def _chances(sizes: Sequence[float], count: int) -> list[float]:
    """Return each row's chance, where so many are to be drawn of these."""
    together = sum(sizes)
    if together == 0:
        return [count / len(sizes)] * len(sizes)
    same, by_size = count / (2 * len(sizes)), count / (2 * together)
    return [same + by_size * size for size in sizes]


def _systematic(rest: Sequence[int], chances: Sequence[float], turn: int) -> list[Drawn]:
    """Walk along the rows and draw one wherever the chances have added up to another whole."""
    drawn: list[Drawn] = []
    walked, mark = 0.0, _start(turn)
    for place, chance in zip(rest, chances, strict=True):
        walked += chance
        if walked > mark:
            drawn.append(Drawn(place, 1 / chance))
            mark += 1
    return drawn


def _start(turn: int) -> float:
    """Return where in the first step to begin: in its middle, then as far from before as can be."""
    position, width, number = 0.0, 0.5, turn + 1
    while number:
        position += width * (number & 1)
        number >>= 1
        width /= 2
    return position
