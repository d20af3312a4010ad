"""Before anything is sent: rows are filled in, and sorted into those to send and others."""

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
from app.core.together import check_together
from app.core.volume import judge
from app.engine.filled import Filled, filled_for
from app.engine.twins import Cells
from app.store.named_files import NamedFiles

_PAGE = 200


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
    named = set(instructions.parse(settings.instructions).columns)
    check_together(settings, files=bool(named & job.file_columns))
    remembers = bool(changes.remembered)
    return filled_for(replace(job, settings=settings), model, files, remembers=remembers)


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
    alone = judge(job.settings, job.columns, job.rows).longest_bytes + ready.writer.size("")
    return max(alone, ready.several.most_bytes if ready.several else 0)


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


NONE: Mapping[int, Row] = {}
NOTHING: Mapping[int, Aside] = {}
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
        kept: Mapping[int, Row] = NONE,
        out: Mapping[int, Aside] = NOTHING,
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
        self.together: tuple[int, ...] = ()
        """The rows of the first request that asks several."""

    def to_send(self, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, int]]:
        """Yield (row, bytes) of the rows to send, each asked alone."""
        for row, _, size in self._chosen(rows):
            self.bytes += size
            yield row, size

    def to_ask(self, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[tuple[int, ...], int]]:
        """Yield (rows, bytes) of the requests to send, several rows in one where that is wanted."""
        several = self._ready.several
        if several is None:
            yield from (((row,), size) for row, size in self.to_send(rows))
            return
        for asked, size in several.grouped(self._chosen(rows)):
            self.bytes += size
            self.together = self.together or (asked if len(asked) > 1 else ())
            yield asked, size

    def _chosen(self, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row, int]]:
        """Yield the rows to send with their cells and what each takes alone."""
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
            if most := self._ready.most_read(cells):
                self.most_read[row] = most
            self.sent += 1
            self.sent_blank += self._ready.blank(cells)
            yield row, cells, size

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
