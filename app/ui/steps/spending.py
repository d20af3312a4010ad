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
    rows: int, estimate: Estimate, warn_above: int | None, limit: str = ""
) -> Question | None:
    """Return what the person is asked before this is spent; None when there is no need.

    `limit` is the spend limit in words, none for no limit.
    """
    expected = estimate.expected_usd
    if expected is None:
        return _unknown_price(rows, limit)
    if warn_above is None or expected <= warn_above:
        return None
    kept = f" Your spend limit of {limit} holds." if limit else ""
    return Question(
        title=f"Spend about {in_dollars(expected)}?",
        text=f"{rows:,} rows cost about {in_dollars(expected)}, "
        f"and never more than {in_dollars(estimate.max_usd)}.{kept}",
        act=f"Submit {rows:,} rows · about {in_dollars(expected)}",
        icon="wallet",
    )


def _unknown_price(rows: int, limit: str) -> Question:
    holds = f"Your limit of {limit} holds." if limit else "There is no spend limit."
    return Question(
        title="Submit without knowing the price?",
        text=f"Sheaf knows no price for this model. {holds} "
        "Anthropic charges your account what it asks on its price page.",
        act=f"Submit {rows:,} rows · price not known",
        icon="wallet",
    )
