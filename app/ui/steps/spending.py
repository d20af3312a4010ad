"""How the price of a job is said on the last step, and what is asked before a dear one."""

from __future__ import annotations

from decimal import Decimal

from app.core.cost import Estimate, in_dollars
from app.ui.ask import Question


def about(price: Decimal | None) -> str:
    """Write an expected price: "about $4.12", "under $0.01", or that it is not known."""
    words = in_dollars(price)
    return words if price is None or words.startswith("under") else f"about {words}"


def question_before(
    rows: int, estimate: Estimate, warn_above: int | None, limit: Decimal | None
) -> Question | None:
    """Return what the person is asked before this is spent; None when there is no need."""
    expected = estimate.expected_usd
    if expected is None:
        return _unknown_price(rows)
    if warn_above is None or expected <= warn_above:
        return None
    kept = f" Your spend limit of {in_dollars(limit)} holds." if limit is not None else ""
    return Question(
        title=f"Spend about {in_dollars(expected)}?",
        text=f"{rows:,} rows cost about {in_dollars(expected)}, "
        f"and never more than {in_dollars(estimate.max_usd)}.{kept}",
        act=f"Submit {rows:,} rows · about {in_dollars(expected)}",
        icon="wallet",
    )


def _unknown_price(rows: int) -> Question:
    return Question(
        title="Submit without knowing the price?",
        text="Sheaf knows no price for this model, so no spend limit can hold. "
        "Anthropic charges your account what it asks on its price page.",
        act=f"Submit {rows:,} rows · price not known",
        icon="wallet",
    )
