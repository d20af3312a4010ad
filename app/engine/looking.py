"""The service looks at the largest rows before anything is bought; what it finds unfit stays out.

It checks params only once a whole batch has ended, so that one wrong setting would fail every row.
All requests of a table have the same params but for their text and files: a refusal of a small
row as well is about the settings, and stops; a refusal of large rows alone is about these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.claude.service import Service
from app.claude.translate import NOTHING_CHARGED, ServiceError
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import RowState
from app.core.table import Row
from app.engine.bench import Bench
from app.engine.events import Noticed
from app.engine.filled import Filled
from app.engine.plan_rows import make_batches
from app.engine.prepare import Aside, Sorting, unfit
from app.engine.several_rows import Rows
from app.store.job_file import JobFile

_MOST_ROUNDS = 4
"""So often a plan is made anew without unfit rows; further ones fail by themselves, unbilled."""
_ABOUT_ONE = frozenset({400, 413, 422})


def plan_without_unfit(
    bench: Bench,
    job_file: JobFile,
    service: Service,
    ready: Filled,
    usual: int | None,
    kept: Mapping[int, Row],
) -> Sorting:
    """Write the plan of a job, with every row aside that could not be sent or would be refused.

    Raises:
        SheafError: the service takes none of the rows as they are asked.
    """
    out: dict[int, Aside] = {}
    sorting = make_batches(job_file, ready, usual, kept, out)
    look = _Look(service, ready, job_file.row_cells)
    for _ in range(_MOST_ROUNDS):
        found = look.at(sorting.largest, sorting.smallest) if sorting.sent else {}
        if not found:
            break
        out |= found
        job_file.journal.forget_plan()
        sorting = make_batches(job_file, ready, usual, kept, out)
    _look_at_several(service, ready, [(row, job_file.row_cells(row)) for row in sorting.together])
    say_left_out(bench, job_file, out)
    return sorting


def _look_at_several(service: Service, ready: Filled, rows: Rows) -> None:
    """Let the service check the first request that asks several rows, where there is one.

    Raises:
        SheafError: it is refused, as all others would be.
    """
    if rows and ready.several is not None:
        try:
            service.count(ready.several.params(rows))
        except ServiceError as error:
            raise unfit(error) from error


def say_left_out(bench: Bench, job_file: JobFile, out: Mapping[int, Aside]) -> None:
    """Name rows that only the last look has found unfit."""
    if not out:
        return
    row, why = next(iter(out.items()))
    said = f"Row {row:,} is not sent" if len(out) == 1 else f"{len(out):,} rows are not sent"
    first = "" if len(out) == 1 else f"Row {row:,}: "
    bench.publish(Noticed(str(job_file.path), f"{said}; the others are. {first}{why.reason}"))


def is_about_one(error: ServiceError) -> bool:
    """Say whether a refusal may be about what one request holds."""
    return not error.passing and error.status in _ABOUT_ONE


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at rows of one job, by their numbers."""

    service: Service
    ready: Filled
    cells: Callable[[int], Row]

    def at(self, largest: Iterable[int], smallest: int) -> dict[int, Aside]:
        """Return those of the largest rows that are unfit, up to the first that fits.

        Raises:
            SheafError: the smallest row is refused as well.
        """
        found: dict[int, Aside] = {}
        for row in largest:
            try:
                why = self._file_trouble(row) or self._length_trouble(row)
            except ServiceError as error:
                if not is_about_one(error) or row == smallest:
                    raise unfit(error) from error
                why = _refused(error)
            if why is None:
                break
            if not found and why.cause is not Cause.FILE:
                self._check_smallest(smallest)
            found[row] = why
        return found

    def _check_smallest(self, row: int) -> None:
        if self._file_trouble(row):
            return
        try:
            why = self._length_trouble(row)
        except ServiceError as error:
            raise unfit(error) from error
        if why is not None:
            raise SheafError(f"No row can be sent. {why.reason}", "Nothing was sent or charged.")

    def _file_trouble(self, row: int) -> Aside | None:
        """Return why the files of a row cannot be read any more."""
        try:
            self.ready.content(self.cells(row))
        except SheafError as error:
            return Aside(RowState.FAILED, error.sentence, Cause.FILE)
        return None

    def _length_trouble(self, row: int) -> Aside | None:
        """Return why a row is too long for the model, by the service's own count."""
        tokens = self.service.count(self.ready.params(self.cells(row)))
        model, room = self.ready.model, self.ready.model.max_input_tokens
        if tokens + self.ready.job.settings.max_tokens <= room:
            return None
        reason = (
            f"It has about {tokens:,} tokens, too many for {model.name}: with the longest answer "
            f"it may have {room:,}. Shorten it, or choose a model that reads more."
        )
        return Aside(RowState.FAILED, reason, Cause.TOO_LARGE)


def _refused(error: ServiceError) -> Aside:
    reason = f"The service does not take this row. {in_its_words(error)}"
    return Aside(RowState.FAILED, reason, Cause.REFUSED)


def in_its_words(error: ServiceError) -> str:
    """Return what the service said, without the comfort that stands before it."""
    return (error.why or error.what).removeprefix(f"{NOTHING_CHARGED} ")
