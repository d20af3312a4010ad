"""Keeping the books of this computer: what each job cost, and how its forecast came out.

Noting is done after each batch and again whenever somebody asks for the sums, so that a kill
between two lines loses nothing. Practice and jobs of another installation are left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app.core.errors import SheafError
from app.core.history import PastBill, instructions_name
from app.core.job import Batch, BatchState, Job, JobState, Mode
from app.core.remembered import Hits, measure
from app.engine.home import installation
from app.paths import Places
from app.store.bills import Bills, Payment
from app.store.library import readable_jobs
from app.store.reader import JobReader
from app.store.usages import Used, batches_used

log = logging.getLogger(__name__)
_ENDED = (JobState.FINISHED, JobState.CANCELLED)


def keep_books(places: Places, path: Path) -> None:
    """Note what a job has cost so far; where that is not possible, the next look does it."""
    try:
        with JobReader(path) as reader:
            _keep(places, reader)
    except SheafError:
        log.exception("the books could not be kept")


def keep_all_books(places: Places) -> None:
    """Note what all jobs of the library have cost so far."""
    for reader in readable_jobs(places.jobs):
        try:
            _keep(places, reader)
        except SheafError:
            log.exception("the books could not be kept")


def _keep(places: Places, reader: JobReader) -> None:
    job = reader.head()
    is_ours = job.home.partition(":")[0] == installation(places)
    if job.mode is not Mode.REAL or not is_ours:
        return
    batches = reader.batches()
    books = Bills(places.jobs)
    books.pay([*_batches_paid(job, batches), *_trials_paid(job, reader)])
    if (bill := past_bill(reader, job, batches)) is not None:
        books.note(bill)


def bought(batches: list[Batch]) -> list[Batch]:
    """Return the batches that have ended and were bought as such: no kept answers of a trial."""
    return [batch for batch in batches if batch.state is BatchState.FINISHED and batch.remote_id]


def _batches_paid(job: Job, batches: list[Batch]) -> Iterator[Payment]:
    for batch in bought(batches):
        cost = None if batch.cost_usd is None else Decimal(batch.cost_usd)
        yield Payment(job.tag, f"batch {batch.number}", _ended_at(job, batch), cost)


def _trials_paid(job: Job, reader: JobReader) -> Iterator[Payment]:
    for tried in reader.trials.all():
        # Rows that waited for half the price were paid in jobs of their own.
        is_over = tried.outcome is not None or tried.unsure
        if tried.mode is Mode.REAL and is_over and not tried.job:
            yield Payment(job.tag, f"trial {tried.number}", tried.sent_at, tried.cost_usd)


def past_bill(reader: JobReader, job: Job, batches: list[Batch]) -> PastBill | None:
    """Return how a job's forecast came out; None before its end, or without forecast or price."""
    forecast = reader.forecasts.read()
    ended = bought(batches)
    costs = [batch.cost_usd for batch in ended]
    if forecast is None or job.state not in _ENDED or not ended or None in costs:
        return None
    rows, read, written = _used(batches_used(reader), {batch.number for batch in ended})
    return PastBill(
        job=job.tag,
        name=job.name,
        model=job.settings.model,
        ended_at=max(_ended_at(job, batch) for batch in ended),
        cost_usd=sum((Decimal(cost or 0) for cost in costs), Decimal(0)),
        rows=rows,
        read=read,
        written=written,
        forecast=forecast,
        finished=job.state is JobState.FINISHED,
        asked=instructions_name(job.settings),
        hits=hits_of(reader, job, ended),
    )


def hits_of(reader: JobReader, job: Job, batches: list[Batch]) -> Hits | None:
    """Return what these batches measured of beginnings that Claude was to remember."""
    own = {b.number for b in batches if b.changes.remembered and b.changes.model is None}
    found = [u for u in batches_used(reader) if u.batch in own] if own else []
    usages = ((used.usage, used.count) for used in found if used.usage is not None)
    return measure(usages, job.prices) if own else None


def _ended_at(job: Job, batch: Batch) -> datetime:
    return batch.ended_at or batch.sent_at or job.created_at


def _used(found: Iterator[Used], numbers: set[int]) -> tuple[int, int, int]:
    """Return how many rows of these batches were billed, and what they read and wrote."""
    rows = read = written = 0
    for used in found:
        if used.batch in numbers and used.usage is not None:
            rows += used.count
            read += used.usage.prompt * used.count
            written += used.usage.output * used.count
    return rows, read, written
