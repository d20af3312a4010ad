"""Read-only pages of a job file, for the window's tables; no SDK and no engine process needed.

A JobView belongs to the thread that made it. Every call fetches all it returns, so that no read
ever holds up the engine, which writes the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app import clock
from app.core import instructions
from app.core.causes import Cause
from app.core.cost import price_of
from app.core.doubt import HistoryLine
from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, Job, Mode, Outcome, RowState
from app.core.limit import Unit, added, room, worst
from app.core.parts import FileFacts
from app.core.ready_made import is_ready_made
from app.core.table import Row
from app.core.trial import Tried
from app.engine.replies import CandidateLine, DoubtLine, JobLine, LimitLine
from app.store.ordering import rows_at
from app.store.reader import JobReader, ResultRow
from app.store.ready_made import ReadyMade

__all__ = ["JobView", "ResultRow", "RowStory", "job_line", "summarise"]

PAGE = 200
"""How many rows a table asks for at a time."""
_DAY = timedelta(hours=24)
_KEPT = timedelta(days=29)
_WARN_AFTER = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class RowStory:
    """All that is known of one row: what was sent, and every attempt with its batch and cost."""

    result: ResultRow
    sent: str
    attempts: tuple[tuple[int, Outcome], ...]
    cost_usd: Decimal | None
    batches: int


class JobView:
    """A job file, open for looking at."""

    def __init__(self, path: str | Path) -> None:
        self._reader = JobReader(Path(path))

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def head(self) -> Job:
        """Return settings, columns, notices and state."""
        return self._reader.head()

    def line(self) -> JobLine:
        """Return the job in one line."""
        return summarise(self._reader, clock.now())

    def batches(self) -> tuple[Batch, ...]:
        """Return the batches in order."""
        return tuple(self._reader.batches())

    def tried_aside(self) -> frozenset[int]:
        """Return the batches that stand for trials whose answers are not used in the job."""
        tried = (batch.number for batch in self._reader.batches() if batch.changes.tried)
        return frozenset(number for number in tried if not self._reader.rows_of(number))

    def not_run(self) -> dict[int, int]:
        """Return how many rows of which batch came back unanswered as credit or key gave out."""
        return self._reader.rows_because((Cause.CREDIT, Cause.KEY))

    def cancelled(self) -> dict[int, int]:
        """Return how many rows of which batch came back unanswered as the job was cancelled."""
        return self._reader.rows_because((Cause.CANCELLED,))

    def history(self) -> tuple[HistoryLine, ...]:
        """Return what happened to the job, oldest first."""
        return tuple(self._reader.history())

    def most_of_unsent(self, unit: Unit) -> dict[int, Decimal]:
        """Return what each unsent batch takes of a limit at the very most, where that is known."""
        job = self._reader.head()
        unsent = (batch for batch in self._reader.batches() if batch.state in UNSENT)
        found = ((batch.number, worst(job, batch, unit)) for batch in unsent)
        return {number: most for number, most in found if most is not None}

    @property
    def requests(self) -> ReadyMade:
        """The ready-made requests of the job."""
        return self._reader.requests

    def source_page(self, first: int, count: int = PAGE) -> list[tuple[int, Row]]:
        """Return (row, cells) from row `first` on; rows count from 1."""
        return self._reader.source_rows(first, count)

    def source_rows(self, rows: Sequence[int]) -> list[tuple[int, Row]]:
        """Return these source rows with their numbers."""
        return self._reader.source_rows_of(rows)

    def files(self, cells: Sequence[str]) -> dict[str, tuple[FileFacts, ...]]:
        """Return the files that cells lead to; cells that nobody has looked at are left out."""
        return self._reader.files.of_all(cells)

    def results_page(
        self, position: int, count: int = PAGE, ordering: str | None = None
    ) -> list[ResultRow]:
        """Return results from `position` on (0 is the first), in source order or an ordering."""
        if ordering is None:
            return self._reader.results(position + 1, count)
        return self._reader.results_of(rows_at(Path(ordering), position, count))

    def trial(self, number: int | None = None) -> tuple[Tried, ...]:
        """Return the rows of one trial, or of all, with their answers and costs."""
        return tuple(self._reader.trials.all(number))

    def last_trial(self) -> tuple[Tried, ...]:
        """Return the rows of the newest trial, as far as they were asked."""
        found = self.trial()
        last = max((one.round for one in found), default=0)
        return tuple(one for one in found if one.round == last)

    def story(self, row: int) -> RowStory:
        """Return everything about one row."""
        head = self._reader.head()
        result = self._reader.results_of([row])[0]
        attempts = tuple(self._reader.attempts(row))
        batches = self._reader.batches()
        cost = _cost(head, batches, attempts)
        sent = self._request(row) if is_ready_made(head) else _sent(head, result.cells)
        return RowStory(result, sent, attempts, cost, len(batches))

    def _request(self, row: int) -> str:
        found = self.requests.one(row)
        return found.params.decode() if found is not None else ""


def _sent(job: Job, cells: Row) -> str:
    parsed = instructions.parse(job.settings.instructions)
    if not parsed.text.strip() or instructions.unknown_columns(parsed, job.column_names):
        return parsed.text
    return instructions.filler(parsed, job.column_names)(cells)


def _cost(
    job: Job, batches: Sequence[Batch], attempts: Sequence[tuple[int, Outcome]]
) -> Decimal | None:
    """Add up what all attempts of a row cost; None when one was billed at a price not known."""
    prices = {batch.number: batch.prices(job) for batch in batches}
    cost = Decimal(0)
    for number, outcome in attempts:
        if outcome.usage is None:
            continue
        if (known := prices.get(number)) is None:
            return None
        cost += price_of(outcome.usage, known)
    return cost


def job_line(path: str | Path, now: datetime | None = None) -> JobLine:
    """Return a job in one line, as it is at a moment: this one, if none is given.

    Raises:
        SheafError: the file is not a job, or cannot be read.
    """
    with JobReader(Path(path)) as reader:
        return summarise(reader, now or clock.now())


def summarise(reader: JobReader, now: datetime) -> JobLine:
    """Return a job in one line, as it is at a moment."""
    job = reader.head()
    batches = reader.batches()
    states: dict[str, int] = {}
    for batch in batches:
        states[batch.state.value] = states.get(batch.state.value, 0) + 1
    return JobLine(
        path=str(reader.path),
        name=job.name,
        state=job.state,
        mode=job.mode,
        rows=job.rows,
        counts=reader.counts(),
        batches=states,
        cost_usd=_spent(job, batches, reader.trials.all()),
        started_at=_iso(job.started_at),
        ends_by=_iso(_ends_by(batches)),
        trouble=job.trouble,
        halt=job.halt,
        home=job.home,
        doubts=tuple(_doubt(job, batch, reader) for batch in batches if batch.state in IN_DOUBT),
        limit=_limit(job, batches),
        fetch_by=_iso(_fetch_by(batches, now)),
        changed_at=_iso(_last_change(job, batches)),
    )


def _doubt(job: Job, batch: Batch, reader: JobReader) -> DoubtLine:
    candidates = reader.candidates(batch.number)
    known_by = [c.created_at + _DAY for c in candidates if not c.ended]
    return DoubtLine(
        batch=batch.number,
        rows=batch.rows,
        sent_at=_iso(batch.sending_at),
        since=_iso(batch.doubt_since),
        reason=batch.reason,
        candidates=tuple(
            CandidateLine(c.remote_id, _iso(c.created_at), c.ended) for c in candidates
        ),
        question=len(candidates) > 1,
        known_by=_iso(max(known_by, default=None)),
        resend_usd=worst(job, batch),
    )


def _limit(job: Job, batches: Sequence[Batch]) -> LimitLine | None:
    """Return what waits for the job's spend limit; None when nothing does."""
    found = room(job, batches) if job.started_at is not None else None
    if found is None or found.is_enough or None in (found.spent, found.needed, found.for_all):
        return None
    return LimitLine(
        limit=found.limit,
        spent=found.spent or Decimal(0),
        next=found.least or found.needed or Decimal(0),
        all=found.for_all or Decimal(0),
        batches=found.batches,
        rows=found.rows,
        unit=found.unit,
        is_one_row=found.least is not None,
    )


