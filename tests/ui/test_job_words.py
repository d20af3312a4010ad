"""Moments, spans and sums read the way a person writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.job import RowState
from app.ui.job.moments import clock, day_and_clock, row_price, span
from app.ui.job.sums import never_more_than, up_to
from app.ui.job.sums import span as money_span
from app.ui.job.words import ROW_WORDS

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=20), "under 1 min"),
        (timedelta(minutes=38), "38 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=23, minutes=5), "23 h 5 min"),
        (timedelta(days=2, hours=3), "2 days 3 h"),
        (timedelta(seconds=-5), "under 1 min"),
    ],
)
def test_spans_have_two_units_at_most(length: timedelta, words: str) -> None:
    """A clock that was set back gives no negative span."""
    assert span(length) == words


@pytest.mark.parametrize(
    ("days", "day"), [(0, "Today"), (1, "Tomorrow"), (-1, "Yesterday"), (3, "Fri 27 Nov")]
)
def test_near_days_have_names(days: int, day: str) -> None:
    """A day that is near is named, another has its date."""
    moment = NOW + timedelta(days=days)
    assert day_and_clock(moment, NOW) == f"{day} {clock(moment)}"
    assert day_and_clock(NOW, NOW, inside=True).startswith("today ")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "price not known"),
        (Decimal(0), "$0.00"),
        (Decimal("0.0000174"), "$0.00002"),
        (Decimal("0.000001"), "under $0.00001"),
        (Decimal("0.00017"), "$0.00017"),
        (Decimal("1.5"), "$1.50"),
    ],
)
def test_row_prices_are_never_a_false_zero(amount: Decimal | None, words: str) -> None:
    """One row costs so little that two decimals would say nothing."""
    assert row_price(amount) == words


def test_every_row_state_has_words_and_an_icon() -> None:
    """No state can reach the screen without its word."""
    assert set(ROW_WORDS) == set(RowState)
    assert all(word.text and word.icon for word in ROW_WORDS.values())


@pytest.mark.parametrize(
    ("amount", "most", "never"),
    [
        (None, "price not known", "price not known"),
        (Decimal("0.0035"), "under $0.01", "under $0.01"),
        (Decimal("1.99"), "up to $1.99", "never more than $1.99"),
        (Decimal("1234.5"), "up to $1,234.50", "never more than $1,234.50"),
    ],
)
def test_bounds_read_well_also_under_a_cent(amount: Decimal | None, most: str, never: str) -> None:
    """What is under a cent is a bound already, and nobody reads "up to under"."""
    assert up_to(amount) == most
    assert never_more_than(amount) == never


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        ("0", "0.002", "under $0.01"),
        ("0.004", "0.008", "under $0.01"),
        ("0", "3.51", "between $0.00 and about $3.51"),
        ("0.004", "3.51", "up to about $3.51"),
        ("3.51", "7.02", "between $3.51 and about $7.02"),
    ],
)
def test_spans_of_money_read_well_also_under_a_cent(least: str, most: str, words: str) -> None:
    """Both ends are sums, or one sum says it all."""
    assert money_span(Decimal(least), Decimal(most)) == words
