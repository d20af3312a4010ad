"""The models' standard prices as a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.core import days
from app.engine.money_replies import PriceLine
from app.ui.models.lines_model import LinesModel
from app.ui.widgets.table_cells import MISSING, Look

_OWN, _QUIET = Look(icon="user", icon_ink="accentText"), Look(ink="text3")


class PricesModel(LinesModel):
    """One line per model: what a million tokens cost, and from when that is known."""

    HEADINGS = ("Model", "Reading", "Writing", "Reusing", "From")

    @property
    def lines(self) -> tuple[PriceLine, ...]:
        """The models that are shown."""
        return self._lines

    def set_lines(self, lines: Sequence[PriceLine]) -> None:
        """Show these models; while they stay the same, the choice of a line does too."""
        if [line.model for line in lines] != [line.model for line in self._lines]:
            super().set_lines(lines)
            return
        self._lines = tuple(lines)
        last = self.index(len(lines) - 1, len(self.HEADINGS) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def cell(self, line: PriceLine, column: int, /) -> str:
        """Return what stands in a cell."""
        return cells(line)[column]

    def look(self, line: PriceLine, column: int, /) -> Look | None:
        """Return how a cell looks: own prices are marked, unknown ones quiet."""
        own = _OWN if line.own and column == 4 else None
        return own if line.prices is not None else _QUIET


def cells(line: PriceLine) -> tuple[str, ...]:
    """Return what stands in a model's line; an unknown price is said, never $0."""
    if line.prices is None:
        return line.name, MISSING, MISSING, MISSING, "price not known"
    first, *longer = line.prices.tiers
    least = "from " if longer else ""
    sums = (first.input, first.output, first.cache_read)
    return line.name, *(least + dollars(amount) for amount in sums), origin(line)


def origin(line: PriceLine) -> str:
    """Say whose prices these are, and of which day."""
    if line.prices is None:
        return ""
    day = days.in_words(line.prices.as_of)
    return f"Yours, {day}" if line.own else day


def dollars(amount: Decimal) -> str:
    """Write a price per million tokens: at least two decimals, as many as it has."""
    text = f"{amount.normalize():f}"
    whole, _, cents = text.partition(".")
    return f"${int(whole):,}.{cents:0<2}"
