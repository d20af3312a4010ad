"""Writing a job's output table: rows and outcomes merged in the original order, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.cost import PriceList, price_of
from app.core.errors import SheafError
from app.core.job import Job, Mode, Outcome, RowState
from app.core.merge import Layout, lay_out, merge_row
from app.core.table import Row
from app.engine.bench import Publish
from app.engine.events import Progress
from app.engine.replies import Exported
from app.files.csv_file import CsvStyle, write_csv
from app.files.target import check_target
from app.store.reader import JobReader, ResultRow

BLOCK = 2000
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class Choices:
    """How to write: which rows (none named: all), usage columns, and the form of the CSV.

    `delimiter` None is what the file's ending says: a tab in a .tsv, else a comma.
    """

    states: frozenset[RowState] = frozenset()
    with_usage: bool = False
    delimiter: str | None = None
    bom: bool = True
    newline: str = "\r\n"


def usual_name(job: str, mode: Mode) -> str:
    """Return the file name that an export of a job gets if nobody chooses one.

    It is one name for every system, whatever the job is called, and practice is marked in it.
    """
    name = " ".join(_NOT_IN_NAMES.sub(" ", job).split()).strip(". ")[:120] or "Sheaf"
    marked = "-practice" if mode is Mode.PRACTICE else ""
    return f"{name}{marked}-answers.csv"


def export(job_path: Path, target: Path, choices: Choices, publish: Publish) -> Exported:
    """Write the output table to `target`, complete or not at all.

    Raises:
        SheafError: the target is the source, is not a CSV, or cannot be written.
    """
    check_ending(target)
    with JobReader(job_path) as reader:
        job = reader.head()
        layout = lay_out(
            job.column_names, job.settings.answers, job.mode, with_usage=choices.with_usage
        )
        written = write_csv(
            target,
            layout.header,
            _blocks(reader, job, layout, choices, publish),
            style=CsvStyle(
                _delimiter(choices, target),
                choices.bom,
                choices.newline,
                guard_from=layout.source_width,
            ),
            never_over=(Path(job.source.path), job_path),
        )
    return Exported(str(target), written.rows, written.guarded)


def _delimiter(choices: Choices, target: Path) -> str:
    usual = "\t" if target.suffix.lower() == ".tsv" else ","
    return choices.delimiter or usual


def check_ending(target: Path) -> None:
    """Refuse what Sheaf does not write yet.

    Raises:
        SheafError: the ending is not one of CSV.
    """
    if target.suffix.lower() not in (".csv", ".tsv", ".txt"):
        raise SheafError(
            f'"{target.name}" does not end in .csv.',
            "This Sheaf writes CSV, which every spreadsheet program opens.",
            f'Call it "{target.stem}.csv".',
        )


def check_export(target: Path, *kept: Path) -> None:
    """Refuse a target before anything is sent, when it could not be written afterwards.

    Raises:
        SheafError: the folder is missing or cannot be written, or the target is one of the
            files that are to be kept: the source, the job, and what else was read.
    """
    check_ending(target)
    check_target(target, kept)


def _blocks(
    reader: JobReader, job: Job, layout: Layout, choices: Choices, publish: Publish
) -> Iterator[list[Row]]:
    prices = {batch.number: batch.prices(job) for batch in reader.batches()}
    for first in range(1, job.rows + 1, BLOCK):
        results = reader.results(first, BLOCK)
        yield [
            _merge(layout, result, prices)
            for result in results
            if not choices.states or result.state in choices.states
        ]
        done = min(first + BLOCK - 1, job.rows)
        publish(Progress(str(reader.path), "exporting", done, job.rows))


def _merge(layout: Layout, result: ResultRow, prices: Mapping[int, PriceList | None]) -> Row:
    return merge_row(
        layout,
        result.cells,
        result.state,
        result.reason,
        result.outcome,
        _cost(result.outcome, prices.get(result.batch or 0)) if layout.with_usage else "",
    )


def _cost(outcome: Outcome | None, prices: PriceList | None) -> str:
    if outcome is None or outcome.usage is None or prices is None:
        return ""
    return format(price_of(outcome.usage, prices).normalize(), "f")
