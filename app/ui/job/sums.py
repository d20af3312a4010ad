"""Sums that bound what is paid, in words that also read well when they are under a cent."""

from __future__ import annotations

from decimal import Decimal

from app.core.cost import CENT, in_dollars, in_figures


def up_to(amount: Decimal | None) -> str:
    """Write the most that something costs: "up to $1.99"."""
    return _bounded(amount, "up to ")


def never_more_than(amount: Decimal | None) -> str:
    """Write a true worst case: "never more than $1.99"."""
    return _bounded(amount, "never more than ")


def _bounded(amount: Decimal | None, words: str) -> str:
    if amount is None or amount < CENT:
        return in_dollars(amount)
    return f"{words}{in_figures(amount)}"


def span(least: Decimal, most: Decimal) -> str:
    """Write between which sums the price will be; the upper one is an estimate."""
    if most < CENT:
        return in_dollars(most)
    if 0 < least < CENT:
        return f"up to about {in_dollars(most)}"
    return f"between {in_dollars(least)} and about {in_dollars(most)}"
