"""The bill of a job: what each kind of token cost, and how the sum stands to its forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from app.core.cost import BATCH_FACTOR, MILLION, Estimate, PriceList, Usage, micro, price_of

_MOST_PERCENT = Decimal(999_999)
"""Farther off says nothing more, and a damaged file may say anything."""


class PaidFor(StrEnum):
    """What tokens were paid for."""

    READING = "reading"
    WRITING = "writing"
    THINKING = "thinking"
    CACHE_WRITE_5M = "cache_write_5m"
    CACHE_WRITE_1H = "cache_write_1h"
    CACHE_READ = "cache_read"


@dataclass(frozen=True, slots=True)
class Item:
    """Tokens of one kind in one answer: how many, and what a million of them cost."""

    what: PaidFor
    tokens: int
    per_million: Decimal

    @property
    def cost_usd(self) -> Decimal:
        """What they cost, exactly."""
        return self.tokens * self.per_million / MILLION


def kinds(usage: Usage) -> Iterator[tuple[PaidFor, int]]:
    """Take the tokens of one answer apart by what is paid for them."""
    thinking = min(usage.thinking, usage.output)
    found = {
        PaidFor.READING: usage.input,
        PaidFor.WRITING: usage.output - thinking,
        PaidFor.THINKING: thinking,
        PaidFor.CACHE_WRITE_5M: usage.cache_write_5m,
        PaidFor.CACHE_WRITE_1H: usage.cache_write_1h,
        PaidFor.CACHE_READ: usage.cache_read,
    }
    return ((what, tokens) for what, tokens in found.items() if tokens)


def items(usage: Usage, prices: PriceList) -> Iterator[Item]:
    """Take the price of one answer apart; the items add up to exactly that price."""
    tier = prices.tier(usage.prompt)
    factor = prices.share * (prices.us_factor if usage.us_only else 1)
    of_a_million = {
        PaidFor.READING: tier.input,
        PaidFor.WRITING: tier.output,
        PaidFor.THINKING: tier.output,
        PaidFor.CACHE_WRITE_5M: tier.cache_write_5m,
        PaidFor.CACHE_WRITE_1H: tier.cache_write_1h,
        PaidFor.CACHE_READ: tier.cache_read,
    }
    for what, tokens in kinds(usage):
        yield Item(what, tokens, of_a_million[what] * factor)


def without_cache(usage: Usage, prices: PriceList) -> Decimal:
    """Return what an answer would have cost with everything read anew."""
    plain = Usage(usage.prompt, usage.output, us_only=usage.us_only)
    return price_of(plain, prices)


class Verdict(StrEnum):
    """How a bill stands to the range of its forecast."""

    WITHIN = "within"
    BELOW = "below"
    ABOVE = "above"
    NOT_COMPARED = "not_compared"
    """There was no forecast, or not all of it was bought."""


def judge(bill: Decimal, forecast: Estimate) -> Verdict:
    """Compare a bill with the range that was forecast for it."""
    if forecast.low_usd is None or forecast.high_usd is None:
        return Verdict.NOT_COMPARED
    if bill < forecast.low_usd:
        return Verdict.BELOW
    return Verdict.ABOVE if bill > forecast.high_usd else Verdict.WITHIN


def deviation(bill: Decimal, expected: Decimal | None) -> int | None:
    """Return by how many percent of the bill the forecast was high, or low below zero.

    Both are dollars, or both are tokens where no price is known.
    """
    if expected is None or not bill:
        return None
    percent = min((expected - bill) * 100 / bill, _MOST_PERCENT)
    return int(percent.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Savings:
    """What was saved against the standard price of every row: the lines add up to what was paid.

    `cache_usd` is below zero where writing instructions down cost more than reading them saved.
    """

    standard_usd: Decimal
    half_usd: Decimal
    cache_usd: Decimal
    twins_usd: Decimal
    blank_usd: Decimal
    paid_usd: Decimal


def savings(paid: Decimal, uncached: Decimal, forecast: Estimate | None) -> Savings:
    """Say what was saved; twins and blank rows by what was forecast of them, and how it came."""
    standard = uncached / BATCH_FACTOR
    twins = blank = Decimal(0)
    if forecast is not None and forecast.expected_usd:
        share = uncached / forecast.expected_usd
        twins = micro((forecast.twins_usd or Decimal(0)) * share)
        blank = micro((forecast.blank_usd or Decimal(0)) * share)
    return Savings(
        standard + twins + blank, standard - uncached, uncached - paid, twins, blank, paid
    )
