"""A batch that the service no longer has: deleted there, or never the one that it was taken for."""

from __future__ import annotations

from enum import Enum, auto

from app.claude.service import RemoteBatch, Service
from app.core.causes import Cause
from app.core.doubt import Whose, window
from app.core.job import Batch, Job, Mode, Outcome, RowState
from app.engine.asking_alone import ask_alone
from app.engine.bench import Bench
from app.engine.collect import cost_of, missing_rows
from app.engine.reconcile import fitting, whose_is
from app.store.job_file import JobFile
from app.store.journal import NO_RESULT

_DELETED = "Its batch is no longer at Anthropic: it was deleted there."
_NOT_OURS = "The batch that was taken for this one is no longer at Anthropic."
_RENAMED = "Batch {batch} is {id} at Anthropic; the answer to its sending had named another."
_NOTE = "Batch {batch} was deleted at Anthropic; what had not been fetched is lost."


class Gone(Enum):
    """What became of a batch that the service says it does not have."""

    PERHAPS_NOT = auto()
    """It may only be hidden for now."""
    IN_DOUBT = auto()
    """What was found for ours never was: ours is looked for again, or has its right name now."""
    CLOSED = auto()
    """Somebody deleted it there: its rows may be asked again."""


def settle_gone(bench: Bench, job_file: JobFile, service: Service, batch: Batch) -> Gone:
    """Find out about a batch that was neither found nor listed for long; note what it means.

    Raises:
        ServiceError: the list, or the results of one that may be ours, cannot be read just now.
    """
    if not batch.proven:
        job_file.journal.release(batch.number, _NOT_OURS, bench.clock())
        return Gone.IN_DOUBT
    return _named_otherwise(bench, job_file, service, batch) or _closed(bench, job_file, batch)


def is_listed(job_file: JobFile, service: Service, batch: Batch) -> bool | None:
    """Say whether the list has a batch; None where another key might hide it.

    Raises:
        ServiceError: the list cannot be read just now.
    """
    if batch.sending_at is None or not _is_same_account(job_file.head(), service):
        return None
    first, _ = window(batch.sending_at, None, batch.clock_offset)
    return any(remote.id == batch.remote_id for remote in service.batches_since(first))


def _named_otherwise(
    bench: Bench, job_file: JobFile, service: Service, batch: Batch
) -> Gone | None:
    """Look whether another batch is ours: the reply to the create may have been garbled."""
    tag, perhaps = job_file.head().tag, False
    for remote in fitting(bench, job_file, service, batch):
        whose = whose_is(service, remote, tag, batch.number)
        if whose is Whose.OURS:
            _rename(bench, job_file, batch, remote)
            return Gone.IN_DOUBT
        perhaps = perhaps or (
            whose is Whose.UNREADABLE and (remote.has_results or not remote.ended)
        )
    return Gone.PERHAPS_NOT if perhaps else None


def _rename(bench: Bench, job_file: JobFile, batch: Batch, remote: RemoteBatch) -> None:
    number, now = batch.number, bench.clock()
    with job_file.at_once():
        job_file.journal.release(number, _NOT_OURS, now)
        job_file.journal.mark_sent(
            number, remote.id, batch.sent_at or now, remote.expires_at, proven=True
        )
        job_file.doubts.note(number, now, _RENAMED.format(batch=number, id=remote.id))


def _is_same_account(job: Job, service: Service) -> bool:
    recorded, present = job.account, service.account
    named = bool(recorded.organization) and recorded.organization == present.organization
    return job.mode is Mode.PRACTICE or (named and recorded.workspace == present.workspace)


def _closed(bench: Bench, job_file: JobFile, batch: Batch) -> Gone:
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
        ask_alone(bench, job_file, batch)
        job_file.doubts.note(number, now, _NOTE.format(batch=number))
    return Gone.CLOSED
