"""The rows to send become batches in the journal: for the first time, again, or each alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.core import plan
from app.core.job import Changes, Job, JobSettings
from app.core.table import Row
from app.engine.filled import Filled
from app.engine.prepare import NONE, NOTHING, Aside, Sorting, each_row
from app.engine.twins import Cells, cells_of
from app.store.job_file import JobFile
from app.store.named_files import NamedFiles

FEWEST_AGAIN = 100
"""Rows that ran out of time are asked again in smaller batches, but in none smaller than this."""


def twins_test(job: Job, files: NamedFiles) -> Cells | None:
    """Return what tells which rows ask the same; None where each is to be asked for itself."""
    return cells_of(job, files) if job.settings.twins else None


def most_rows(settings: JobSettings, usual: int | None, rows: int) -> int:
    """Return how many rows a batch may hold: the job's wish, the person's, or sized for people."""
    return min(settings.batch_rows or usual or plan.rows_per_batch(rows), plan.MOST_ROWS)


def make_batches(
    job_file: JobFile,
    ready: Filled,
    wanted_rows: int | None,
    kept: Mapping[int, Row] = NONE,
    out: Mapping[int, Aside] = NOTHING,
) -> Sorting:
    """Write the plan of a job into its journal: every row in a batch, kept or set aside.

    A plan that a kill cut short is made anew: batches hold only rows in no other unsent batch.
    """
    sorting = Sorting(ready, twins_test(ready.job, job_file.files), kept, out)
    waiting = frozenset(job_file.journal.unplanned())
    rows = (pair for pair in each_row(job_file.source_rows) if pair[0] in waiting)
    most = most_rows(ready.job.settings, wanted_rows, len(waiting))
    parcels = list(plan.split_requests(sorting.to_ask(rows), most, plan.USUAL_BYTES))
    for why, aside in sorting.aside.items():
        job_file.journal.set_aside(aside, why.state, why.reason, why.cause)
    job_file.journal.plan(parcels, most_read=sorting.most_of(parcels), twins=sorting.twins)
    return sorting


def most_again(job_file: JobFile, settings: JobSettings, rows: Sequence[int]) -> int:
    """Return how many rows a batch may hold that asks rows again.

    Rows that ran out of time are asked in batches half as large: what did not get through in a
    day is not tried in the same way once more.
    """
    sizes = job_file.journal.sizes_that_expired(rows)
    smaller = max(FEWEST_AGAIN, max(sizes) // 2) if sizes else plan.MOST_ROWS
    return min(most_rows(settings, None, len(rows)), smaller)


def plan_again(job_file: JobFile, ready: Filled, rows: list[int], changes: Changes) -> int:
    """Write new batches of rows that were sent before; return how many rows they hold."""
    wanted = frozenset(rows)
    sorting = Sorting(ready)
    sizes = sorting.to_send(pair for pair in each_row(job_file.source_rows) if pair[0] in wanted)
    most = most_again(job_file, ready.job.settings, rows)
    parcels = list(plan.split(sizes, most, plan.USUAL_BYTES))
    most_read = sorting.most_of(parcels)
    job_file.journal.plan(parcels, is_retry=True, changes=changes, most_read=most_read)
    return sorting.sent


def plan_alone(
    job_file: JobFile, ready: Filled, rows: Sequence[int], changes: Changes, *, why: str = ""
) -> None:
    """Write new batches of these rows of a job at work, each asked alone.

    `why` says for what they are asked again, where they were sent before.
    """
    changes = replace(changes, least_read=None, least_rows=1)  # those were of rows together
    sizes = ((row, ready.size(job_file.row_cells(row))) for row in rows)
    most = most_rows(ready.job.settings, None, len(rows))
    parcels = list(plan.split(sizes, most, plan.USUAL_BYTES))
    job_file.journal.plan(parcels, is_retry=bool(why), goes_on=True, changes=changes, why=why)
