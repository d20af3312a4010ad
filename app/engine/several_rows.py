"""Rows that share a request: they are grouped when a job is planned, and written as one request.

Which rows share one stands in the job file from then on: it goes out the same way again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from app.claude.requests import RequestWriter, params
from app.core.catalog import Model
from app.core.cost import bytes_sent
from app.core.job import Job
from app.core.request_size import RequestSize
from app.core.table import Row
from app.core.together import asking, most_bytes, rows_together
from app.store.job_file import JobFile

_ROWS_AT_ONCE = 2000
_LINE_END = 2
"""Bytes of a line's end as a request carries it."""

Rows = Sequence[tuple[int, Row]]
"""The rows of one request, each with its cells."""


class SeveralRows:
    """Groups rows of one job into requests, and writes these.

    Raises:
        SheafError: there are no instructions, or they name an unknown column.
    """

    def __init__(self, job: Job, model: Model) -> None:
        self._job = job
        self._model = model
        self._asking = asking(job.settings, job.column_names)
        self._writers: dict[int, RequestWriter] = {}
        self._shared: dict[int, int] = {}
        self.most = rows_together(job.settings, model)
        self.most_bytes = most_bytes(job.settings, model)

    def grouped(
        self, rows: Iterable[tuple[int, Row, int]]
    ) -> Iterator[tuple[tuple[int, ...], int]]:
        """Put rows, given with what each takes alone, into requests with their bytes, in order."""
        asked: list[int] = []
        alone = weight = 0
        for row, cells, size in rows:
            own = self._line_bytes(cells)
            if asked and (len(asked) >= self.most or weight + own > self.most_bytes):
                yield tuple(asked), weight if len(asked) > 1 else alone
                asked = []
            if not asked:
                alone, weight = size, self._shared_bytes(self.most)
            asked.append(row)
            weight += own
        if asked:
            yield tuple(asked), weight if len(asked) > 1 else alone

    def request_size(self, rows: Rows) -> RequestSize:
        """Return how large the request of these rows is at most."""
        shared = self._shared_bytes(max(len(rows), self.most))
        lines = sum(self._line_bytes(cells) for _, cells in rows)
        return RequestSize(shared + lines, rows=len(rows))

    def line(self, batch: int, rows: Rows) -> bytes:
        """Return the request of these rows as it stands in a batch's body."""
        return self._writer(len(rows)).line(batch, rows[0][0], self._text(rows))

    def params(self, rows: Rows) -> dict[str, Any]:
        """Return the params of the request of these rows."""
        return params(self._job.settings, self._model, self._text(rows), len(rows))

    def _text(self, rows: Rows) -> str:
        return self._asking.text([cells for _, cells in rows])

    def _shared_bytes(self, rows: int) -> int:
        """Return what a request takes at most besides the lines of its rows."""
        if rows not in self._shared:
            self._shared[rows] = self._writer(rows).size(self._asking.intro)
        return self._shared[rows]

    def _line_bytes(self, cells: Row) -> int:
        """Return what a row adds at most, whatever its number in the request."""
        return bytes_sent(self._asking.line(self._job.settings.rows_per_request, cells)) + _LINE_END

    def _writer(self, rows: int) -> RequestWriter:
        if rows not in self._writers:
            job = self._job
            self._writers[rows] = RequestWriter(job.tag, job.settings, self._model, rows)
        return self._writers[rows]


def requests_in(job_file: JobFile, number: int) -> Iterator[list[tuple[int, Row]]]:
    """Yield the rows of each request of a batch, with their cells."""
    together = job_file.journal.together(number)
    leads = {row: lead for lead, rows in together.items() for row in rows}
    for _, rows in groupby(_rows_in(job_file, number), lambda pair: leads.get(pair[0], pair[0])):
        yield list(rows)


def _rows_in(job_file: JobFile, number: int) -> Iterator[tuple[int, Row]]:
    last = 0
    while page := job_file.rows_of_batch(number, after=last, most=_ROWS_AT_ONCE):
        yield from page
        last = page[-1][0]
