"""Making a job ready to be sent: its first plan, or new batches of rows to ask again."""

from __future__ import annotations

from app.core.errors import SheafError
from app.core.job import JobState, RowState
from app.engine import prepare
from app.engine.bench import Bench
from app.engine.connection import Connection
from app.store.job_file import JobFile


def start(
    bench: Bench, job_file: JobFile, connection: Connection, *, rows_per_batch: int | None = None
) -> None:
    """Make a draft ready to be sent: plan its batches, let the service check a row.

    Raises:
        SheafError: something is not right; nothing was sent.
    """
    job = job_file.head()
    ready = prepare.filled(job, bench.catalog)
    job_file.journal.forget_plan()
    sorting = prepare.make_batches(job_file, ready, rows_per_batch)
    if not sorting.sent:
        raise SheafError(
            "There is no row to send.",
            "Every row is blank in the columns that the instructions name, or left out.",
            "Name a column that holds text.",
        )
    prepare.preflight(connection.service, ready, sorting.longest[1])
    job_file.begin(
        connection.mode, connection.account, ready.model.prices, bench.clock().isoformat()
    )


def retry(
    bench: Bench,
    job_file: JobFile,
    states: tuple[RowState, ...],
    rows: tuple[int, ...] = (),
) -> int:
    """Plan new batches of the rows in these states; return how many rows they hold.

    Every attempt is kept, and the newest good answer of a row is the one that shows.
    """
    job = job_file.head()
    ready = prepare.filled(job, bench.catalog)
    chosen = job_file.journal.rows_in(states) if states else list(rows)
    if states and rows:
        chosen = sorted(set(chosen) & set(rows))
    planned = prepare.plan_again(job_file, ready, chosen)
    if planned:
        job_file.set_state(JobState.RUNNING)
    return planned
