"""What a job file holds can be what Sheaf wrote: text of the right shape is not yet a right value.

A job file may be damaged, changed by another program, or a stranger's. What could not be counted
with afterwards is refused when it is read, so that nobody stumbles over it later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal

from app.core.cost import PriceList
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.plan import custom_id, read_custom_id
from app.core.together import MOST_TOGETHER

_MOST_DOLLARS = Decimal(10**12)
_LEAST_DOLLARS = Decimal("1e-15")
"""Between these an amount is written out in a few signs, and can be rounded."""
_YEARS = range(1971, 9000)
"""A day more or less, or another time zone, stays within what a calendar knows."""


@contextmanager
def sound(name: str = "") -> Iterator[None]:
    """Turn what reading odd values raises into an error that names the job's file."""
    try:
        yield
    except (LookupError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise damaged(name) from error


def damaged(name: str = "") -> SheafError:
    """Say that a job's file holds what cannot be."""
    return SheafError(
        f'The job file "{name}" is damaged.' if name else "A job file is damaged.",
        "It holds something that Sheaf did not write there.",
        "Use a copy of it from before, or delete it.",
    )


def check_tag(tag: str) -> None:
    """Refuse a tag that Sheaf never makes: it goes into every request, and leads answers back."""
    if read_custom_id(custom_id(tag, 1, 1)) is None:
        raise ValueError("no tag of ours")


def check_money(text: str) -> None:
    """Refuse what is no amount; none at all is none."""
    if text:
        _check_amount(Decimal(text))


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or (amount and not _LEAST_DOLLARS <= amount <= _MOST_DOLLARS):
        raise ValueError("no amount of money")


def check_settings(settings: JobSettings) -> None:
    """Refuse spend limits that are none, and requests of no row or of too many."""
    check_money(settings.max_cost_usd or "")
    if (settings.max_tokens_total or 0) < 0:
        raise ValueError("no number of tokens")
    if not 1 <= settings.rows_per_request <= MOST_TOGETHER:
        raise ValueError("no number of rows per request")


def check_shared(rows: int, shared: int) -> None:
    """Refuse a batch in which more rows share requests than there can be."""
    if shared and shared >= rows:
        raise ValueError("more rows share requests than there are")


def check_prices(prices: PriceList | None) -> None:
    """Refuse prices with which nothing can be priced; not known is a price list too."""
    if prices is None:
        return
    if not prices.tiers:
        raise ValueError("no prices")
    amounts = [value for tier in prices.tiers for value in astuple(tier)]
    for amount in (
        prices.us_factor,
        prices.share,
        *(value for value in amounts if isinstance(value, Decimal)),
    ):
        _check_amount(amount)


def check_moments(values: object) -> None:
    """Refuse moments from which nobody can count on; `values` are the columns of a record."""
    found = [getattr(values, name) for name in getattr(values, "__struct_fields__", ())]
    for value in found:
        if isinstance(value, datetime):
            check_moment(value)


def check_moment(moment: datetime | None) -> None:
    """Refuse a moment from which nobody can count on; none is fine."""
    if moment is not None and moment.year not in _YEARS:
        raise ValueError("no moment of ours")
