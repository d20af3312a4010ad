"""The way through the steps of a draft, without those in which it has nothing to decide."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.job import Job
from app.ui.steps.step import Step


class Route:
    """The steps by their numbers, from 0; `left_out` are passed over."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        self.left_out: frozenset[int] = frozenset()

    def fit(self, job: Job) -> None:
        """Leave out what this job has no need of."""
        steps = enumerate(self._steps)
        self.left_out = frozenset(number for number, step in steps if not step.is_needed(job))

    def beside(self, number: int, way: int) -> int:
        """Return the next step in a direction; past the last one there is one more."""
        number += way
        while number in self.left_out:
            number += way
        return number

    def at_or_before(self, number: int) -> int:
        """Return this step, or the one before it when it is left out."""
        return self.beside(number, -1) if number in self.left_out else number

    def shown(self, place: int) -> int:
        """Return a step by its place among those that are shown; -1 when there are fewer."""
        numbers = [n for n in range(len(self._steps)) if n not in self.left_out]
        return numbers[place] if place < len(numbers) else -1

    def furthest(self, reached: int) -> int:
        """Return the last step, at most the one reached, before which nothing is missing."""
        steps = enumerate(self._steps)
        missing = (n for n, step in steps if n not in self.left_out and step.problem())
        return min(next(missing, reached), reached)
