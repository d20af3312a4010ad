"""Promises of the bill: its parts add up to the price, and the comparison is of the right part."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bill import (
    PaidFor,
    Verdict,
    deviation,
    items,
    judge,
    savings,
    without_cache,
)
from app.core.cost import Estimate, Usage, price_of
from app.engine.bench import bundled_catalog

PRICES = [model.prices for model in bundled_catalog().models if model.prices is not None]
FORECAST = Estimate(
    1_000,
    180_000,
    34_000,
    "",
    expected_usd=Decimal("7.87"),
    low_usd=Decimal("7.20"),
    high_usd=Decimal("8.60"),
    max_usd=Decimal("22.30"),
    twins_usd=Decimal("0.62"),
    blank_usd=Decimal("0.07"),
)
TOKENS = st.integers(0, 300_000)
USAGES = st.builds(
    Usage, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS, thinking=TOKENS, us_only=st.booleans()
)


@given(usage=USAGES, place=st.integers(0, len(PRICES) - 1), at_once=st.booleans())
def test_the_items_of_an_answer_add_up_to_its_price(
    usage: Usage, place: int, at_once: bool
) -> None:
    """Exactly, in every tier, for every model, batch or not; no token is counted twice."""
    prices = replace(PRICES[place], share=Decimal(1)) if at_once else PRICES[place]
    found = list(items(usage, prices))
    assert sum(item.cost_usd for item in found) == price_of(usage, prices)
    assert sum(item.tokens for item in found) == usage.prompt + usage.output


def test_thinking_is_a_part_of_what_was_written() -> None:
    """Its share is told apart, at the price of writing."""
    found = {item.what: item for item in items(Usage(100, 50, thinking=30), PRICES[0])}
    assert (found[PaidFor.WRITING].tokens, found[PaidFor.THINKING].tokens) == (20, 30)
    assert found[PaidFor.WRITING].per_million == found[PaidFor.THINKING].per_million


@pytest.mark.parametrize(
    ("bill", "verdict", "high"),
    [
        ("7.64", Verdict.WITHIN, 3),
        ("7.20", Verdict.WITHIN, 9),
        ("7.19", Verdict.BELOW, 9),
        ("8.61", Verdict.ABOVE, -9),
        ("15.74", Verdict.ABOVE, -50),
    ],
)
def test_a_bill_is_in_the_range_or_beside_it(bill: str, verdict: Verdict, high: int) -> None:
    """The ends belong to the range; the percentage is of the bill."""
    assert judge(Decimal(bill), FORECAST) is verdict
    assert deviation(Decimal(bill), FORECAST.expected_usd) == high


def test_nothing_is_compared_without_a_price_or_a_bill() -> None:
    """A forecast without prices promised nothing, and no bill has no percentage."""
    assert judge(Decimal(1), Estimate(1, 1, 1, "")) is Verdict.NOT_COMPARED
    assert deviation(Decimal(0), FORECAST.expected_usd) is None


def test_the_oddest_sums_have_a_percentage() -> None:
    """A file that was damaged may name any sums."""
    assert deviation(Decimal("1e-15"), Decimal("1e12")) == 999_999
    assert deviation(Decimal("1e12"), Decimal("1e-15")) == -100


def test_savings_add_up() -> None:
    """The story of the design: 15.95 = 7.64 + 7.64 + 0.60 + 0.07, to the cent."""
    bill = Decimal("7.64")
    found = savings(bill, bill, FORECAST)
    lines = (found.half_usd, found.cache_usd, found.twins_usd, found.blank_usd)
    assert found.standard_usd - sum(lines) == found.paid_usd == bill
    assert round(found.standard_usd, 2) == Decimal("15.95")
    assert [round(line, 2) for line in lines] == [bill, 0, Decimal("0.60"), Decimal("0.07")]


def test_reading_again_what_was_kept_is_a_saving_and_writing_it_down_a_cost() -> None:
    """What cached instructions saved is what reading them anew would have cost more."""
    prices = PRICES[0]
    kept, written = Usage(10, 5, cache_read=2_000), Usage(10, 5, cache_write_1h=2_000)
    assert without_cache(kept, prices) > price_of(kept, prices)
    assert without_cache(written, prices) < price_of(written, prices)
    assert without_cache(kept, prices) == without_cache(written, prices)
