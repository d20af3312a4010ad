"""What it brought to have the beginning of requests remembered, as it was measured.

A beginning that is read from memory costs a fraction of reading it anew, one that is put there
twice as much; which of the two happens to a request of a batch is the service's luck. So nothing
is reckoned that was not measured on answers that were billed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.core.bill import without_cache
from app.core.cost import MILLION, PriceList, Usage, price_of

FEWEST_ROWS = 10
"""With fewer rows nothing is measured, and hardly one could be read that another has written."""
_READ_SAVES, _WRITING_5M_ADDS, _WRITING_1H_ADDS = Decimal("0.9"), Decimal("0.25"), Decimal(1)
"""In parts of the price of reading: what holds for most models, where a price is not known."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Billed answers whose beginnings were to be remembered: what was read, and what was written.

    `saved_usd` is what they cost less than without, below zero where they cost more; None without
    a price.
    """

    rows: int = 0
    read: int = 0
    written_5m: int = 0
    written_1h: int = 0
    saved_usd: Decimal | None = None

    @property
    def share(self) -> float:
        """The share of the beginnings' tokens that was read from memory."""
        all_of_them = self.read + self.written_5m + self.written_1h
        return self.read / all_of_them if all_of_them else 0.0

    @property
    def pays(self) -> bool:
        """Whether that was cheaper than without; by the weights of most models if need be."""
        if self.saved_usd is not None:
            return self.saved_usd > 0
        added = self.written_5m * _WRITING_5M_ADDS + self.written_1h * _WRITING_1H_ADDS
        return self.read * _READ_SAVES > added

    @property
    def tell(self) -> bool:
        """Whether there are enough of them to go by."""
        return self.rows >= FEWEST_ROWS

    def saved_for(self, rows: int) -> Decimal | None:
        """Return what so many more rows would save if they were as lucky; None without a price."""
        if self.saved_usd is None or not self.rows:
            return None
        return self.saved_usd * rows / self.rows

    def at(self, prices: PriceList | None) -> Hits:
        """Return the same with what they would save at other prices, each in the usual tier."""
        if prices is None:
            return Hits(self.rows, self.read, self.written_5m, self.written_1h)
        tier = prices.tiers[0]
        saved = (
            self.read * (tier.input - tier.cache_read)
            - self.written_5m * (tier.cache_write_5m - tier.input)
            - self.written_1h * (tier.cache_write_1h - tier.input)
        )
        usd = saved * prices.share / MILLION
        return Hits(self.rows, self.read, self.written_5m, self.written_1h, usd)


def measure(usages: Iterable[tuple[Usage, int]], prices: PriceList | None) -> Hits:
    """Add up what billed answers, so many of each, had of their beginnings, and what it saved."""
    rows = read = short = long = 0
    saved = Decimal(0)
    for usage, count in usages:
        rows += count
        read += usage.cache_read * count
        short += usage.cache_write_5m * count
        long += usage.cache_write_1h * count
        if prices is not None:
            saved += (without_cache(usage, prices) - price_of(usage, prices)) * count
    return Hits(rows, read, short, long, None if prices is None else saved)
