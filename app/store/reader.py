"""Reading a job file that somebody else may be writing: query_only, everything fetched at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.causes import Cause
from app.core.cost import Usage
from app.core.doubt import Candidate, HistoryLine
from app.core.errors import SheafError
from app.core.job import Batch, Job, Outcome, RowState
from app.core.table import Row
from app.store.choosing import Choosing
from app.store.database import connect, fetch, in_plain_words
from app.store.doubts import Doubts
from app.store.forecasts import Forecasts
from app.store.migrations import check
from app.store.named_files import NamedFiles
from app.store.older_files import up_to_date
from app.store.ready_made import ReadyMade
from app.store.records import (
    SELECT_ATTEMPTS,
    SELECT_BATCHES,
    SELECT_JOB,
    from_json,
    rows_to_cells,
    to_batch,
    to_job,
    to_json,
    to_outcome,
    to_row_state,
)
from app.store.soundness import damaged, sound
from app.store.trials import Trials

_RESULTS = """
    select s.row, s.cells, t.state, t.reason, o.row, o.state, o.reply, o.cells, o.reason, o.usage,
           o.stop_reason, o.request_id, o.raw, o.cause, t.shown
    from source s join status t on t.row = s.row
    left join outcome o on o.row = s.row and o.batch = t.shown"""


_TOO_MANY_ROWS = "select max(rows) > (select coalesce(max(row), 0) from source) from job"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row with what became of it; `outcome` is the one that shows, from batch `batch`."""

    row: int
    cells: Row
    state: RowState
    reason: str
    outcome: Outcome | None
    batch: int | None


