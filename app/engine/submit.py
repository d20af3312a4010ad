"""Sending one batch, so that its rows are bought at most once.

The journal says `sending` before the first byte leaves, and the create call is made once, with
no retries. A definite refusal puts the batch back; everything else leaves it in doubt, and
reconcile looks it up before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.claude.service import RemoteBatch, Service
from app.claude.spool import Spool, spool_path, write_spool
from app.claude.translate import ServiceError, Verdict
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import UNSENT, Batch, BatchState, Mode
from app.engine.as_written import AsWritten
from app.engine.bench import Bench
from app.engine.dividing import keep_first, need_several
from app.engine.events import Progress
from app.engine.filled import Filled
from app.engine.plan_rows import plan_alone
from app.engine.prepare import TOO_LARGE
from app.engine.several_rows import Rows, requests_in
from app.store.job_file import JobFile
from app.store.sent_register import SentRegister
from app.store.size_registry import SizeRegistry

_TOO_LARGE_TOGETHER = "Too large for one request; its rows are asked alone."
_INTERRUPTED = "Sheaf was stopped while this batch was being sent."


def next_unsent(job_file: JobFile) -> Batch | None:
    """Return the next batch to send: batches go in order, none jumps the queue."""
    return next((b for b in job_file.journal.batches() if b.state in UNSENT), None)


def send(
    bench: Bench, job_file: JobFile, service: Service, ready: Filled | AsWritten, batch: Batch
) -> None:
    """Send one batch.

    Raises:
        ServiceError: refused, to be tried later, or in doubt; the journal says which already.
    """
    journal = job_file.journal
    path = str(job_file.path)
    # Without the service's time a batch whose reply is lost could be looked for at another day.
    clock_offset = service.ask_time()
    batch, spool = _written(bench, job_file, ready, batch)
    if not batch.rows:
        spool.delete()
        return
    try:
        journal.mark_sending(batch.number, bench.clock(), spool.size, clock_offset)
        bench.publish(Progress(path, "sending", batch.number, len(journal.batches()), "batches"))
        try:
            created = _believed(service.create(spool), batch, journal.known_ids())
            journal.mark_sent(batch.number, created.id, bench.clock(), created.expires_at)
            _note_account(job_file, service)
            SentRegister(bench.places.settings).note(job_file.head().tag, created.id)
            SizeRegistry(bench.places.jobs).release(job_file.path, batch.number)
        except ServiceError as error:
            _note_refusal(bench, job_file, ready, batch.number, error)
            raise
        except KeyboardInterrupt:
            _note_interrupt(bench, job_file, batch.number)
            raise
    finally:
        spool.delete()


def _note_account(job_file: JobFile, service: Service) -> None:
    """Learn whose batches these are from the reply to a create, where nothing has said it yet."""
    job = job_file.head()
    if job.mode is Mode.REAL and not job.account.organization and service.account.organization:
        job_file.note_account(service.account)


def _believed(created: RemoteBatch, batch: Batch, known: set[str]) -> RemoteBatch:
    """Refuse a reply that is to another call, as from a proxy that repeats an old one."""
    if created.id not in known and created.requests in (0, batch.requests):
        return created
    raise ServiceError(
        "The service's answer was about another batch.",
        "A proxy of this network may have repeated an old answer.",
        "Sheaf looks up what became of it.",
        verdict=Verdict.UNSURE,
    )


def _written(
    bench: Bench, job_file: JobFile, ready: Filled | AsWritten, batch: Batch
) -> tuple[Batch, Spool]:
    """Write a batch's requests beside the job file.

    Files are read only now, and one that was changed or is gone makes its row fail: that row
    leaves the batch, which is written anew until every row of it could be read.
    """
    path = spool_path(job_file.path, batch.number)
    while True:
        batch = _with_a_size_of_its_own(bench, job_file, ready, batch)
        broken: dict[int, SheafError] = {}
        spool = write_spool(path, _requests(job_file, ready, batch.number, broken))
        if not broken:
            return batch, spool
        reasons = {row: str(error) for row, error in broken.items()}
        SizeRegistry(bench.places.jobs).release(job_file.path, batch.number)
        job_file.journal.take_out(batch.number, reasons, Cause.FILE)
        batch = job_file.journal.batch(batch.number)
        if not batch.rows:
            return batch, spool


def _requests(
    job_file: JobFile, ready: Filled | AsWritten, number: int, broken: dict[int, SheafError]
) -> Iterator[bytes]:
    """Yield the requests of a batch; rows whose files cannot be read go into `broken`."""
    for rows in requests_in(job_file, number):
        try:
            line = _line(ready, number, rows)
        except SheafError as error:
            broken |= {row: error for row, _ in rows}
        else:
            yield line


def _line(ready: Filled | AsWritten, number: int, rows: Rows) -> bytes:
    if len(rows) == 1:
        return ready.line(number, *rows[0])
    return need_several(ready).line(number, rows)


def _with_a_size_of_its_own(
    bench: Bench, job_file: JobFile, ready: Filled | AsWritten, batch: Batch
) -> Batch:
    """Make sure that no other batch on its way has as many requests, one less if need be.

    Until a batch's results are there, its size is all that tells it from others in the list.
    """
    registry = SizeRegistry(bench.places.jobs)
    while not registry.claim(job_file.path, batch.number, batch.requests):
        if batch.requests < 2:
            raise ServiceError(
                "Another batch of one request is on its way.",
                "Sheaf waits until it is known, so that the two cannot be mixed up.",
                verdict=Verdict.LATER,
            )
        keep_first(job_file, ready, batch.number, batch.requests - 1)
        batch = job_file.journal.batch(batch.number)
    return batch


def _note_refusal(
    bench: Bench,
    job_file: JobFile,
    ready: Filled | AsWritten,
    number: int,
    error: ServiceError,
) -> None:
    journal = job_file.journal
    if error.verdict is Verdict.UNSURE:
        journal.mark_unsure(number, error.what, bench.clock())
        return
    SizeRegistry(bench.places.jobs).release(job_file.path, number)
    if error.verdict is Verdict.REFUSED:
        journal.mark_paused(number, error.what)
        return
    journal.mark_planned(number)
    if error.verdict is Verdict.SPLIT:
        cut_in_two(job_file, ready, number)


def cut_in_two(job_file: JobFile, ready: Filled | AsWritten, number: int) -> None:
    """Cut a batch that certainly was not created: too large is no reason for its rows to fail.

    A single request of several rows is given up, and each of them is asked alone.
    """
    journal = job_file.journal
    batch = journal.batch(number)
    if batch.requests > 1:
        keep_first(job_file, ready, number, batch.requests // 2)
    elif batch.shared and isinstance(ready, Filled):
        with job_file.at_once():
            journal.give_up(number, _TOO_LARGE_TOGETHER)
            plan_alone(job_file, ready, journal.rows_of(number), batch.changes)
    else:
        journal.refuse(number, TOO_LARGE.reason)


def _note_interrupt(bench: Bench, job_file: JobFile, number: int) -> None:
    """Put a batch in doubt that a second Ctrl-C caught between its leaving and its id."""
    if job_file.journal.batch(number).state is BatchState.SENDING:
        job_file.journal.mark_unsure(number, _INTERRUPTED, bench.clock())
