"""What ready-made requests are likely to cost: added up one by one, for each model apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.catalog import Model
from app.core.cost import BATCH_FACTOR, MILLION, Estimate, Price
from app.core.request_weight import AnswerGuess, Weight

BASIS = "Estimated from the length of the requests; how long the answers are is a guess"
_LOW = Decimal("0.8")


@dataclass(slots=True)
class Costs:
    """The requests of one model: how many, their tokens, and what they probably cost in dollars.

    The sums mean nothing where the model has no price.
    """

    model: Model
    rows: int = 0
    read: int = 0
    written: int = 0
    reading: Decimal = Decimal(0)
    writing: Decimal = Decimal(0)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def add(self, weight: Weight, guess: AnswerGuess) -> None:
        """Add one request."""
        usual, most = weight.tokens(self.model), weight.tokens(self.model, most=True)
        self.rows += 1
        self.read += usual
        self.written += guess.usual
        if self.model.prices is None:
            return
        tier, dear = self.model.prices.tier(usual), self.model.prices.tier(most)
        reading = usual * tier.input
        self.reading += reading
        self.writing += guess.usual * tier.output
        self.low += reading * _LOW + guess.short * tier.output
        self.high += _priced(dear, most, guess.long)

    @property
    def expected_usd(self) -> Decimal | None:
        """What the requests will probably cost in batches; None without a price."""
        return None if self.model.prices is None else _dollars(self.reading + self.writing)

    @property
    def per_thousand_usd(self) -> Decimal | None:
        """What a thousand such requests will probably cost."""
        cost = self.expected_usd
        return None if cost is None or not self.rows else cost * 1000 / self.rows


def _priced(tier: Price, read: int, written: int) -> Decimal:
    return read * tier.input + written * tier.output


def _dollars(token_prices: Decimal) -> Decimal:
    return token_prices * BATCH_FACTOR / MILLION


def forecast(costs: Iterable[Costs], most: Sequence[Decimal | None]) -> Estimate:
    """Put the models' sums together; `most` are the batches' worst cases, None where unknown."""
    known = [one for one in costs if one.rows]
    rows, read = sum(one.rows for one in known), sum(one.read for one in known)
    written = sum(one.written for one in known)
    if any(one.model.prices is None for one in known):
        return Estimate(rows, read, written, BASIS)
    reading, writing, low, high = (
        _dollars(sum((getattr(one, name) for one in known), Decimal(0)))
        for name in ("reading", "writing", "low", "high")
    )
    worst = None if None in most else sum((case or Decimal(0) for case in most), Decimal(0))
    return Estimate(
        rows=rows,
        input_tokens=read,
        output_tokens=written,
        basis=BASIS,
        expected_usd=reading + writing,
        low_usd=low,
        high_usd=high if worst is None else min(high, worst),
        max_usd=worst,
        standard_usd=(reading + writing) / BATCH_FACTOR,
        reading_usd=reading,
        writing_usd=writing,
        per_thousand_usd=(reading + writing) * 1000 / rows if rows else None,
        prices_as_of=min((one.model.prices.as_of for one in known if one.model.prices), default=""),
    )
