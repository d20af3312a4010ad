"""Writing a job's output table: rows and outcomes merged in the original order, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from app.core.cost import PriceList, Usage, price_of
from app.core.errors import SheafError
from app.core.job import Job, Mode, RowState
from app.core.merge import Layout, lay_out, merge_row
from app.core.table import Row
from app.engine.bench import Publish
from app.engine.events import Progress
from app.engine.export_columns import shape
from app.engine.job_facts import Fact, job_facts
from app.engine.overwriting import check_free, check_place
from app.engine.replies import Exported
from app.engine.verbs import Export
from app.files.csv_file import CsvStyle
from app.files.target import check_target
from app.files.writers import Form, Manner, form_of, separator_for, write_table
from app.store.exports import ExportBook
from app.store.reader import JobReader, ResultRow

BLOCK = 2000
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class Choices:
    """How to write: which rows (none named: all), which columns (none named: all), in which form.

    `form` None is what the file's ending says; `delimiter` None is what is usual on this computer,
    or a tab in a .tsv; `raw_cells` leaves cells that a spreadsheet program would run as they are.
    `codes` writes labels as their numbers, `one_per_label` several labels as columns of 0 and 1.
    `overwrite` says that a file in the place of the export may go, whatever it is.
    """

    states: frozenset[RowState] = frozenset()
    with_usage: bool = False
    delimiter: str | None = None
    bom: bool = True
    newline: str = "\r\n"
    form: Form | None = None
    raw_cells: bool = False
    columns: tuple[str, ...] = ()
    codes: bool = False
    one_per_label: bool = False
    overwrite: bool = False


def choices_of(verb: Export) -> Choices:
    """Return what the window chose.

    Raises:
        SheafError: there is no form of the name.
    """
    return Choices(
        states=frozenset(verb.states),
        with_usage=verb.with_usage,
        delimiter=verb.delimiter,
        bom=verb.bom,
        newline=verb.newline,
        form=named_form(verb.form),
        raw_cells=verb.raw_cells,
        columns=verb.columns,
        codes=verb.codes,
        one_per_label=verb.one_per_label,
        overwrite=verb.overwrite,
    )


def named_form(name: str) -> Form | None:
    """Return the form of this name, None for no name.

    Raises:
        SheafError: there is no such form.
    """
    try:
        return Form(name.lower()) if name else None
    except ValueError as error:
        forms = ", ".join(Form)
        raise SheafError(
            f'Sheaf does not write "{name}".', fix=f"Choose one of these: {forms}."
        ) from error


def usual_name(job: str, mode: Mode, form: Form = Form.CSV) -> str:
    """Return the file name that an export of a job gets if nobody chooses one.

    It is one name for every system, whatever the job is called, and practice is marked in it.
    """
    name = " ".join(_NOT_IN_NAMES.sub(" ", job).split()).strip(". ")[:120] or "Sheaf"
    marked = "-practice" if mode is Mode.PRACTICE else ""
    return f"{name}{marked}-answers.{form.value}"


def export(
    job_path: Path,
    target: Path,
    choices: Choices,
    publish: Publish,
    book: ExportBook | None = None,
) -> Exported:
    """Write the output table to `target`, complete or not at all; all of it as of one moment.

    `book` knows earlier exports, which may be replaced unasked.

    Raises:
        SheafError: the target is a source, is there already, is of no form that Sheaf writes, or
            cannot be written.
    """
    form = choices.form or form_of(target)
    with JobReader(job_path) as reader, reader.at_one_moment():
        check_place(reader, target, book, overwrite=choices.overwrite)
        job = reader.head()
        layout = lay_out(
            job.column_names, job.settings.answers, job.mode, with_usage=choices.with_usage
        )
        made = shape(
            job,
            layout,
            chosen=choices.columns,
            codes=choices.codes,
            one_per_label=choices.one_per_label,
            lists=form is Form.JSON_LINES,
        )
        rows = _Rows(reader, job, layout, choices, publish, passes=2 if form is Form.EXCEL else 1)
        written = write_table(
            target,
            made.columns,
            lambda: ([made.row(row) for row in block] for block in rows.blocks()),
            Manner(
                form,
                CsvStyle(
                    choices.delimiter or separator_for(target),
                    choices.bom,
                    choices.newline,
                    choices.raw_cells,
                ),
                job.created_at,
                _facts(reader, job) if form is Form.EXCEL else (),
            ),
            (Path(job.source.path), job_path),
            book.announcing(target, job.tag) if book is not None else None,
        )
    return Exported(
        str(target),
        written.rows,
        written.guarded,
        written.removed,
        written.continued,
        rebroken=written.rebroken,
    )


def _facts(reader: JobReader, job: Job) -> list[Fact]:
    forecast = reader.forecasts.read()
    found = forecast.estimate if forecast else None
    return job_facts(job, reader.batches(), reader.counts(), found)


def free_name(target: Path) -> Path:
    """Return this path, or one like it with a number, where no file is."""
    free, number = target, 1
    while free.exists():
        number += 1
        free = target.with_stem(f"{target.stem} {number}")
    return free


def check_export(
    target: Path, *kept: Path, form: Form | None = None, overwrite: bool = False
) -> None:
    """Refuse a target before anything is read or sent, when it could not be written afterwards.

    Raises:
        SheafError: the folder is missing or cannot be written, the name says no form that Sheaf
            writes, there is such a file, or it is one of those to be kept: source, job, what else
            was read.
    """
    if form is None:
        form_of(target)
    check_target(target, kept)
    check_free(target, overwrite=overwrite)


def check_export_of(job_path: Path, target: Path, choices: Choices, book: ExportBook) -> None:
    """Refuse a target for the export of a job that is there, before anything is sent.

    Raises:
        SheafError: as in `export`.
    """
    if choices.form is None:
        form_of(target)
    with JobReader(job_path) as reader:
        check_target(target, (job_path, Path(reader.head().source.path)))
        check_place(reader, target, book, overwrite=choices.overwrite)


class _Rows:
    """The rows of the output table, gone through once or several times."""

    def __init__(
        self,
        reader: JobReader,
        job: Job,
        layout: Layout,
        choices: Choices,
        publish: Publish,
        *,
        passes: int,
    ) -> None:
        self._reader = reader
        self._job = job
        self._layout = layout
        self._states = choices.states
        self._publish = publish
        self._passes = passes
        self._passed = 0
        self._prices = {batch.number: batch.prices(job) for batch in reader.batches()}

    def blocks(self) -> Iterator[list[Row]]:
        """Yield the rows in blocks, from the first."""
        rows = self._job.rows
        for first in range(1, rows + 1, BLOCK):
            used = self._reader.used(first, BLOCK) if self._layout.with_usage else {}
            yield [
                _merge(self._layout, result, _cost(used.get(result.row, ()), self._prices))
                for result in self._reader.results(first, BLOCK)
                if not self._states or result.state in self._states
            ]
            done = self._passed * rows + min(first + BLOCK - 1, rows)
            path = str(self._reader.path)
            self._publish(Progress(path, "exporting", done // self._passes, rows))
        self._passed += 1


def _merge(layout: Layout, result: ResultRow, cost: str) -> Row:
    return merge_row(layout, result.cells, result.state, result.reason, result.outcome, cost)


def _cost(used: Sequence[tuple[int, Usage]], prices: Mapping[int, PriceList | None]) -> str:
    """Return what all attempts of a row cost; blank for none, and where a price is not known."""
    cost = Decimal(0)
    for batch, usage in used:
        if (known := prices.get(batch)) is None:
            return ""
        cost += price_of(usage, known)
    return format(cost.normalize(), "f") if used else ""
