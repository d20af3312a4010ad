"""Looking into the files that a spreadsheet's cells name, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.core.parts import FileFacts, FileKind, FileProblem
from app.core.table import Kind
from app.engine.attached import base_of
from app.engine.bench import Bench
from app.engine.events import Progress
from app.store.job_file import JobFile

if TYPE_CHECKING:
    from app.files.cell_files import CellFiles

_AT_ONCE = 20
_NOWHERE = datetime(1970, 1, 1, tzinfo=UTC)


def look_into_files(bench: Bench, job_file: JobFile, stopped: Callable[[], bool]) -> None:
    """Find and describe every file that a cell names and that nobody has looked at yet.

    Raises:
        SheafError: `stopped` said so; what was looked at stays known.
    """
    job = job_file.head()
    own = {column.name for column in job.columns if column.kind is Kind.FILE}
    named = job.file_columns - own
    places = [place for place, name in enumerate(job.column_names) if name in named]
    if not places:
        return
    # Only jobs with files pay for the libraries that read them.
    from app.files.cell_files import CellFiles

    finder = CellFiles(base_of(job))
    fresh: list[tuple[str, tuple[FileFacts, ...]]] = []
    for row, cell in _unknown_cells(job_file, places):
        fresh.append((cell, _look(finder, cell, stopped)))
        if len(fresh) == _AT_ONCE:
            job_file.files.add(fresh)
            fresh = []
            bench.publish(Progress(str(job_file.path), "files", row, job.rows, "rows"))
    job_file.files.add(fresh)


def _unknown_cells(job_file: JobFile, places: list[int]) -> Iterator[tuple[int, str]]:
    """Yield each cell of these columns once that leads to files not looked at, with its row."""
    last, seen = 0, set[str]()
    while page := job_file.source_rows(last):
        for row, cells in page:
            for place in places:
                cell = cells[place]
                if cell.strip() and cell not in seen:
                    seen.add(cell)
                    if job_file.files.of(cell) is None:
                        yield row, cell
        last = page[-1][0]


def _look(finder: CellFiles, cell: str, stopped: Callable[[], bool]) -> tuple[FileFacts, ...]:
    from app.files.describe import describe_path
    from app.files.file_errors import FileError

    try:
        paths = finder.find(cell)
        return tuple(describe_path(path, finder.base, stopped) for path in paths)
    except FileError as error:
        return (_not_found(cell, error.problem),)


def _not_found(cell: str, problem: FileProblem) -> FileFacts:
    name = cell.strip()[:200]
    kind = FileKind.UNKNOWN
    return FileFacts(name, name, "", kind, "", 0, _NOWHERE, problem=problem)
