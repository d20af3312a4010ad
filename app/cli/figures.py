"""Money and forecasts as a program reads them: decimal strings, null for what is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.core.cost import Estimate, micro

_SUMS = (
    "expected",
    "low",
    "high",
    "max",
    "standard",
    "per_thousand",
    "reading",
    "writing",
    "fixed",
    "memory",
    "together",
)
_FACTS = (
    "rows", "input_tokens", "output_tokens", "most_tokens", "fixed_tokens", "twins", "blank",
    "kept", "shared_tokens", "memory_share", "requests", "together", "counted_rows",
    "answered_rows", "basis", "prices_as_of",
)  # fmt: skip


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as a program reads it."""
    sums = {f"{name}_usd": money(getattr(estimate, f"{name}_usd")) for name in _SUMS}
    return sums | {name: getattr(estimate, name) for name in _FACTS}


def money(amount: Decimal | None) -> str | None:
    """Write money for a program: a decimal string to the micro-dollar, null when not known."""
    return None if amount is None else format(micro(amount), "f")
