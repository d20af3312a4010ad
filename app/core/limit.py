"""Spend-limit arithmetic: what is spent, what is held by open batches, what waits, in dollars.

A limit holds against the worst case: every token of what is sent, every answer as long as allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.forecast import worst_case
from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, BatchState, Job


@dataclass(frozen=True, slots=True)
class Room:
    """How a job stands to its spend limit; sums are None where a price is not known.

    `needed` is the limit that the next unsent batch asks for, `for_all` the one under which
    every unsent batch could go, one at a time.
    """

    limit: Decimal
    spent: Decimal | None
    needed: Decimal | None
    for_all: Decimal | None
    batches: int
    rows: int

    @property
    def is_enough(self) -> bool:
        """Whether the next batch may go now."""
        return self.needed is not None and self.needed <= self.limit


def room(job: Job, batches: Sequence[Batch], following: Batch | None = None) -> Room | None:
    """Reckon a job's spend limit for its next unsent batch; None without a limit or a batch."""
    unsent = [batch for batch in batches if batch.state in UNSENT]
    following = following or next(iter(unsent), None)
    if job.settings.max_cost_usd is None or following is None:
        return None
    spent = added(None if b.cost_usd is None else Decimal(b.cost_usd) for b in batches)
    held = added(worst(job, b) for b in batches if b.state in OPEN | IN_DOUBT)
    needed = added([spent, held, worst(job, following)])
    return Room(
        Decimal(job.settings.max_cost_usd),
        spent,
        needed,
        _for_all(job, batches, unsent, added([spent, held])),
        len(unsent),
        sum(batch.rows for batch in unsent),
    )


def worst(job: Job, batch: Batch) -> Decimal | None:
    """Return what a batch may cost at most, asked as it is; None when nobody can say."""
    prices, unseen = batch.prices(job), batch.changes.unseen_tokens
    if prices is None or unseen is None:
        return None
    max_tokens = batch.changes.max_tokens or job.settings.max_tokens
    read = batch.changes.most_read or batch.bytes + unseen
    return worst_case(prices, batch.rows, read, max_tokens, job.longest or read)


def _for_all(
    job: Job, batches: Sequence[Batch], unsent: Sequence[Batch], begun: Decimal | None
) -> Decimal | None:
    """Return the limit that lets every unsent batch through when they go one at a time.

    What went before counts as it will probably cost, the batch that goes in its worst case.
    """
    share = _usual_share(job, batches)
    if begun is None or share is None:
        return None
    highest = before = begun
    for batch in unsent:
        case = worst(job, batch)
        if case is None:
            return None
        highest = max(highest, before + case)
        before += case * share
    return highest


def _usual_share(job: Job, batches: Sequence[Batch]) -> Decimal | None:
    """Return which part of their worst case the finished batches cost; all of it before any."""
    ended = [b for b in batches if b.state is BatchState.FINISHED and b.remote_id is not None]
    cost = added(None if b.cost_usd is None else Decimal(b.cost_usd) for b in ended)
    cases = added(worst(job, b) for b in ended)
    if cost is None or cases is None:
        return None
    return min(cost / cases, Decimal(1)) if cases else Decimal(1)


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Add amounts up; one that is not known makes the sum unknown."""
    together = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        together += amount
    return together
