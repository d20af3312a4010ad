"""Making a job ready to be sent: its first plan, or new batches of rows to ask again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import RETRYABLE, Changes, RowState
from app.engine import prepare
from app.engine.bench import Bench
from app.engine.connection import Connection
from app.engine.home import check_home
from app.store.job_file import JobFile


def start(
    bench: Bench, job_file: JobFile, connection: Connection, *, rows_per_batch: int | None = None
) -> None:
    """Make a draft ready to be sent: plan its batches, let the service check a row.

    Raises:
        SheafError: something is not right; nothing was sent.
    """
    job = job_file.head()
    check_home(bench.places, job, job_file.path)
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
    longest = prepare.longest_request(ready)
    prices = ready.model.prices
    job_file.begin(connection.mode, connection.account, prices, longest, bench.clock())


@dataclass(frozen=True, slots=True)
class Again:
    """Which rows to ask again: by state, by cause, or by number; and what to ask differently."""

    states: frozenset[RowState] = frozenset()
    causes: frozenset[Cause] = frozenset()
    rows: tuple[int, ...] = ()
    changes: Changes = field(default_factory=Changes)


def retry(bench: Bench, job_file: JobFile, again: Again) -> int:
    """Plan new batches of rows that were sent before; return how many rows they hold.

    Every attempt is kept, and the newest good answer of a row is the one that shows. A row that
    waits or is on its way is never planned a second time.

    Raises:
        SheafError: the job was never sent, or the changed settings could not be run.
    """
    job = job_file.head()
    if job.started_at is None:
        raise SheafError("This job has not been sent yet.", fix="Submit it first.")
    check_home(bench.places, job, job_file.path)
    chosen = _rows(job_file, again)
    ready = prepare.filled(job, bench.catalog, again.changes)
    changes = again.changes
    if changes.model is not None:
        changes = replace(changes, prices=ready.model.prices)
    return prepare.plan_again(job_file, ready, chosen, changes)


def _rows(job_file: JobFile, again: Again) -> list[int]:
    """Return the rows that are meant and that may be asked again."""
    allowed = again.states or RETRYABLE
    if again.rows and not again.states and not again.causes:
        allowed = RETRYABLE | {RowState.ANSWERED}
    chosen = set(job_file.journal.rows_in(allowed & (RETRYABLE | {RowState.ANSWERED})))
    if again.causes:
        chosen &= set(job_file.journal.rows_because(again.causes))
    if again.rows:
        chosen &= set(again.rows)
    return sorted(chosen)
