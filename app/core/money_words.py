"""Money in sentences: estimates, ranges and least sums, in plain words also under a cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.core.cost import CENT, Estimate, in_dollars

_MANY_TIMES = 3
"""From so many times on, a ratio is said as times and no longer in percent."""


def in_fine_dollars(amount: Decimal | None) -> str:
    """Write a sum beside others: two decimals, and under a cent its first two figures."""
    if amount is None or not amount or amount >= CENT:
        return in_dollars(amount)
    places = 1 - amount.adjusted()
    figures = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"${figures.rstrip('0')}"


def about(amount: Decimal | None) -> str:
    """Write an estimate: "about $4.12", "under $0.01", or that the price is not known."""
    words = in_dollars(amount)
    return words if amount is None or amount < CENT else f"about {words}"


def at_least(amount: Decimal) -> str:
    """Write a sum to which an unknown part comes."""
    return f"at least {in_fine_dollars(amount)}"


def likely(low: Decimal, high: Decimal, *, fine: bool = False) -> str:
    """Write a range after "most likely", `fine` in figures; one sum where both ends read alike."""
    write = in_fine_dollars if fine else in_dollars
    few, many = write(low), write(high)
    if few == many:
        return few
    return f"between {few} and {many}" if fine or low >= CENT else f"up to {many}"


def times(share: Decimal) -> str:
    """Write how many times as much a large share more is; blank where percent say it better."""
    found = (share + 1).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{found:,} times" if found >= _MANY_TIMES else ""


def deviation_words(percent: int) -> str:
    """Write by how much a forecast was off: "3% high", "2% low", or that it was right."""
    if not percent:
        return "right"
    many = times(Decimal(percent) / 100)
    return f"{many} too high" if many else f"{abs(percent):,}% {'high' if percent > 0 else 'low'}"


def tokens_words(estimate: Estimate) -> str:
    """Write what a job comes to where no price is known."""
    most = f", never more than {estimate.most_tokens:,}" if estimate.most_tokens else ""
    return f"about {estimate.tokens:,} tokens read and written{most}"
