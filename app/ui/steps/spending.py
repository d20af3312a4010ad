"""How the price of a job is said on the last step, and what is asked before a dear one."""

from __future__ import annotations

from app.core.cost import Estimate, in_figures
from app.core.money_words import about
from app.ui.ask import Question


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
    most = estimate.max_usd
    bound = "" if most is None else f", and never more than {in_figures(most)}"
    kept = f" Your spend limit of {limit} holds." if limit else ""
    return Question(
        title=f"Spend {about(expected)}?",
        text=f"{rows:,} rows cost {about(expected)}{bound}.{kept}",
        act=f"Submit {rows:,} rows · {about(expected)}",
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
