"""A person's own prices, laid over the bundled ones: lists go stale, and contracts differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from app.core.catalog import Catalog, Model
from app.core.cost import US_FACTOR, Price, PriceList
from app.core.errors import SheafError

SOURCE = "Your own figures"
_MOST = Decimal(100_000)
_FOLLOWING = {
    "cache_write_5m": Decimal("1.25"),
    "cache_write_1h": Decimal(2),
    "cache_read": Decimal("0.1"),
}
"""What the service asks for keeping and reusing instructions, of the price for reading."""
_AMOUNTS = tuple(field.name for field in fields(Price) if field.name != "up_to")


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """The prices that a person wrote for one model, and the day on which that was."""

    tiers: tuple[Price, ...]
    on: str


def price_of(amounts: Mapping[str, Decimal | None], up_to: int | None = None) -> Price:
    """Return a price of which reading and writing are known; the rest follows where it is not.

    Raises:
        SheafError: one of these two is missing, or nothing.
    """
    reading, writing = amounts.get("input"), amounts.get("output")
    if not reading or not writing:
        raise SheafError("Reading and writing need a price in dollars, more than 0.")
    rest = {name: amounts.get(name) or reading * factor for name, factor in _FOLLOWING.items()}
    return Price(reading, writing, **rest, up_to=up_to)


def check_price(tiers: Sequence[Price]) -> None:
    """Refuse prices that cannot be: none, nothing, or tiers that leave a gap.

    Raises:
        SheafError: one of them.
    """
    amounts = [getattr(tier, name) for tier in tiers for name in _AMOUNTS]
    if not amounts or not all(a.is_finite() and 0 < a <= _MOST for a in amounts):
        raise SheafError(
            "A price must be more than $0 and at most $100,000 per million tokens.",
            "With a price of nothing every estimate would be $0.",
            "Write the price from Anthropic's price page, or go back to Sheaf's own.",
        )
    bounds = [tier.up_to for tier in tiers]
    reach = [bound for bound in bounds if bound is not None]
    if bounds[-1] is not None or len(reach) != len(tiers) - 1 or reach != sorted(set(reach)):
        raise SheafError(
            "The prices for longer and longer prompts must follow each other.",
            fix="Give each but the last one its largest prompt, the smallest first.",
        )


def with_own_prices(catalog: Catalog, own: Mapping[str, OwnPrice]) -> Catalog:
    """Return the catalogue with a person's own prices in place of the bundled ones.

    Prices that cannot be are left out: the file that they come from may have been changed.
    """
    sound = {model: price for model, price in own.items() if _is_sound(price)}
    return replace(catalog, models=tuple(_priced(model, sound) for model in catalog.models))


def _is_sound(price: OwnPrice) -> bool:
    try:
        check_price(price.tiers)
    except SheafError:
        return False
    return True


def _priced(model: Model, own: Mapping[str, OwnPrice]) -> Model:
    written = own.get(model.id)
    if written is None:
        return model
    us_factor = US_FACTOR if model.prices is None else model.prices.us_factor
    return replace(model, prices=PriceList(written.tiers, written.on, SOURCE, us_factor, own=True))
