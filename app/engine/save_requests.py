"""Saving the requests of a job as a file that it could be run from again, here or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import Changes, Job, RowState
from app.core.plan import custom_id
from app.core.ready_made import COLUMNS, FORMAT, fitting_id, is_ready_made
from app.core.table import Row
from app.engine import prepare
from app.engine.as_written import AsWritten
from app.engine.bench import Publish
from app.engine.events import Progress
from app.engine.export import Choices, choices_of, export
from app.engine.filled import Filled
from app.engine.overwriting import check_place
from app.engine.plan_rows import twins_test
from app.engine.prepare import Sorting, pages_of
from app.engine.ready_made import Selection
from app.engine.replies import Exported
from app.engine.verbs import Export
from app.files.requests_out import check_requests_ending, write_requests
from app.store.exports import ExportBook
from app.store.reader import JobReader

_BLOCK = 500


def write_wished(verb: Export, catalog: Catalog, publish: Publish, book: ExportBook) -> Exported:
    """Write what the window wants to have exported: the output table, or the requests.

    Raises:
        SheafError: it cannot be written there, or not in this form.
    """
    job, target = Path(verb.job), Path(verb.path)
    if verb.form == FORMAT:
        choices = Choices(frozenset(verb.states), overwrite=verb.overwrite)
        return save_requests(job, target, choices, catalog, publish, book)
    return export(job, target, choices_of(verb), publish, book)


def save_requests(
    job_path: Path,
    target: Path,
    choices: Choices,
    catalog: Catalog,
    publish: Publish,
    book: ExportBook | None = None,
) -> Exported:
    """Write the requests of the rows in the chosen states (none named: all) to a file.

    What was sent is saved as it was sent, with what a retry last asked differently; of a draft,
    what would be sent. Rows of which nothing is sent are left out and counted.

    Raises:
        SheafError: the file cannot be written, or the settings could not be run.
    """
    with JobReader(job_path) as reader, reader.at_one_moment():
        check_requests_ending(target)
        check_place(reader, target, book, overwrite=choices.overwrite)
        job = reader.head()
        saving = _Saving(reader, job, catalog)
        requests = saving.requests(choices.states, publish)
        announce = book.announcing(target, job.tag) if book is not None else None
        written = write_requests(target, requests, (Path(job.source.path), job_path), announce)
    return Exported(str(target), written, 0, left_out=saving.left_out)


class _Saving:
    """Goes through the rows of one job."""

    def __init__(self, reader: JobReader, job: Job, catalog: Catalog) -> None:
        self._reader = reader
        self._job = job
        self._catalog = catalog
        self._changes = {batch.number: batch.changes for batch in reader.batches()}
        self._writers: dict[Changes, Filled | AsWritten] = {}
        self._used: set[str] = set()
        self._unsent = self._to_be_sent() if job.started_at is None else frozenset()
        self.left_out = 0

    def requests(
        self, states: frozenset[RowState], publish: Publish
    ) -> Iterator[tuple[str, bytes]]:
        """Yield id and params of each row that has a request."""
        job = self._job
        for first in range(1, job.rows + 1, _BLOCK):
            standing = self._reader.standing(first, _BLOCK)
            for row, cells in self._reader.source_rows(first, _BLOCK):
                state, batch = standing[row]
                if states and state not in states:
                    continue
                params = self._params(row, cells, batch)
                if params is None:
                    self.left_out += 1
                    continue
                yield self._id(row, cells), params
            done = min(first + _BLOCK - 1, job.rows)
            publish(Progress(str(self._reader.path), "exporting", done, job.rows))

    def _params(self, row: int, cells: Row, batch: int | None) -> bytes | None:
        """Return the params of a row; None where nothing of it is sent."""
        if batch is None and row not in self._unsent:
            return None
        writer = self._writer(Changes() if batch is None else self._changes[batch])
        try:
            line = writer.line(0, row, cells)
        except SheafError:
            # A file that the row leads to is gone or has changed.
            return None
        envelope = b'{"custom_id":"%b","params":' % custom_id(self._job.tag, 0, row).encode()
        return line[len(envelope) : -1]

    def _writer(self, changes: Changes) -> Filled | AsWritten:
        if changes not in self._writers:
            self._writers[changes] = self._make_writer(changes)
        return self._writers[changes]

    def _make_writer(self, changes: Changes) -> Filled | AsWritten:
        if is_ready_made(self._job):
            return AsWritten(self._job, self._catalog, self._reader.requests, changes)
        return prepare.filled(self._job, self._catalog, self._reader.files, changes)

    def _to_be_sent(self) -> frozenset[int]:
        """Return the rows of a draft that would be sent."""
        if is_ready_made(self._job):
            selection = Selection(self._job, self._job.settings, self._catalog)
            shares = selection.take_all(self._reader.requests).shares.values()
            return frozenset(row for share in shares for row, _ in share.rows)
        ready = prepare.filled(self._job, self._catalog, self._reader.files)
        sorting = Sorting(ready, twins_test(self._job, self._reader.files))
        rows = prepare.each_row(pages_of(self._reader.source_rows))
        return frozenset(row for row, _ in sorting.to_send(rows))

    def _id(self, row: int, cells: Row) -> str:
        """Return the row's own id, as far as the service takes it."""
        named = self._own_id()
        cell = cells[self._job.column_names.index(named)] if named else ""
        found = fitting_id(cell, row, self._used)
        self._used.add(found)
        return found

    def _own_id(self) -> str:
        chosen = self._job.settings.id_column
        if chosen is None and is_ready_made(self._job):
            return COLUMNS[0]
        return chosen if chosen in self._job.column_names else ""


def usual_requests_name(answers: str) -> str:
    """Return what a file of requests is called, where its answers would have this name."""
    return f"{Path(answers).stem.removesuffix('-answers')}-requests.jsonl"
