"""Twins: rows whose instructions, once filled in, are the same, so that one answer serves all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.core.instructions import parse
from app.core.job import Job
from app.core.table import Row
from app.store.named_files import NamedFiles

Cells = Callable[[Row], tuple[str, ...]]
"""Returns what a row asks about: its named cells, and of files what is in them."""


def cells_of(job: Job, files: NamedFiles | None = None) -> Cells:
    """Return what tells this job's rows apart; two that are alike are asked the same."""
    names = job.column_names
    columns = [name for name in parse(job.settings.instructions).columns if name in names]
    places = [(names.index(name), name in job.file_columns) for name in columns]
    if files is None or not any(leads for _, leads in places):
        plain = [place for place, _ in places]
        return lambda row: tuple(row[place] for place in plain)
    known = files

    def tell(row: Row) -> Iterator[str]:
        for place, leads in places:
            yield _content(known, row[place]) if leads else row[place]

    return lambda row: tuple(tell(row))


def _content(files: NamedFiles, cell: str) -> str:
    """Return what a cell's files hold, by their hashes; by the cell where they are not known."""
    found = files.of(cell) or ()
    hashes = [facts.sha256 for facts in found]
    return " ".join(hashes) if hashes and all(hashes) else f"/{cell}"