def _fetch_by(batches: Sequence[Batch], now: datetime) -> datetime | None:
    """Return until when open batches' answers are kept, once that is near (section 1.6)."""
    sent = [batch.sent_at for batch in batches if batch.state in OPEN and batch.sent_at]
    if not sent or now - min(sent) < _WARN_AFTER:
        return None
    return min(sent) + _KEPT


def _spent(job: Job, batches: Sequence[Batch], tried: Sequence[Tried]) -> Decimal | None:
    """Add up the finished batches, or a draft's trials; None where a price is not known."""
    if job.started_at is None:
        return added(one.held_usd for one in tried if one.mode is Mode.REAL)
    known = [Decimal(batch.cost_usd) for batch in batches if batch.cost_usd is not None]
    if len(known) < len(batches) or any(batch.prices(job) is None for batch in batches):
        return None
    return sum(known, Decimal(0))


def _ends_by(batches: Sequence[Batch]) -> datetime | None:
    """Every open batch ends within 24 hours of being sent."""
    sent = [batch.sent_at for batch in batches if batch.state in OPEN and batch.sent_at]
    return max(sent) + _DAY if sent else None


def _last_change(job: Job, batches: Sequence[Batch]) -> datetime:
    moments = [job.created_at, job.started_at]
    moments += [moment for batch in batches for moment in (batch.sent_at, batch.ended_at)]
    return max(moment for moment in moments if moment)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def finished_rows(line: JobLine) -> int:
    """Return how many rows need no more waiting: all but the waiting and the sent ones."""
    unfinished = (RowState.WAITING, RowState.SENT)
    return line.rows - sum(line.counts.get(state, 0) for state in unfinished)
