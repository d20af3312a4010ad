"""How far a limit reaches before anything is sent: enough for all, and enough for some."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.limit_reach import LimitReach, about_rows, reach_of

STORY = LimitReach((2_000,) * 11 + (412,), Decimal("7.87"), Decimal("22.30"))
"""The job of the design: twelve batches."""


def test_the_limit_for_all_is_that_of_the_dearest_moment() -> None:
    """Eleven batches at their expected cost and the one that goes in its worst case."""
    before = STORY.expected_usd * 20_000 / 22_412
    assert STORY.for_all_usd == pytest.approx(before + STORY.most_usd * 2_000 / 22_412)
    assert round(STORY.for_all_usd, 2) == Decimal("9.01")
    assert STORY.rows_within(Decimal("9.50")) == 22_412


def test_a_limit_under_the_expected_cost_lets_some_rows_go() -> None:
    """About as many as its share of the expected cost; none where one may be too dear."""
    rows = STORY.rows_within(Decimal("6.00"))
    assert Decimal("5.99") < STORY.cost_of(rows) <= Decimal("6.00")
    assert STORY.rows_within(Decimal("0.0001")) == 0


@given(
    batches=st.lists(st.integers(1, 5_000), min_size=1, max_size=20),
    expected=st.decimals("0.001", 1_000, places=4),
    worse=st.decimals(1, 20, places=2),
    share=st.decimals(0, 2, places=3),
)
def test_more_money_never_reaches_less_far(
    batches: list[int], expected: Decimal, worse: Decimal, share: Decimal
) -> None:
    """No limit lets rows go that would cost more than it; the one for all is enough for all."""
    reach = LimitReach(tuple(batches), expected, expected * worse)
    limit = expected * share
    rows = reach.rows_within(limit)
    assert 0 <= rows <= reach.rows
    assert rows <= reach.rows_within(limit * 2)
    assert reach.cost_of(rows) <= limit + Decimal("1e-9")
    assert reach.rows_within(reach.for_all_usd) == reach.rows


@pytest.mark.parametrize(
    ("rows", "said"), [(17_083, 17_000), (99, 99), (123, 120), (22_412, 22_412)]
)
def test_what_is_reckoned_does_not_look_counted(rows: int, said: int) -> None:
    """Two figures are enough, but all rows are all rows."""
    assert about_rows(rows, 22_412) == said


def test_without_a_price_there_is_no_reach() -> None:
    """Nothing can be reckoned."""
    assert reach_of((3,), None, None) is None
    assert reach_of((3,), Decimal(1), None) is None
    assert reach_of((), Decimal(1), Decimal(2)) is None
