"""The batches of a job as `sheaf status` lists them: a table for people, objects for programs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from app.cli.figures import money
from app.cli.report import BATCH_WORDS, one_line
from app.core.cost import in_dollars
from app.core.job import Batch, BatchState, Job, Mode


def batches_table(batches: Sequence[Batch], head: Job, aside: Collection[int] = ()) -> str:
    """Return the batches as a table of plain text; practice says what it would have cost.

    Those `aside` are trials whose answers are not used: their rows are asked in other batches.
    """
    cost = "Free; real price" if head.mode is Mode.PRACTICE else "Cost"
    names = ("#", "Batch ID", "Status", "Rows", "Answered", "Failed", cost)
    lines = [names, *(_cells(batch, head, aside) for batch in batches)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _cells(batch: Batch, head: Job, aside: Collection[int]) -> tuple[str, ...]:
    ended = batch.state is BatchState.FINISHED
    is_aside = batch.number in aside
    return (
        str(batch.number),
        "trial" if batch.changes.tried else one_line(batch.remote_id or "—"),
        _status(batch, is_aside=is_aside),
        "—" if is_aside else f"{batch.rows:,}",
        f"{batch.answered:,}" if ended else "—",
        f"{batch.failed:,}" if ended else "—",
        in_dollars(_cost(batch, head)) if ended else "—",
    )


def _status(batch: Batch, *, is_aside: bool) -> str:
    if is_aside:
        return "Tried, not used"
    return "Tried before" if batch.changes.tried else BATCH_WORDS[batch.state]


def _cost(batch: Batch, head: Job) -> Decimal | None:
    """Return what a batch has cost so far; None where no price is known, never a false zero."""
    is_open = batch.state is not BatchState.FINISHED
    if batch.cost_usd is None or (is_open and head.started_at and batch.prices(head) is None):
        return None
    return Decimal(batch.cost_usd)


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        cell.ljust(width) if place in (1, 2) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def batch_json(batch: Batch, head: Job, aside: Collection[int] = ()) -> dict[str, Any]:
    """Return a batch as a program reads it; `trial` is null of one that was no trial."""
    used = "not used" if batch.number in aside else "used"
    return {
        "number": batch.number,
        "id": batch.remote_id,
        "state": batch.state.value,
        "rows": batch.rows,
        "answered": batch.answered,
        "failed": batch.failed,
        "cost_usd": money(_cost(batch, head)),
        "is_retry": batch.is_retry,
        "trial": used if batch.changes.tried else None,
        "reason": batch.reason,
    }
