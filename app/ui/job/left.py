"""What a job that stands still has not done yet, and about what that will cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.core.job import OPEN, UNSENT, Batch, BatchState, RowState
from app.engine.replies import JobLine
from app.ui.job.cancel_figures import paid_per_row
from app.ui.job.words import is_copy


@dataclass(frozen=True, slots=True)
class Left:
    """Rows, money and batches that are left; `usd` is None while no price is known.

    Rows that Anthropic still has are not among them: nothing has to be done for these.
    """

    rows: int = 0
    usd: Decimal | None = None
    unsent: tuple[int, ...] = ()
    """The numbers of the batches that were not sent."""
    at_work: int = 0
    """How many batches Anthropic still has."""
    not_run: Mapping[int, int] = field(default_factory=dict)
    """How many rows of which batch came back unanswered and unpaid."""
    refusal: str = ""
    """Why the next batch was refused, in one sentence."""
    copies: tuple[Batch, ...] = ()
    """Batches that were bought although nobody wanted them."""


def what_is_left(
    line: JobLine, batches: Sequence[Batch], not_run: Mapping[int, int], expected: Decimal | None
) -> Left:
    """Add up what is left; `expected` is the estimate for one row, until a batch has ended."""
    rows = line.counts.get(RowState.WAITING, 0) + sum(not_run.values())
    each = paid_per_row(batches) or expected
    return Left(
        rows=rows,
        usd=None if each is None else each * rows,
        unsent=tuple(batch.number for batch in batches if batch.state in UNSENT),
        at_work=sum(batch.state in OPEN for batch in batches),
        not_run=dict(not_run),
        refusal=next((b.reason for b in batches if b.state is BatchState.PAUSED), ""),
        copies=tuple(batch for batch in batches if is_copy(batch)),
    )
