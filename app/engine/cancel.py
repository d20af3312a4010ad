"""Cancelling a job: what is unsent is given up, the service is asked to stop the rest.

Answers that are there are kept, and charged. A batch that was found in the list and has not yet
shown a tag of ours is never cancelled: it may be somebody else's.
"""

from __future__ import annotations

from app.claude.service import Service
from app.claude.translate import ServiceError, Verdict
from app.core.job import UNSENT, Batch, BatchState
from app.store.job_file import JobFile

_NOT_HEARD = "Anthropic still works on a batch that was cancelled; Sheaf asks again."
_GIVEN_UP = "Cancelled before it was sent; nothing was charged."


def cancel_batches(job_file: JobFile, service: Service) -> None:
    """Stop every batch that can be stopped.

    A batch in doubt is settled first, and meets this in a later round.

    Raises:
        ServiceError: not every batch could be asked just now, or the key is not taken.
    """
    unheard: ServiceError | None = None
    for batch in job_file.journal.batches():
        if batch.state in UNSENT:
            job_file.journal.drop_unsent(batch.number, _GIVEN_UP)
        elif batch.state is BatchState.WORKING and batch.proven:
            try:
                _cancel_at_service(job_file, service, batch)
            except ServiceError as error:
                unheard = unheard or error
    if unheard is not None:
        raise unheard


def _cancel_at_service(job_file: JobFile, service: Service, batch: Batch) -> None:
    """Ask a batch to stop, unless it does so already: an earlier reply may have been lost.

    No refusal is believed: the batch itself says in the next round whether it has heard.
    """
    name = batch.remote_id or ""
    try:
        remote = service.retrieve(name)
        if not (remote.cancelling or remote.ended):
            remote = service.cancel(name)
    except ServiceError as error:
        if error.passing or error.status in (401, 403):
            raise
        raise ServiceError(error.what, verdict=Verdict.LATER) from error
    if not (remote.cancelling or remote.ended):
        raise ServiceError(_NOT_HEARD, verdict=Verdict.LATER)
    job_file.journal.mark_cancelling(batch.number)
