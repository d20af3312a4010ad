"""The evidence of a job: every attempt of every row with its bill, and what they add up to.

Rows are read and handed on page by page; only the totals of the batches are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from app.core.causes import Cause
from app.core.cost import Usage, price_of
from app.core.doubt import HistoryLine
from app.core.job import IN_DOUBT, UNSENT, Batch, BatchState, Job, Outcome, RowState
from app.core.trial import Tried
from app.store.evidence import RowEvidence, evidence
from app.store.reader import JobReader
from app.store.soundness import sound

_PAGE = 500
_FREE = Decimal(0)
_NOT_BILLED = frozenset({RowState.FAILED, RowState.EXPIRED, RowState.CANCELLED})
_NO_FIGURES = frozenset({Cause.NO_RESULT, Cause.UNKNOWN})


class Pending(StrEnum):
    """How an attempt stands that has brought no outcome."""

    WAITING = "waiting"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    NOT_SENT = "not_sent"
    """Given up before it left; it cost nothing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row in one batch; `cost_usd` is None where nobody knows it, or not yet."""

    batch: Batch
    state: RowState | Pending
    reason: str
    usage: Usage | None
    cost_usd: Decimal | None
    request_id: str
    shown: bool
    """Whether this is the attempt that counts for the row."""


@dataclass(frozen=True, slots=True)
class RowAudit:
    """A row, how it stands, and all of its attempts, oldest first.

    `copied_from` is the row that asks the same and was asked for this one too.
    """

    row: int
    state: RowState
    reason: str
    attempts: tuple[Attempt, ...]
    copied_from: int | None = None


@dataclass(slots=True)
class Sums:
    """What attempts add up to; `unknown` counts those whose cost nobody knows, or not yet.

    `cost_usd` is what is known of it.
    """

    attempts: int = 0
    states: Counter[str] = field(default_factory=Counter)
    billed: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    cost_usd: Decimal = _FREE
    unknown: int = 0

    @property
    def known_usd(self) -> Decimal | None:
        """What is known of the cost; None where that is nothing, which is not no cost."""
        return self.cost_usd if self.cost_usd or not self.unknown else None

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        self.attempts += 1
        self.states[attempt.state.value] += 1
        if attempt.usage is not None:
            self.billed += 1
            self.usage.update(tokens(attempt.usage))
        if attempt.cost_usd is None:
            self.unknown += 1
        else:
            self.cost_usd += attempt.cost_usd


class Audit:
    """One reading of a job's evidence: first `rows`, to their end, then the sums."""

    def __init__(self, path: Path) -> None:
        self._reader = JobReader(path)
        self.job: Job = self._reader.head()
        self.batches: list[Batch] = self._reader.batches()
        self.history: list[HistoryLine] = self._reader.history()
        self._aside = _tried_aside(self._reader)
        self.rows_by_state: Counter[str] = Counter()
        self.by_batch: Mapping[int, Sums] = {batch.number: Sums() for batch in self.batches}
        self.total = Sums()

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def rows(self) -> Iterator[RowAudit]:
        """Yield every row in order, adding up on the way."""
        known = {batch.number: batch for batch in self.batches}
        last = max(known, default=0)
        for first in range(1, self.job.rows + 1, _PAGE):
            for found in evidence(self._reader, first, _PAGE, last):
                row = _row(self.job, known, found, self._aside.get(found.row, ()))
                self._add(row)
                yield row

    def _add(self, row: RowAudit) -> None:
        self.rows_by_state[row.state.value] += 1
        for attempt in row.attempts:
            self.by_batch[attempt.batch.number].add(attempt)
            self.total.add(attempt)

    def wrong(self) -> list[Batch]:
        """Return the finished batches whose bill is not what their rows add up to."""
        return [batch for batch in self.batches if not _adds_up(batch, self.by_batch[batch.number])]


def tokens(usage: Usage) -> dict[str, int]:
    """Return the tokens that are billed, by their kind; thinking is part of the output."""
    return {
        "input": usage.input,
        "cache_write_5m": usage.cache_write_5m,
        "cache_write_1h": usage.cache_write_1h,
        "cache_read": usage.cache_read,
        "output": usage.output,
    }


def _adds_up(batch: Batch, sums: Sums) -> bool:
    if batch.state is not BatchState.FINISHED or batch.cost_usd is None:
        return True
    if batch.changes.tried and sums.unknown:
        # What nobody knows to be charged was noted as the most that it can have cost.
        return sums.attempts == batch.rows and sums.cost_usd <= Decimal(batch.cost_usd)
    return sums.attempts == batch.rows and sums.cost_usd == Decimal(batch.cost_usd)


def _tried_aside(reader: JobReader) -> Mapping[int, list[Tried]]:
    """Return what was tried before the job was submitted and is not among its answers, by row."""
    used = {
        (batch.number, row)
        for batch in reader.batches()
        if batch.changes.tried
        for row in reader.rows_of(batch.number)
    }
    aside: dict[int, list[Tried]] = {}
    for one in reader.trials.all():
        if one.batch is not None and (one.batch, one.row) not in used:
            aside.setdefault(one.row, []).append(one)
    return aside


def _row(
    job: Job, batches: Mapping[int, Batch], found: RowEvidence, aside: Sequence[Tried]
) -> RowAudit:
    with sound():
        attempts = tuple(
            _attempt(job, batches[number], outcome, shown=number == found.shown)
            for number, outcome in found.attempts
        )
        tried = tuple(_tried(batches[one.batch or 0], one) for one in aside)
    ordered = sorted((*attempts, *tried), key=lambda attempt: attempt.batch.number)
    return RowAudit(found.row, found.state, found.reason, tuple(ordered), found.original)


def _tried(batch: Batch, tried: Tried) -> Attempt:
    """Return a row that was tried, and whose answer is not used."""
    if tried.outcome is None:
        return Attempt(batch, Pending.IN_DOUBT, batch.reason, None, None, "", shown=False)
    came = tried.outcome
    said = (came.state, came.reason or batch.reason, came.usage, tried.cost_usd, came.request_id)
    return Attempt(batch, *said, shown=False)


def _attempt(job: Job, batch: Batch, outcome: Outcome | None, *, shown: bool) -> Attempt:
    if outcome is None:
        state = _pending(batch)
        cost = _FREE if state in (Pending.WAITING, Pending.NOT_SENT) else None
        return Attempt(batch, state, batch.reason, None, cost, "", shown=False)
    return Attempt(
        batch,
        outcome.state,
        outcome.reason,
        outcome.usage,
        _cost(job, batch, outcome),
        outcome.request_id,
        shown=shown,
    )


def _pending(batch: Batch) -> Pending:
    if batch.state in UNSENT:
        return Pending.WAITING
    if batch.state in IN_DOUBT:
        return Pending.IN_DOUBT
    is_over = batch.state is BatchState.FINISHED and batch.remote_id is None
    return Pending.NOT_SENT if is_over else Pending.SENT


def _cost(job: Job, batch: Batch, outcome: Outcome) -> Decimal | None:
    """Return what an attempt cost; nobody knows it of one that came back without its figures."""
    if outcome.usage is None:
        is_free = outcome.state in _NOT_BILLED and outcome.cause not in _NO_FIGURES
        return _FREE if is_free else None
    prices = batch.prices(job)
    return None if prices is None else price_of(outcome.usage, prices)
