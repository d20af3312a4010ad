"""What cancelling a job would keep, stop and cost, counted from its rows and batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.core.job import IN_DOUBT, OPEN, Batch, BatchState, Mode, RowState
from app.engine.replies import JobLine
from app.ui.job.rows_done import rows_done


@dataclass(frozen=True, slots=True)
class CancelFigures:
    """Rows and money by how far they are; money is None where no price is known.

    `provisional` rows are in batches that may be somebody else's, so that they are not stopped;
    of `doubtful` ones nobody knows yet whether they arrived.
    """

    mode: Mode
    finished: int
    finished_usd: Decimal | None
    at_work: int
    provisional: int
    doubtful: int
    unsent: int
    row_usd: Decimal | None

    def at_most(self, rows: int) -> Decimal | None:
        """Return about what so many rows cost if every one of them is still answered."""
        if not rows:
            return Decimal(0)
        return None if self.row_usd is None else self.row_usd * rows

    @property
    def begun(self) -> int:
        """Rows that may still be answered, and then cost money."""
        return self.at_work + self.provisional + self.doubtful

    @property
    def most_usd(self) -> Decimal | None:
        """What is paid when every row that was begun is still answered: the lines added up."""
        parts = [self.at_most(rows) for rows in (self.at_work, self.provisional, self.doubtful)]
        known = [part for part in (self.finished_usd, *parts) if part is not None]
        return sum(map(_cents, known), Decimal(0)) if len(known) > len(parts) else None


def cancel_figures(
    line: JobLine, batches: Sequence[Batch], per_row_usd: Decimal | None
) -> CancelFigures:
    """Add a job up; `per_row_usd` is the estimate, used until a batch has told the truth."""
    provisional = _rows([b for b in batches if b.state in OPEN and not b.proven])
    doubtful = _rows([b for b in batches if b.state in IN_DOUBT])
    return CancelFigures(
        mode=line.mode,
        finished=rows_done(line).finished,
        finished_usd=_paid(_finished(batches)),
        at_work=max(0, line.counts.get(RowState.SENT, 0) - provisional),
        provisional=provisional,
        doubtful=doubtful,
        unsent=max(0, line.counts.get(RowState.WAITING, 0) - doubtful),
        row_usd=paid_per_row(batches) or per_row_usd,
    )


def _cents(amount: Decimal) -> Decimal:
    """Round as the line is shown; what is under a cent stays, since it is shown in words."""
    cent = Decimal("0.01")
    return amount.quantize(cent, rounding=ROUND_HALF_UP) if amount >= cent else amount


def paid_per_row(batches: Sequence[Batch]) -> Decimal | None:
    """Return what a row of the finished batches has cost; None while none has."""
    finished = _finished(batches)
    paid = _paid(finished)
    return paid / _rows(finished) if paid else None


def _finished(batches: Sequence[Batch]) -> list[Batch]:
    return [b for b in batches if b.state is BatchState.FINISHED and b.remote_id]


def _paid(finished: Sequence[Batch]) -> Decimal | None:
    """Add up what finished batches cost; None when one was billed at a price not known."""
    costs = [Decimal(batch.cost_usd) for batch in finished if batch.cost_usd is not None]
    return sum(costs, Decimal(0)) if len(costs) == len(finished) else None


def _rows(batches: Sequence[Batch]) -> int:
    return sum(batch.rows for batch in batches)