class JobReader:
    """A job file opened for reading only; one of an older Sheaf is brought up to date first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = connect(path, read_only=True)
        try:
            with in_plain_words(self._database):
                up_to_date(self._database, path)
                check(self._database, path.name)
        except SheafError:
            self._database.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> JobReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def database(self) -> sqlite3.Connection:
        """The connection, for the room's other modules."""
        return self._database

    @property
    def files(self) -> NamedFiles:
        """The files that the job's cells lead to."""
        return NamedFiles(self._database)

    @property
    def requests(self) -> ReadyMade:
        """The ready-made requests of the job's rows."""
        return ReadyMade(self._database)

    @property
    def choosing(self) -> Choosing:
        """What finds rows by their cells."""
        return Choosing(self._database)

    @property
    def forecasts(self) -> Forecasts:
        """What was forecast of the job when it was started."""
        return Forecasts(self._database)

    @property
    def trials(self) -> Trials:
        """What was tried of the job before it was bought."""
        return Trials(self._database)

    def head(self) -> Job:
        """Return the job's head."""
        found = fetch(self._database, SELECT_JOB)
        if not found:
            raise SheafError(f'"{self.path.name}" was never finished being made.', fix="Delete it.")
        # Whoever goes through more rows than there are would never come to an end.
        if fetch(self._database, _TOO_MANY_ROWS)[0][0]:
            raise damaged(self.path.name)
        return to_job(found[0], self.path.name)

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """All that is read inside is as of one moment, while others may go on writing.

        Without a log of changes, as on network drives, reading on would keep the others from
        writing: there each reading is of its own moment.
        """
        has_log = fetch(self._database, "pragma journal_mode")[0][0] == "wal"
        if has_log:
            fetch(self._database, "begin")
        try:
            yield
        finally:
            if has_log:
                fetch(self._database, "rollback")

    def counts(self) -> dict[RowState, int]:
        """Return how many rows are in each state."""
        found = fetch(self._database, "select state, count(*) from status group by state")
        return {to_row_state(state): count for state, count in found}

    def candidates(self, number: int) -> list[Candidate]:
        """Return the listed batches that may be this one in doubt."""
        return Doubts(self._database).candidates(number)

    def history(self) -> list[HistoryLine]:
        """Return what happened to the job, oldest first."""
        return Doubts(self._database).history()

    def causes(self) -> list[tuple[Cause, int, list[tuple[int, Usage]]]]:
        """Return, per cause, how many rows have no fitting answer, and what their attempts used.

        Each usage comes with its batch's number.
        """
        sql = """select s.cause, s.row, o.batch, o.usage from status s
                 left join outcome o on o.row = s.row and o.usage <> 'null'
                 where s.cause <> '' and s.state not in ('waiting', 'sent', 'answered')"""
        rows: dict[Cause, set[int]] = {}
        used: dict[Cause, list[tuple[int, Usage]]] = {}
        with sound(self.path.name):
            for cause, row, batch, usage in fetch(self._database, sql):
                rows.setdefault(Cause(cause), set()).add(row)
                billed = used.setdefault(Cause(cause), [])
                if usage is not None:
                    billed.append((batch, from_json(usage, Usage)))
        return [(cause, len(found), used[cause]) for cause, found in rows.items()]

    def rows_because(self, causes: Sequence[Cause]) -> dict[int, int]:
        """Return how many rows of which batch came back unanswered for one of these causes."""
        sql = """select shown, count(*) from status
                 where cause in (select value from json_each(?)) and shown is not null
                 and state not in ('waiting', 'sent', 'answered') group by shown order by shown"""
        return dict(fetch(self._database, sql, (to_json(causes),)))

    def batches(self) -> list[Batch]:
        """Return all batches in order."""
        name = self.path.name
        return [to_batch(record, name) for record in fetch(self._database, SELECT_BATCHES)]

    def rows_of(self, number: int) -> list[int]:
        """Return the rows of one batch in order."""
        sql = "select row from request where batch = ? order by row"
        return [row for (row,) in fetch(self._database, sql, (number,))]

    def standing(self, first: int, count: int) -> dict[int, tuple[RowState, int | None]]:
        """Return the state of up to `count` rows from `first` on, and the last batch of each."""
        sql = """select t.row, t.state, (select max(r.batch) from request r where r.row = t.row)
                 from status t where t.row >= ? and t.row < ? order by t.row"""
        found = fetch(self._database, sql, (first, first + count))
        return {row: (to_row_state(state), batch) for row, state, batch in found}

    def source_rows(self, first: int, count: int) -> list[tuple[int, Row]]:
        """Return up to `count` source rows from number `first` on."""
        sql = "select row, cells from source where row >= ? and row < ? order by row"
        return rows_to_cells(fetch(self._database, sql, (first, first + count)))

    def source_rows_of(self, rows: Sequence[int]) -> list[tuple[int, Row]]:
        """Return these source rows, in their order in the table."""
        sql = """select row, cells from source where row in (select value from json_each(?))
                 order by row"""
        return rows_to_cells(fetch(self._database, sql, (to_json(rows),)))

    def results(self, first: int, count: int) -> list[ResultRow]:
        """Return up to `count` rows with their outcomes from number `first` on, in order."""
        sql = _RESULTS + " where s.row >= ? and s.row < ? order by s.row"
        return [_to_result(record) for record in fetch(self._database, sql, (first, first + count))]

    def results_of(self, rows: Sequence[int]) -> list[ResultRow]:
        """Return these rows with their outcomes, in the order asked for."""
        sql = _RESULTS + " where s.row in (select value from json_each(?))"  # noqa: S608 constants
        found = [_to_result(record) for record in fetch(self._database, sql, (to_json(rows),))]
        by_row = {result.row: result for result in found}
        return [by_row[row] for row in rows if row in by_row]

    def attempts(self, row: int) -> list[tuple[int, Outcome]]:
        """Return every (batch, outcome) of one row, oldest first."""
        found = fetch(self._database, SELECT_ATTEMPTS, (row,))
        return [(record[0], to_outcome(record[1:])) for record in found]

    def used(self, first: int, count: int) -> dict[int, list[tuple[int, Usage]]]:
        """Return, of up to `count` rows from `first` on, which batches billed them what usage."""
        sql = """select row, batch, usage from outcome
                 where row >= ? and row < ? and usage <> 'null' order by row, batch"""
        found: dict[int, list[tuple[int, Usage]]] = {}
        with sound(self.path.name):
            for row, batch, usage in fetch(self._database, sql, (first, first + count)):
                found.setdefault(row, []).append((batch, from_json(usage, Usage)))
        return found

    def answer_counts(self, place: int) -> list[tuple[str, int]]:
        """Return how often each cell was answered in one answer column, commonest first."""
        sql = """select json_extract(o.cells, ?), count(*) from status t
                 join outcome o on o.row = t.row and o.batch = t.shown
                 where t.state in ('answered', 'copied') group by 1 order by 2 desc"""
        found = fetch(self._database, sql, (f"$[{place}]",))
        return [(cell or "", count) for cell, count in found]

    def repeats(self, place: int) -> tuple[int, int]:
        """Return how many rows share their cell in a source column, and how many are blank."""
        sql = """select coalesce(sum(case when cell <> '' and n > 1 then n end), 0),
                        coalesce(sum(case when cell = '' then n end), 0)
                 from (select trim(json_extract(cells, ?)) cell, count(*) n
                       from source group by 1)"""
        repeated, blank = fetch(self._database, sql, (f"$[{place}]",))[0]
        return repeated, blank


def _to_result(record: tuple[object, ...]) -> ResultRow:
    row, cells, state, reason, answered, *outcome, shown = record
    found = to_outcome((answered, *outcome)) if answered is not None else None
    with sound():
        return ResultRow(
            int(str(row)),
            from_json(str(cells), tuple[str, ...]),
            to_row_state(state),
            str(reason),
            found,
            int(str(shown)) if shown is not None else None,
        )
