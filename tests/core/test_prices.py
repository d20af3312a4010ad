"""Promises of the price list: each figure as by hand, its date said, a person's own prices kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.core.cost import Price, Usage, are_old, micro, price_of
from app.core.errors import SheafError
from app.core.own_prices import OwnPrice, check_price, with_own_prices
from app.engine.bench import bundled_catalog

CATALOG = bundled_catalog()

USAGES = {
    "plain": Usage(input=12_345, output=678),
    "written for 5 minutes": Usage(input=200, output=50, cache_write_5m=40_000),
    "written for 1 hour": Usage(input=200, output=50, cache_write_1h=40_000),
    "read from the cache": Usage(input=200, output=50, cache_read=40_000),
    "100,000 tokens of prompt": Usage(input=60_000, output=1_000, cache_read=40_000),
    "one token more": Usage(input=60_001, output=1_000, cache_read=40_000),
    "United States only": Usage(input=12_345, output=678, us_only=True),
}

# In micro-dollars, by hand: (sum of tokens x dollars per million) / 2, x 1.1 for the last column
# where a model can be asked for that, half a micro-dollar rounded up. For Opus 5.5, for example:
#   plain    (12,345 x 4 + 678 x 20) / 2                  = (49,380 + 13,560) / 2     =  31,470
#   5m       (200 x 4 + 50 x 20 + 40,000 x 5) / 2         = (800 + 1,000 + 200,000) / 2 = 100,900
#   1h       (800 + 1,000 + 40,000 x 8) / 2               = 321,800 / 2               = 160,900
#   read     (800 + 1,000 + 40,000 x 0.20) / 2            = 9,800 / 2                 =   4,900
#   100,000  (60,000 x 4 + 1,000 x 20 + 40,000 x 0.20) / 2 = 268,000 / 2              = 134,000
#   one more (60,001 x 4 + 20,000 + 8,000) / 2            = 268,004 / 2               = 134,002
#   US       31,470 x 1.1                                                             =  34,617
# and for Haiku 5.5 one token over 100,000, all of it at the dearer tier:
#   (60,001 x 0.50 + 1,000 x 2.50 + 40,000 x 0.05) / 2    = 34,500.5 / 2 = 17,250.25 ->  17,250
BY_HAND = {
    "claude-haiku-5-5": (787, 2_523, 4_023, 223, 3_450, 17_250, 865),
    "claude-sonnet-5-5": (15_735, 50_450, 80_450, 2_450, 67_000, 67_001, 17_309),
    "claude-opus-5-5": (31_470, 100_900, 160_900, 4_900, 134_000, 134_002, 34_617),
    "claude-fable-5-2": (62_940, 201_800, 321_800, 5_800, 264_000, 264_004, 69_234),
    "claude-fable-5-1": (78_675, 252_250, 402_250, 7_250, 330_000, 330_005, 86_543),
    "claude-mythos-5-1": (78_675, 252_250, 402_250, 7_250, 330_000, 330_005, 86_543),
    "claude-fable-5": (78_675, 252_250, 402_250, 22_250, 345_000, 345_005, 86_543),
    "claude-mythos-5": (78_675, 252_250, 402_250, 22_250, 345_000, 345_005, 86_543),
    "claude-opus-5": (39_338, 126_125, 201_125, 11_125, 172_500, 172_503, 43_271),
    "claude-opus-4-8": (39_338, 126_125, 201_125, 11_125, 172_500, 172_503, 43_271),
    "claude-opus-4-7": (39_338, 126_125, 201_125, 11_125, 172_500, 172_503, 43_271),
    "claude-opus-4-6": (39_338, 126_125, 201_125, 11_125, 172_500, 172_503, 43_271),
    "claude-sonnet-5": (15_735, 50_450, 80_450, 4_450, 69_000, 69_001, 17_309),
    "claude-sonnet-4-6": (23_603, 75_675, 120_675, 6_675, 103_500, 103_502, 25_963),
    # Asked before regions could be chosen: work in one region costs them nothing more.
    "claude-opus-4-5": (39_338, 126_125, 201_125, 11_125, 172_500, 172_503, 39_338),
    "claude-sonnet-4-5": (23_603, 75_675, 120_675, 6_675, 103_500, 103_502, 23_603),
    "claude-haiku-4-5": (7_868, 25_225, 40_225, 2_225, 34_500, 34_501, 7_868),
}


def test_every_priced_model_is_in_the_table() -> None:
    """A model whose price is known has figures worked out by hand, and no other has."""
    assert {m.id for m in CATALOG.models if m.prices is not None} == set(BY_HAND)


@pytest.mark.parametrize("model", BY_HAND)
def test_every_model_costs_what_was_worked_out_by_hand(model: str) -> None:
    """Input, output, both writes, reads, the long prompt's tier and the region, to the micro."""
    prices = CATALOG.need(model).prices
    assert prices is not None
    found = [int(micro(price_of(usage, prices)) * 1_000_000) for usage in USAGES.values()]
    assert dict(zip(USAGES, found, strict=True)) == dict(zip(USAGES, BY_HAND[model], strict=True))


