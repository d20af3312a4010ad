"""What only a person decides: sending a batch in doubt again, deleting batches at the service."""

from __future__ import annotations

from app.claude.service import Service
from app.claude.translate import ServiceError
from app.core.errors import SheafError
from app.core.job import Batch, BatchState
from app.engine.bench import Bench
from app.engine.connection import Connection, check_same_account
from app.engine.replies import Deleted
from app.store.job_file import JobFile

_AGAIN = "Batch {batch} is sent again because the person said so; it may be paid for twice."


def send_again(bench: Bench, job_file: JobFile, number: int) -> None:
    """Let a batch in doubt be sent again, as the person wants; its late twin is looked for.

    Raises:
        SheafError: it is not in doubt any more.
    """
    batch = job_file.journal.batch(number)
    if batch.state is not BatchState.UNSURE:
        raise SheafError(
            f"Batch {number} is not in doubt any more.", "Nothing was sent.", "Look at it again."
        )
    job_file.doubts.watch_for_twin(batch, bench.clock())
    job_file.doubts.note(number, bench.clock(), _AGAIN.format(batch=number))
    job_file.journal.mark_planned(number)


def delete_at_service(bench: Bench, job_file: JobFile, way: Connection) -> Deleted:
    """Delete the finished batches of a job at the service; their answers are on this computer.

    Raises:
        ServiceError: the service cannot be asked just now, or does not take the key.
    """
    way.service.ask_account()
    check_same_account(job_file.head().account, way.account)
    mine = [batch for batch in job_file.journal.batches() if _is_deletable(job_file, batch)]
    done = sum(_delete(bench, job_file, way.service, batch) for batch in mine)
    return Deleted(done, len(mine) - done)


def _is_deletable(job_file: JobFile, batch: Batch) -> bool:
    """A batch that has not shown a tag of ours may be somebody else's.

    One whose results did not all come still holds answers that are paid for.
    """
    ended = batch.state is BatchState.FINISHED and batch.proven
    known = ended and batch.remote_id is not None and batch.deleted_at is None
    return known and not job_file.journal.never_came(batch.number)


def _delete(bench: Bench, job_file: JobFile, service: Service, batch: Batch) -> bool:
    try:
        service.delete(batch.remote_id or "")
    except ServiceError as error:
        if error.passing or error.status in (401, 403):
            raise
        if error.status != 404:
            return False
    job_file.journal.mark_deleted(batch.number, bench.clock())
    return True
