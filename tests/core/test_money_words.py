"""Promises of how money is said: plain sentences, also under a cent and far beyond a forecast."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.cost import in_figures
from app.core.money_words import about, at_least, deviation_words, in_fine_dollars, likely, times


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("4.125", "about $4.13"),
        ("0.0042", "under $0.01"),
        ("0", "$0.00"),
        (None, "price not known"),
    ],
)
def test_an_estimate_is_about_figures_only(amount: str | None, words: str) -> None:
    """Nobody reads "about under $0.01"."""
    assert about(None if amount is None else Decimal(amount)) == words


@pytest.mark.parametrize(
    ("low", "high", "words", "fine"),
    [
        ("0.012", "0.031", "between $0.01 and $0.03", "between $0.01 and $0.03"),
        ("0.0031", "0.021", "up to $0.02", "between $0.0031 and $0.02"),
        ("0.0031", "0.0062", "under $0.01", "between $0.0031 and $0.0062"),
        ("4.001", "4.002", "$4.00", "$4.00"),
    ],
)
def test_a_range_is_one_plain_phrase(low: str, high: str, words: str, fine: str) -> None:
    """Neither "between under $0.01" nor the same sum twice."""
    assert likely(Decimal(low), Decimal(high)) == words
    assert likely(Decimal(low), Decimal(high), fine=True) == fine


def test_a_least_sum_is_in_figures() -> None:
    """Nobody reads "under $0.01 at least"."""
    assert at_least(Decimal("0.0042")) == "at least $0.0042"
    assert at_least(Decimal("12.345")) == "at least $12.35"


@pytest.mark.parametrize(
    ("amount", "fact", "bound"),
    [("1.642846", "$1.64", "$1.65"), ("0.00421", "$0.0042", "$0.0043"),
     ("0.0995", "$0.10", "$0.0995")],
)  # fmt: skip
def test_facts_are_rounded_and_bounds_are_rounded_up(amount: str, fact: str, bound: str) -> None:
    """What may never be passed never reads smaller than it is."""
    assert in_fine_dollars(Decimal(amount)) == fact
    assert in_figures(Decimal(amount)) == bound


def test_large_ratios_are_said_in_times() -> None:
    """Nobody reads "3233% longer"."""
    assert (times(Decimal("32.33")), times(Decimal("1.4"))) == ("33 times", "")
    assert [deviation_words(percent) for percent in (0, 149, 3_233, -40)] == [
        "right", "149% high", "33 times too high", "40% low",
    ]  # fmt: skip
