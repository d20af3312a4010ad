"""What one row is likely to cost by itself: its own length decides, not that of the average row."""

from __future__ import annotations

from decimal import Decimal

from app.core.amounts import fixed_tokens, guessed_tokens, to_write, tokens_of_row
from app.core.catalog import Model
from app.core.cost import PriceList, Usage, price_of
from app.core.job import JobSettings
from app.core.measured import Measured
from app.core.volume import Volume


def row_cost(
    settings: JobSettings,
    model: Model,
    read: Volume,
    measured: Measured,
    size: float,
    prices: PriceList,
) -> Decimal:
    """Return what the row of this size is likely to cost, one of all that are `read`."""
    if measured.reading is not None:
        fixed = fixed_tokens(settings, model, read, measured)
        reads = tokens_of_row(measured.reading, model, fixed, size)
    else:
        words = size + read.literals.tokens()
        reads = guessed_tokens(settings, model, words, measured.history)
    if measured.writing is not None:
        writes = measured.writing.line.at(size)
    else:
        writes = to_write(settings, model, read, measured).expected / max(read.rows, 1)
    return price_of(Usage(round(reads), round(min(writes, settings.max_tokens))), prices)
