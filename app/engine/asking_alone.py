"""Rows that were asked with others and got no certain answer are asked again alone, once.

They are planned in the transaction that closes their batch: no kill loses or doubles them. Like
all batches they are recorded, half the price, and sent only where the spend limit has room.
"""

from __future__ import annotations

from app.core.errors import SheafError
from app.core.job import Batch, JobState
from app.engine import prepare
from app.engine.bench import Bench
from app.engine.plan_rows import plan_alone
from app.store.job_file import JobFile

_WHY = "Not in Claude's reply; asked again alone."
_NOTE = "Batch {batch}: {rows} not surely answered in Claude's replies; asked again alone."


def ask_alone(bench: Bench, job_file: JobFile, batch: Batch) -> None:
    """Plan the rows of a batch anew that its replies left out; not of a job that is cancelled.

    A model that can no longer be asked leaves them as they are, to be retried by hand.
    """
    job = job_file.head()
    rows = job_file.journal.left_out(batch.number) if batch.shared else []
    if not rows or job.state is JobState.CANCELLING:
        return
    try:
        ready = prepare.filled(job, bench.catalog, job_file.files, batch.changes)
    except SheafError:
        return
    plan_alone(job_file, ready, rows, batch.changes, why=_WHY)
    said = "1 row was" if len(rows) == 1 else f"{len(rows):,} rows were"
    words = _NOTE.format(batch=batch.number, rows=said)
    job_file.doubts.note(batch.number, bench.clock(), words)
