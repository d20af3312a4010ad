"""Fetching the answers of an ended batch: every row it was sent has an outcome afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.claude.results import ResultReader, lines
from app.claude.service import RemoteBatch, Service
from app.claude.several import Several, several_in
from app.core.causes import Cause
from app.core.cost import total
from app.core.errors import SheafError
from app.core.job import Batch, Job, Outcome, RowState
from app.engine.asking_alone import ask_alone
from app.engine.bench import Bench
from app.engine.conflicts import note_conflicts
from app.engine.events import Progress
from app.store.job_file import JobFile
from app.store.journal import NO_RESULT

BLOCK = 5000

_TOO_LATE = "The answers are gone: the service keeps them for 29 days."
_COPY = "A second copy of batch {of}, which arrived after all; it is charged too."
_FOREIGN = "The batch that was found turned out to be somebody else's."


class IncompleteError(SheafError):
    """The stream ended before every row had come; it is to be fetched again."""


def collect(
    bench: Bench,
    job_file: JobFile,
    service: Service,
    batch: Batch,
    remote: RemoteBatch,
    *,
    last_attempt: bool,
    is_first: bool = False,
) -> None:
    """Fetch the results of an ended batch and close it.

    What only the first attempt says of a batch that was taken for ours does not make it foreign.

    Raises:
        ServiceError: the stream could not be read; what came is kept.
        IncompleteError: rows are missing and this was not the last attempt.
    """
    job = job_file.head()
    if remote.has_results:
        _fetch(bench, job_file, service, batch, job, is_first=is_first)
    missing = missing_rows(job_file, batch)
    if missing and remote.has_results and not last_attempt:
        raise IncompleteError(
            f"{len(missing):,} of {batch.rows:,} results of a batch did not come."
        )
    reason = NO_RESULT if remote.has_results else _TOO_LATE
    lost = [Outcome(row, RowState.FAILED, reason=reason, cause=Cause.NO_RESULT) for row in missing]
    with job_file.at_once():
        job_file.journal.take(batch.number, lost)
        job_file.journal.finish(batch.number, remote.ended_at, cost_of(job_file, batch, job))
        ask_alone(bench, job_file, batch)


def collect_copy(job_file: JobFile, service: Service, of: int, remote: RemoteBatch) -> None:
    """Write down a second copy of a batch that was bought as well, with its answers and its cost.

    Raises:
        ServiceError: the stream could not be read; nothing was noted.
        IncompleteError: rows are missing; it is to be fetched again.
    """
    job = job_file.head()
    several = _several_of_copy(job_file, job, of)
    reader = ResultReader(job.tag, of, job.settings.answers, several)
    with job_file.at_once():
        with service.results(remote.id) as stream:
            number = job_file.journal.add_copy(
                of,
                remote.id,
                remote.created_at,
                _COPY.format(of=of),
                _blocks(reader, stream),
                reader.leads,
            )
        copy = job_file.journal.batch(number)
        if copy.requests < remote.requests:
            raise IncompleteError(f"{remote.requests - copy.requests:,} results did not come.")
        job_file.journal.finish(number, remote.ended_at, cost_of(job_file, copy, job))


def _several_of_copy(job_file: JobFile, job: Job, of: int) -> Several:
    """Return what divides a copy's replies: the batch may have been cut since the copy was sent."""
    own, rows = job_file.journal.together(of), frozenset(job_file.journal.rows_of(of))
    asked = job_file.journal.together().items()
    found = {lead: others for lead, others in asked if lead in own or lead not in rows}
    return several_in(job.settings, found, own)


def _fetch(
    bench: Bench, job_file: JobFile, service: Service, batch: Batch, job: Job, *, is_first: bool
) -> None:
    together = job_file.journal.together(batch.number)
    several = several_in(job.settings, together, together)
    reader = ResultReader(job.tag, batch.number, job.settings.answers, several)
    sent = frozenset(job_file.journal.rows_of(batch.number))
    taken = 0
    with service.results(batch.remote_id or "") as stream:
        for block in _blocks(reader, stream):
            note_conflicts(bench, job_file, batch, block, sent)
            job_file.journal.take(batch.number, [one for one in block if one.row in sent])
            taken += len(block)
            path = str(job_file.path)
            bench.publish(Progress(path, "collecting", taken, batch.rows))
    if taken and not batch.proven:
        job_file.journal.prove(batch.number)
    if reader.foreign >= batch.requests and not taken and not batch.proven and not is_first:
        job_file.doubts.add_stranger(batch.remote_id or "", bench.clock(), _FOREIGN)
        job_file.journal.release(batch.number, _FOREIGN, bench.clock())
        raise IncompleteError(_FOREIGN)


def _blocks(reader: ResultReader, stream: Iterator[bytes]) -> Iterator[list[Outcome]]:
    """Read outcomes in blocks; what came before the stream broke is not lost."""
    block: list[Outcome] = []
    try:
        for line in lines(stream):
            block += reader.outcomes(line)
            if len(block) >= BLOCK:
                yield block
                block = []
    except SheafError:
        yield block
        raise
    yield block


def missing_rows(job_file: JobFile, batch: Batch) -> list[int]:
    """Return the rows of a batch of which nothing has come yet."""
    received = job_file.journal.received(batch.number)
    return [row for row in job_file.journal.rows_of(batch.number) if row not in received]


def cost_of(job_file: JobFile, batch: Batch, job: Job) -> Decimal | None:
    """Add up what the rows used at the prices that the batch was sent at; None if not known."""
    usages = job_file.journal.usages(batch.number)
    if prices := batch.prices(job):
        return total(usages, prices)
    return None if usages else Decimal(0)
