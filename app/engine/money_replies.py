"""What the engine answers to the verbs about money."""

from __future__ import annotations

import msgspec

from app.core.cost import PriceList


class PriceLine(msgspec.Struct, frozen=True):
    """One model's prices: those that count (None: not known), and the bundled ones."""

    model: str
    name: str
    prices: PriceList | None
    bundled: PriceList | None
    own: bool


class PriceTable(msgspec.Struct, frozen=True):
    """All prices, the date of the bundled ones, and whether that is more than 60 days ago."""

    lines: tuple[PriceLine, ...]
    as_of: str
    old: bool
