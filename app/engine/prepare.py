"""Before anything is sent: rows are filled in, set aside or put into batches; one is checked."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.claude.requests import check_longest_answer
from app.claude.translate import ServiceError
from app.core import instructions, plan
from app.core.answers import check_columns
from app.core.catalog import Catalog, Model
from app.core.causes import Cause
from app.core.errors import Halt, SheafError, Standing
from app.core.job import Changes, Job, JobSettings, Rows, RowState
from app.core.parts import FileProblem
from app.core.row_sizes import fingerprint
from app.core.table import Row
from app.core.volume import judge
from app.engine.filled import Filled, filled_for
from app.engine.twins import Cells, cells_of
from app.store.job_file import JobFile
from app.store.named_files import NamedFiles

_PAGE = 200
FEWEST_AGAIN = 100
"""Rows that ran out of time are asked again in smaller batches, but in none smaller than this."""


def check_settings(settings: JobSettings, columns: tuple[str, ...], catalog: Catalog) -> Model:
    """Refuse settings that could not be run; return the model.

    Raises:
        SheafError: instructions, answer columns, model or longest answer are not right.
    """
    instructions.check(instructions.parse(settings.instructions), columns)
    check_columns(settings.answers)
    model = catalog.need(settings.model)
    check_longest_answer(settings.max_tokens, model)
    if not model.batches:
        raise SheafError(
            f"{model.name} cannot be used in batches.", fix=f"Use {catalog.suggested().name}."
        )
    return model


def filled(
    job: Job,
    catalog: Catalog,
    files: NamedFiles,
    changes: Changes = Changes(),  # noqa: B008 frozen
) -> Filled:
    """Return what turns this job's rows into requests, with what a retry asks differently.

    Raises:
        SheafError: the settings could not be run.
    """
    settings = replace(
        job.settings,
        model=changes.model or job.settings.model,
        max_tokens=changes.max_tokens or job.settings.max_tokens,
    )
    model = check_settings(settings, job.column_names, catalog)
    return filled_for(replace(job, settings=settings), model, files)


Pages = Callable[[int], list[tuple[int, Row]]]
"""Returns the source rows after a number, a page at a time; none at the end."""


def pages_of(rows_from: Callable[[int, int], list[tuple[int, Row]]]) -> Pages:
    """Return the pages of a reader or a view, which give a number of rows from one row on."""
    return lambda after: rows_from(after + 1, _PAGE)


def each_row(pages: Pages) -> Iterator[tuple[int, Row]]:
    """Yield all source rows in order, fetched in pages."""
    last = 0
    while page := pages(last):
        yield from page
        last = page[-1][0]


def longest_request(ready: Filled) -> int:
    """Return how many bytes any request of the job has at most, judged from its columns.

    0 where rows lead to files: then each batch counts as if all of it were one request.
    """
    job = ready.job
    if job.file_columns:
        return 0
    return judge(job.settings, job.columns, job.rows).longest_bytes + ready.writer.size("")


@dataclass(frozen=True, slots=True)
class Aside:
    """Why a row is not sent: the state that it gets, the reason in words, and its cause."""

    state: RowState
    reason: str
    cause: Cause = Cause.NONE


BLANK = Aside(RowState.SKIPPED, "Blank: there is nothing to read in this row.")
NOT_CHOSEN = Aside(RowState.SKIPPED, "Not among the rows chosen to run.")
TOO_LARGE = Aside(
    RowState.FAILED,
    "This row is larger than the service takes for one request (32 MB). Shorten it to have it "
    "answered.",
    Cause.TOO_LARGE,
)


def chosen_test(rows: Rows) -> Callable[[int], bool]:
    """Return a test for the rows that are chosen to run, by number."""
    picked, first = frozenset(rows.picked), rows.first
    return lambda row: (first is None or row <= first) and (not picked or row in picked)


_NONE: Mapping[int, Row] = {}
_NOTHING: Mapping[int, Aside] = {}
_MOST_LARGEST = 20
"""So many of the largest rows are remembered, to be looked at before the job is bought."""


class Sorting:
    """Sorts rows into those to send, with their sizes, and those to set aside, with the reason.

    `cells` tells which rows ask the same, so that only the first of them is sent; None sends all.
    `kept` are rows that have their answers from a trial, `out` such as are known to be unfit.
    """

    def __init__(
        self,
        ready: Filled,
        cells: Cells | None = None,
        kept: Mapping[int, Row] = _NONE,
        out: Mapping[int, Aside] = _NOTHING,
    ) -> None:
        self._ready = ready
        self._cells = cells
        self._kept = kept
        self._out = out
        self._is_chosen = chosen_test(ready.job.settings.rows)
        self._first = {fingerprint(cells(row)): n for n, row in kept.items()} if cells else {}
        self.twins: list[tuple[int, int]] = []
        """Rows that ask the same as an earlier one, each with that one."""
        self.aside: dict[Aside, list[int]] = {}
        self._largest: list[tuple[int, int]] = []
        self._smallest = (0, 0)
        self.bytes = 0
        self.most_read: dict[int, int] = {}
        """The tokens that rows with files read at most."""
        self.sent = 0
        self.sent_blank = 0

    def to_send(self, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, int]]:
        """Yield (row, bytes) of the rows to send."""
        for row, cells in rows:
            if row in self._kept:
                continue
            size = self._ready.size(cells)
            if reason := self._reason(row, cells, size):
                self.aside.setdefault(reason, []).append(row)
                continue
            if (original := self._original(row, cells)) != row:
                self.twins.append((row, original))
                continue
            self._note_size(size, row)
            self.bytes += size
            if most := self._ready.most_read(cells):
                self.most_read[row] = most
            self.sent += 1
            self.sent_blank += self._ready.blank(cells)
            yield row, size

    def _note_size(self, size: int, row: int) -> None:
        if len(self._largest) < _MOST_LARGEST:
            heapq.heappush(self._largest, (size, -row))
        elif size > self._largest[0][0]:
            heapq.heapreplace(self._largest, (size, -row))
        if not self.sent or size < self._smallest[0]:
            self._smallest = (size, row)

    @property
    def largest(self) -> list[int]:
        """The rows with the largest requests, the largest first."""
        return [-row for _, row in sorted(self._largest, reverse=True)]

    @property
    def smallest(self) -> int:
        """The row with the smallest request."""
        return self._smallest[1]

    def most_of(self, parcels: Sequence[plan.Parcel]) -> list[int]:
        """Return how many tokens batches read at most; nothing where their bytes tell."""
        if not self.most_read:
            return []
        return [sum(self.most_read[row] for row in parcel.rows) for parcel in parcels]

    def _original(self, row: int, cells: Row) -> int:
        """Return the first row that asks the same: the row itself, where twins are not spared."""
        if self._cells is None:
            return row
        return self._first.setdefault(fingerprint(self._cells(cells)), row)

    def _reason(self, row: int, cells: Row, size: int) -> Aside | None:
        if not self._is_chosen(row):
            return NOT_CHOSEN
        if row in self._out:
            return self._out[row]
        if self._ready.is_empty(cells) or (
            self._ready.job.settings.skip_blank and self._ready.blank(cells)
        ):
            return BLANK
        if problem := self._ready.problem(cells):
            return Aside(RowState.FAILED, in_one(problem), Cause.FILE)
        return TOO_LARGE if size > plan.MOST_REQUEST_BYTES else None


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
    kept: Mapping[int, Row] = _NONE,
    out: Mapping[int, Aside] = _NOTHING,
) -> Sorting:
    """Write the plan of a job into its journal: every row in a batch, kept or set aside.

    A plan that a kill cut short is made anew: batches hold only rows in no other unsent batch.
    """
    sorting = Sorting(ready, twins_test(ready.job, job_file.files), kept, out)
    waiting = frozenset(job_file.journal.unplanned())
    rows = (pair for pair in each_row(job_file.source_rows) if pair[0] in waiting)
    most = most_rows(ready.job.settings, wanted_rows, len(waiting))
    sizes = sorting.to_send(rows)
    parcels = list(plan.split(sizes, most, plan.USUAL_BYTES))
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


def in_one(problem: FileProblem) -> str:
    """Return a file's problem in one line."""
    return " ".join(part for part in (problem.what, problem.why, problem.fix) if part)


def unfit(
    error: ServiceError, refused: str = "The service does not take these settings."
) -> SheafError:
    """Say that nothing has begun yet: settings are to be changed, or it is to be tried again."""
    if error.passing:
        return SheafError(
            error.what,
            "Nothing was sent or charged.",
            "Check the internet connection, then submit again.",
            standing=Standing.NEEDS_PERSON,
        )
    if error.status in (400, 404, 413, 422) and error.halt in (Halt.REFUSED, Halt.ACCOUNT):
        return SheafError(refused, error.why, error.fix)
    return error
