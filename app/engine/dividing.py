"""Unsent batches are cut into smaller ones, each with what its own rows may read at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from app.core.errors import SheafError
from app.core.job import Changes
from app.core.plan import Parcel, parcel_of
from app.core.request_size import NO_REQUEST, RequestSize
from app.engine.as_written import AsWritten
from app.engine.filled import Filled
from app.engine.several_rows import Rows, SeveralRows, requests_in
from app.store.job_file import JobFile


@dataclass(slots=True)
class Part:
    """Requests of a batch, each given as its rows, and their size together."""

    requests: list[tuple[int, ...]] = field(default_factory=list)
    size: RequestSize = NO_REQUEST

    def add(self, rows: tuple[int, ...], size: RequestSize) -> None:
        """Take a request."""
        self.requests.append(rows)
        self.size = self.size.together(size)

    def parcel(self, changes: Changes) -> tuple[Parcel, Changes]:
        """Return the batch that these requests make."""
        return parcel_of(self.requests, self.size.bytes), self.size.laid_over(changes)


def sizes_in(
    job_file: JobFile, ready: Filled | AsWritten, number: int
) -> Iterator[tuple[tuple[int, ...], RequestSize]]:
    """Yield the rows of each request of a batch with its size."""
    for rows in requests_in(job_file, number):
        yield tuple(row for row, _ in rows), _request_size(ready, rows)


def _request_size(ready: Filled | AsWritten, rows: Rows) -> RequestSize:
    if len(rows) == 1:
        return ready.request_size(*rows[0])
    return need_several(ready).request_size(rows)


def need_several(ready: Filled | AsWritten) -> SeveralRows:
    """Return what writes requests of several rows.

    Raises:
        SheafError: the job asks each row alone, and yet a request has several.
    """
    if isinstance(ready, AsWritten) or ready.several is None:
        raise SheafError("The job file asks rows together that this job asks one at a time.")
    return ready.several


def divide(
    job_file: JobFile,
    ready: Filled | AsWritten,
    number: int,
    stays: Callable[[Part, RequestSize], bool],
) -> Part:
    """Leave in a batch the requests that `stays` lets in after those before; return what is left.

    The others become a batch of their own. Where all stay, or none, nothing is changed.
    """
    kept, others = Part(), Part()
    for rows, size in sizes_in(job_file, ready, number):
        (kept if stays(kept, size) else others).add(rows, size)
    if kept.requests and others.requests:
        changes = job_file.journal.batch(number).changes
        undecided = replace(changes, remembered=None)
        parts = [kept.parcel(changes), others.parcel(undecided)]
        job_file.journal.divide(number, parts)
    return kept


def keep_first(job_file: JobFile, ready: Filled | AsWritten, number: int, most: int) -> None:
    """Leave only the first requests in a batch, so many of them."""
    divide(job_file, ready, number, lambda kept, _size: len(kept.requests) < most)
