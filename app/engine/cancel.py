"""Cancelling a job: what is unsent is given up, the service is asked to stop the rest.

Answers that are there are kept, and charged. A batch that was found in the list and has not yet
shown a tag of ours is never cancelled: it may be somebody else's.
"""

from __future__ import annotations

from app.claude.service import Service
from app.claude.translate import ServiceError
from app.core.job import UNSENT, Batch, BatchState
from app.store.job_file import JobFile

_GIVEN_UP = "Cancelled before it was sent; nothing was charged."


def cancel_batches(job_file: JobFile, service: Service) -> None:
    """Stop every batch that can be stopped.

    A batch in doubt is settled first, and meets this in a later round.

    Raises:
        ServiceError: the service could not be asked just now, or does not take the key.
    """
    for batch in job_file.journal.batches():
        if batch.state in UNSENT:
            job_file.journal.drop_unsent(batch.number, _GIVEN_UP)
        elif batch.state is BatchState.WORKING and batch.proven:
            _cancel_at_service(job_file, service, batch)


def _cancel_at_service(job_file: JobFile, service: Service, batch: Batch) -> None:
    """Ask until the service has heard it; polling tells what came of it."""
    try:
        service.cancel(batch.remote_id or "")
    except ServiceError as error:
        if error.passing or error.status in (401, 403):
            raise
    job_file.journal.mark_cancelling(batch.number)
