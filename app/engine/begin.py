"""Making a job ready to be sent: its first plan, or new batches of rows to ask again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import itemgetter

from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.history import Forecast
from app.core.job import RETRYABLE, Batch, BatchState, Changes, RowState
from app.core.ready_made import is_ready_made
from app.engine import plan_rows, prepare, ready_made
from app.engine.as_written import look_at_requests
from app.engine.bench import Bench
from app.engine.connection import Connection
from app.engine.home import check_home
from app.engine.load import never
from app.engine.look_into import look_into_files
from app.engine.looking import plan_without_unfit, say_left_out
from app.engine.prepare import Aside, Sorting
from app.engine.spend_limit import check_can_hold, check_price
from app.engine.tries import Tries
from app.store.job_file import JobFile

_MOST_LEFT_OUT = 20
"""So many requests the last look sets aside; further ones fail by themselves, unbilled."""


def start(
    bench: Bench,
    job_file: JobFile,
    connection: Connection,
    *,
    rows_per_batch: int | None = None,
    forecast: Forecast | None = None,
) -> None:
    """Make a draft ready to be sent: plan its batches, let the service check a row.

    The forecast is kept, to be compared with the bill.

    Raises:
        SheafError: something is not right; nothing was sent.
    """
    job = job_file.head()
    check_home(bench.places, job, job_file.path)
    if forecast is not None:
        job_file.forecasts.keep(forecast)
    if is_ready_made(job):
        _start_ready_made(bench, job_file, connection, rows_per_batch)
        return
    look_into_files(bench, job_file, never)
    ready = prepare.filled(job, bench.catalog, job_file.files)
    check_price(job.settings, ready.model)
    job_file.journal.forget_plan()
    tried = Tries(bench, job_file, connection.mode)
    sorting = plan_without_unfit(
        bench, job_file, connection.service, ready, rows_per_batch, tried.cells
    )
    if not sorting.sent and not tried.cells:
        raise _nothing_to_send(sorting)
    connection.service.ask_account()
    most = prepare.longest_request(ready), forecast.estimate.overhead if forecast else 0
    prices = ready.model.prices
    with job_file.at_once():
        job_file.begin(connection.mode, connection.account, prices, most, bench.clock())
        tried.settle()


def _nothing_to_send(sorting: Sorting) -> SheafError:
    failed = [(rows[0], why) for why, rows in sorting.aside.items() if why.state is RowState.FAILED]
    if failed:
        row, why = min(failed, key=itemgetter(0))
        return SheafError("There is no row to send.", f"Row {row:,}: {why.reason}")
    return SheafError(
        "There is no row to send.",
        "Every row is blank in the columns that the instructions name, or left out.",
        "Name a column that holds text.",
    )


def _start_ready_made(
    bench: Bench, job_file: JobFile, connection: Connection, rows_per_batch: int | None
) -> None:
    """Plan batches of requests that bring model and longest answer themselves."""
    job_file.journal.forget_plan()
    out: dict[int, Aside] = {}
    while True:
        selection = ready_made.select(job_file, bench.catalog, out)
        if not selection.sent:
            raise SheafError(
                "There is no request to send.",
                next((why.reason for why in selection.refused), ""),
                "Choose other rows, or correct the file.",
            )
        found = look_at_requests(connection.service, selection.extremes())
        if not found or len(out) >= _MOST_LEFT_OUT:
            break
        out |= found
    ready_made.make_batches(job_file, selection, rows_per_batch)
    check_can_hold(job_file)
    say_left_out(bench, job_file, out)
    connection.service.ask_account()
    most = selection.longest(), 0
    job_file.begin(connection.mode, connection.account, None, most, bench.clock())


RESULTS_KEPT = timedelta(days=29)
"""How long the service keeps a batch's results, from its creation (section 1.6)."""


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
    if is_ready_made(job):
        fetched = _fetch_again(bench, job_file, chosen)
        bought = [row for row in chosen if row not in fetched]
        planned = ready_made.plan_again(job_file, bench.catalog, bought, again.changes)
        if again.rows and not planned and not fetched:
            raise SheafError(
                "The service would refuse this request again.",
                "Nothing was sent or charged.",
                "Correct it in your file, then run it in a new job.",
            )
        return planned + len(fetched)
    ready = prepare.filled(job, bench.catalog, job_file.files, again.changes)
    changes = again.changes
    if changes.model is not None:
        check_price(job.settings, ready.model)
        changes = replace(changes, prices=ready.model.prices)
    fetched = _fetch_again(bench, job_file, chosen)
    bought = [row for row in chosen if row not in fetched]
    return plan_rows.plan_again(job_file, ready, bought, changes) + len(fetched)


def _rows(job_file: JobFile, again: Again) -> list[int]:
    """Return the rows that are meant and that may be asked again."""
    allowed = again.states or RETRYABLE
    if again.rows and not again.states and not again.causes:
        allowed = RETRYABLE | {RowState.ANSWERED}
    chosen = set(job_file.journal.settled_rows_in(allowed & (RETRYABLE | {RowState.ANSWERED})))
    if again.causes:
        chosen &= set(job_file.journal.rows_because(again.causes))
    if again.rows:
        chosen &= job_file.journal.originals(again.rows) | set(again.rows)
    return sorted(job_file.journal.originals(chosen))


def _fetch_again(bench: Bench, job_file: JobFile, rows: list[int]) -> set[int]:
    """Open the batches again whose results lacked some of these rows: fetching costs nothing.

    Only once, and only while the service keeps the results; after that the rows are bought.
    """
    wanted = set(rows)
    fetched: set[int] = set()
    for batch in job_file.journal.batches():
        lost = wanted & job_file.journal.never_came(batch.number)
        if lost and _is_kept(bench, batch):
            job_file.journal.reopen(batch.number)
            fetched |= lost
    return fetched


def _is_kept(bench: Bench, batch: Batch) -> bool:
    ended = batch.state is BatchState.FINISHED and batch.remote_id is not None
    young = batch.sent_at is not None and bench.clock() - batch.sent_at < RESULTS_KEPT
    return ended and young and not batch.reopened and batch.deleted_at is None
