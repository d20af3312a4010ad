"""A batch that is no longer at the service, because somebody has deleted it there."""

from __future__ import annotations

from app.claude.service import Service
from app.core.causes import Cause
from app.core.doubt import window
from app.core.job import Batch, Job, Mode, Outcome, RowState
from app.engine.bench import Bench
from app.engine.collect import cost_of, missing_rows
from app.store.job_file import JobFile
from app.store.journal import NO_RESULT

_DELETED = "Its batch is no longer at Anthropic: it was deleted there."
_NOTE = "Batch {batch} was deleted at Anthropic; what had not been fetched is lost."


def is_gone(job_file: JobFile, service: Service, batch: Batch) -> bool:
    """Say whether a batch that was not found for long is gone: nobody's other key hides it.

    Raises:
        ServiceError: the list cannot be read just now.
    """
    if batch.sending_at is None or not _is_same_account(job_file.head(), service):
        return False
    first, _ = window(batch.sending_at, batch.clock_offset)
    return all(remote.id != batch.remote_id for remote in service.batches_since(first))


def _is_same_account(job: Job, service: Service) -> bool:
    recorded, present = job.account, service.account
    named = bool(recorded.organization) and recorded.organization == present.organization
    return job.mode is Mode.PRACTICE or (named and recorded.workspace == present.workspace)


def give_up(bench: Bench, job_file: JobFile, batch: Batch) -> None:
    """Close a batch that is gone: what came is kept, and the other rows may be asked again."""
    number, now = batch.number, bench.clock()
    reason = f"{NO_RESULT} {_DELETED}"
    lost = [
        Outcome(row, RowState.FAILED, reason=reason, cause=Cause.NO_RESULT)
        for row in missing_rows(job_file, batch)
    ]
    with job_file.at_once():
        job_file.journal.take(number, lost)
        job_file.journal.finish(number, now, cost_of(job_file, batch, job_file.head()))
        job_file.journal.mark_deleted(number, now)
        job_file.doubts.note(number, now, _NOTE.format(batch=number))
