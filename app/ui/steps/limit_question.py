"""When a person is asked about the spend limit before a job is sent."""

from __future__ import annotations

from decimal import Decimal

from app.core.cost import Estimate
from app.core.job import JobSettings
from app.core.limit_reach import reach_of
from app.engine.replies import Review
from app.ui.dialogs.limit_choice import LimitQuestion


def limit_question(
    settings: JobSettings, estimate: Estimate, review: Review, warn_above: int | None
) -> LimitQuestion | None:
    """Return what is asked about the limit before this is spent; None when there is no need.

    Asked where a limit is under the expected cost, or where a dear job has none.
    """
    reach = reach_of(review.batches, estimate.expected_usd, estimate.max_usd)
    if reach is None or settings.max_tokens_total is not None:
        return None
    limit = None if settings.max_cost_usd is None else Decimal(settings.max_cost_usd)
    dear = warn_above is not None and reach.expected_usd > warn_above
    if reach.expected_usd > limit if limit is not None else dear:
        return LimitQuestion(estimate, reach, settings.max_tokens, limit)
    return None
