"""What cancelling a job would keep, stop and cost, counted from its batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, BatchState, Mode


@dataclass(frozen=True, slots=True)
class CancelFigures:
    """Rows and money by how far they are; money is None where no price is known."""

    mode: Mode
    finished: int
    finished_usd: Decimal | None
    at_work: int
    at_work_usd: Decimal | None
    unsent: int

    @property
    def most_usd(self) -> Decimal | None:
        """What is paid when every row at work is still answered, so that the lines add up."""
        if self.finished_usd is None or self.at_work_usd is None:
            return None
        return _cents(self.finished_usd) + _cents(self.at_work_usd)


def cancel_figures(
    batches: Sequence[Batch], mode: Mode, per_row_usd: Decimal | None
) -> CancelFigures:
    """Add the batches up; `per_row_usd` is the estimate, used until a batch has told the truth."""
    finished = [b for b in batches if b.state is BatchState.FINISHED and b.remote_id]
    at_work = _rows([b for b in batches if b.state in OPEN | IN_DOUBT])
    paid = _paid(finished)
    each = paid_per_row(batches) or per_row_usd
    return CancelFigures(
        mode=mode,
        finished=_rows(finished),
        finished_usd=paid,
        at_work=at_work,
        at_work_usd=each * at_work if each is not None else (None if at_work else Decimal(0)),
        unsent=_rows([b for b in batches if b.state in UNSENT]),
    )


def _cents(amount: Decimal) -> Decimal:
    """Round as the line is shown; what is under a cent stays, since it is shown in words."""
    cent = Decimal("0.01")
    return amount.quantize(cent, rounding=ROUND_HALF_UP) if amount >= cent else amount


def paid_per_row(batches: Sequence[Batch]) -> Decimal | None:
    """Return what a row of the finished batches has cost; None while none has."""
    finished = [b for b in batches if b.state is BatchState.FINISHED and b.remote_id]
    paid = _paid(finished)
    return paid / _rows(finished) if paid else None


def _paid(finished: Sequence[Batch]) -> Decimal | None:
    """Add up what finished batches cost; None when one was billed at a price not known."""
    costs = [Decimal(batch.cost_usd) for batch in finished if batch.cost_usd is not None]
    return sum(costs, Decimal(0)) if len(costs) == len(finished) else None


def _rows(batches: Sequence[Batch]) -> int:
    return sum(batch.rows for batch in batches)