@pytest.mark.parametrize("model", BY_HAND)
def test_the_standard_price_is_twice_the_batch_price(model: str) -> None:
    """What is answered at once costs double, whatever was used."""
    prices = CATALOG.need(model).prices
    assert prices is not None
    for usage in USAGES.values():
        assert price_of(usage, prices, batch=False) == 2 * price_of(usage, prices)


def test_prices_older_than_sixty_days_are_old() -> None:
    """On the sixtieth day they are not yet; a date that cannot be read is."""
    day = date(2026, 11, 10)
    assert not are_old("2026-11-10", day + timedelta(days=60))
    assert are_old("2026-11-10", day + timedelta(days=61))
    assert are_old("", day)


OWN = Price(Decimal(3), Decimal(9), Decimal(4), Decimal(6), Decimal(1))


def test_a_persons_own_price_counts_and_says_so() -> None:
    """It replaces the bundled one, with its own day; other models keep theirs."""
    own = {"claude-opus-5-5": OwnPrice((OWN,), "2026-11-21")}
    found = with_own_prices(CATALOG, own)
    prices = found.need("claude-opus-5-5").prices
    assert prices is not None
    assert (prices.own, prices.as_of, prices.us_factor) == (True, "2026-11-21", Decimal("1.1"))
    assert price_of(Usage(input=1_000_000, output=1_000_000), prices) == 6
    assert found.need("claude-sonnet-5").prices == CATALOG.need("claude-sonnet-5").prices


def test_an_own_price_makes_an_unknown_one_known() -> None:
    """A model of which Sheaf knows no price can be given one."""
    found = with_own_prices(CATALOG, {"claude-mythos-5-2": OwnPrice((OWN,), "2026-11-21")})
    assert CATALOG.need("claude-mythos-5-2").prices is None
    assert found.need("claude-mythos-5-2").prices is not None


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (replace(OWN, output=Decimal(0)),),
        (replace(OWN, cache_read=Decimal(-1)),),
        (replace(OWN, input=Decimal("NaN")),),
        (replace(OWN, input=Decimal(200_000)),),
        (replace(OWN, up_to=1000),),
        (OWN, OWN),
        (replace(OWN, up_to=2000), replace(OWN, up_to=1000), OWN),
    ],
)
def test_prices_that_cannot_be_are_refused(tiers: tuple[Price, ...]) -> None:
    """Nothing costs nothing, and tiers follow each other; a changed file does not get through."""
    with pytest.raises(SheafError):
        check_price(tiers)
    kept = with_own_prices(CATALOG, {"claude-opus-5-5": OwnPrice(tiers, "2026-11-21")})
    assert kept == CATALOG


def test_tiers_in_order_are_taken() -> None:
    """A cheaper price for shorter prompts, like Haiku's."""
    check_price((replace(OWN, up_to=100_000), OWN))
