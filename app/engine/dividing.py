"""Unsent batches are cut into smaller ones, each with what its own rows may read at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.core.job import Changes
from app.core.plan import Parcel
from app.core.request_size import NO_REQUEST, RequestSize
from app.engine.as_written import AsWritten
from app.engine.filled import Filled
from app.store.job_file import JobFile

_ROWS_AT_ONCE = 2000


@dataclass(slots=True)
class Part:
    """Rows of a batch, and their size together."""

    rows: list[int] = field(default_factory=list)
    size: RequestSize = NO_REQUEST

    def add(self, row: int, size: RequestSize) -> None:
        """Take a row."""
        self.rows.append(row)
        self.size = self.size.together(size)

    def parcel(self, changes: Changes) -> tuple[Parcel, Changes]:
        """Return the batch that these rows make."""
        return Parcel(tuple(self.rows), self.size.bytes), self.size.laid_over(changes)


def sizes_in(
    job_file: JobFile, ready: Filled | AsWritten, number: int
) -> Iterator[tuple[int, RequestSize]]:
    """Yield the rows of a batch with the sizes of their requests."""
    last = 0
    while page := job_file.rows_of_batch(number, after=last, most=_ROWS_AT_ONCE):
        for row, cells in page:
            yield row, ready.request_size(row, cells)
        last = page[-1][0]


def divide(
    job_file: JobFile,
    ready: Filled | AsWritten,
    number: int,
    stays: Callable[[Part, RequestSize], bool],
) -> Part:
    """Leave in a batch the rows that `stays` lets in after those before; return what is left.

    The others become a batch of their own. Where all stay, or none, nothing is changed.
    """
    kept, others = Part(), Part()
    for row, size in sizes_in(job_file, ready, number):
        (kept if stays(kept, size) else others).add(row, size)
    if kept.rows and others.rows:
        changes = job_file.journal.batch(number).changes
        parts = [kept.parcel(changes), others.parcel(changes)]
        job_file.journal.divide(number, parts)
    return kept


def keep_first(job_file: JobFile, ready: Filled | AsWritten, number: int, most: int) -> None:
    """Leave only the first rows in a batch, so many of them."""
    divide(job_file, ready, number, lambda kept, _size: len(kept.rows) < most)
