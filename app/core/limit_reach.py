"""How far a spend limit reaches, reckoned from a forecast before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from app.core.limit import Unit

_STEPS = ((Decimal(1), Decimal("0.10")), (Decimal(20), Decimal("0.50")), (Decimal(100), Decimal(1)))
"""Up to so many dollars, limits are round in such steps."""
_COARSEST = Decimal(5)


@dataclass(frozen=True, slots=True)
class LimitReach:
    """A job as it would be sent: the rows of its batches, and what they cost together.

    Every row is taken to cost the same; `most_usd` is the worst case of all.
    """

    batches: tuple[int, ...]
    expected_usd: Decimal
    most_usd: Decimal

    @property
    def rows(self) -> int:
        """How many rows would be sent without a limit."""
        return sum(self.batches)

    @property
    def for_all_usd(self) -> Decimal:
        """The limit that lets every row through when the batches go one at a time."""
        highest = before = Decimal(0)
        for rows in self.batches:
            highest = max(highest, before + self._share(self.most_usd, rows))
            before += self._share(self.expected_usd, rows)
        return highest

    def rows_within(self, limit: Decimal) -> int:
        """Return about how many rows go under a limit: until the next may be too dear.

        Batches are made smaller where that lets rows go.
        """
        if limit >= self.for_all_usd:
            return self.rows
        each, worst = self._share(self.expected_usd, 1), self._share(self.most_usd, 1)
        if limit < worst or not each:
            return 0
        return min(self.rows, int((limit - worst) / each) + 1)

    def cost_of(self, rows: int) -> Decimal:
        """Return what so many rows are likely to cost."""
        return self._share(self.expected_usd, rows)

    def _share(self, amount: Decimal, rows: int) -> Decimal:
        return amount * rows / max(self.rows, 1)


def about_rows(rows: int, all_rows: int) -> int:
    """Round a number of rows that is reckoned, so that it does not look counted."""
    if rows >= all_rows or rows < 100:
        return rows
    step: int = 10 ** (len(str(rows)) - 2)
    return rows // step * step


def reach_of(
    batches: Sequence[int], expected: Decimal | None, most: Decimal | None
) -> LimitReach | None:
    """Return a job's reach; None where a price is not known."""
    if expected is None or most is None or not sum(batches):
        return None
    return LimitReach(tuple(batches), expected, most)


def round_limit(amount: Decimal, unit: Unit = Unit.DOLLARS) -> Decimal:
    """Return the smallest round limit that is not under an amount."""
    if unit is Unit.TOKENS:
        step = Decimal(10) ** max(0, amount.adjusted() - 1)
    else:
        step = next((step for most, step in _STEPS if amount <= most), _COARSEST)
    return (amount / step).to_integral_value(ROUND_CEILING) * step
