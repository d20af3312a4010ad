"""Whether a job may be deleted: not while answers of it may be paid for and are not here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.core.errors import SheafError
from app.core.job import IN_DOUBT, OPEN, Batch, Job, JobState
from app.store.reader import JobReader


def check_removable(job: Job, batches: Sequence[Batch]) -> None:
    """Refuse to delete a job that is at work, or of which a batch is in doubt.

    Raises:
        SheafError: answers that are paid for would be lost.
    """
    if job.state is JobState.RUNNING or any(batch.state in OPEN for batch in batches):
        raise SheafError(
            f'"{job.name}" is still at work.',
            "Deleting it now would lose answers that are paid for.",
            "Cancel the job first, or wait until it has finished.",
        )
    if any(batch.state in IN_DOUBT for batch in batches):
        raise SheafError(
            f'Nobody knows yet whether a batch of "{job.name}" has arrived.',
            "It may be paid for, and deleting the job would lose its answers.",
            "Continue the job until that is settled, then delete it.",
        )


def look_whether_removable(path: Path) -> None:
    """Refuse the same by looking only, so that nobody waits for the call in flight.

    Raises:
        SheafError: answers that are paid for would be lost, or the file is not there.
    """
    with JobReader(path) as reader:
        check_removable(reader.head(), reader.batches())
