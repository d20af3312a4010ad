"""Looking at what a job has sent and received: batches, who is in them, outcomes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from app.core.causes import Cause
from app.core.cost import Usage
from app.core.job import OPEN, Batch, RowState
from app.store.database import fetch
from app.store.records import SELECT_BATCHES, from_json, to_batch, to_json, to_row_state


class Ledger:
    """The batches and outcomes of one open job file, for reading."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def batches(self) -> list[Batch]:
        """Return all batches in order."""
        return [to_batch(record) for record in fetch(self._database, SELECT_BATCHES)]

    def batch(self, number: int) -> Batch:
        """Return one batch."""
        return next(batch for batch in self.batches() if batch.number == number)

    def open_batches(self) -> list[Batch]:
        """Return the batches that the service has and has not ended."""
        return [batch for batch in self.batches() if batch.state in OPEN]

    def rows_of(self, number: int) -> list[int]:
        """Return the rows of one batch in order."""
        sql = "select row from request where batch = ? order by row"
        return [row for (row,) in fetch(self._database, sql, (number,))]

    def together(self, number: int | None = None) -> dict[int, tuple[int, ...]]:
        """Return the rows of each request that asks several, by its first row.

        Those of one batch, or of all: a request is never taken apart, so none has two lists.
        """
        sql = """select distinct lead, row from request
                 where lead is not null and (? is null or batch = ?) order by lead, row"""
        found: dict[int, tuple[int, ...]] = {}
        for lead, row in fetch(self._database, sql, (number, number)):
            found[lead] = (*found.get(lead, ()), row)
        return found

    def left_out(self, number: int) -> list[int]:
        """Return the rows to which this batch's replies to several rows gave no certain answer.

        Those that a later batch asks again, or that have an answer, are not among them; a late
        copy of the batch asks nothing anew.
        """
        sql = """select o.row from outcome o join status t on t.row = o.row
                 where o.batch = ? and o.cause = 'left_out' and t.state <> 'answered'
                 and o.row not in (select row from twin) and not exists (
                     select 1 from request r join batch b on b.number = r.batch
                     where r.row = o.row and r.batch > o.batch and b.is_retry)
                 order by o.row"""
        return [row for (row,) in fetch(self._database, sql, (number,))]

    def settled_rows_in(self, states: Iterable[RowState]) -> list[int]:
        """Return the rows in one of the states whose batches have all ended.

        A Sheaf that is killed while it collects leaves rows with a result in a batch without end.
        """
        names = to_json([state.value for state in states])
        sql = """select row from status where state in (select value from json_each(?))
                 and row not in (select r.row from request r join batch b on b.number = r.batch
                                 where b.state <> 'finished') order by row"""
        return [row for (row,) in fetch(self._database, sql, (names,))]

    def rows_because(self, causes: Iterable[Cause]) -> list[int]:
        """Return the rows that have no fitting answer for one of these causes."""
        names = to_json([cause.value for cause in causes])
        sql = """select row from status where cause in (select value from json_each(?))
                 and state not in ('waiting', 'sent') order by row"""
        return [row for (row,) in fetch(self._database, sql, (names,))]

    def unplanned(self) -> list[int]:
        """Return the waiting rows that are in no unsent batch."""
        sql = """select row from status where state = 'waiting' and row not in (
                     select row from request join batch on number = batch
                     where batch.state in ('planned', 'paused', 'sending', 'unsure'))
                 and row not in (select row from twin) order by row"""
        return [row for (row,) in fetch(self._database, sql)]

    def originals(self, rows: Iterable[int]) -> set[int]:
        """Return the rows that are asked for these: themselves, or those that they follow."""
        sql = """select coalesce(w.original, j.value) from json_each(?) j
                 left join twin w on w.row = j.value"""
        return {row for (row,) in fetch(self._database, sql, (to_json(list(rows)),))}

    def sizes_that_expired(self, rows: Iterable[int]) -> list[int]:
        """Return how many requests each batch had in which one of these rows ran out of time."""
        sql = """select distinct b.number, b.rows - b.shared
                 from status s join batch b on b.number = s.shown
                 where s.state = 'expired' and s.row in (select value from json_each(?))"""
        return [size for _, size in fetch(self._database, sql, (to_json(list(rows)),))]

    def counts(self) -> dict[RowState, int]:
        """Return how many rows are in each state."""
        found = fetch(self._database, "select state, count(*) from status group by state")
        return {to_row_state(state): count for state, count in found}

    def known_ids(self) -> set[str]:
        """Return the ids of all batches that this job knows."""
        found = fetch(self._database, "select remote_id from batch where remote_id is not null")
        return {remote for (remote,) in found}

    def received(self, number: int) -> set[int]:
        """Return the rows of which this batch has brought an outcome."""
        sql = "select row from outcome where batch = ?"
        return {row for (row,) in fetch(self._database, sql, (number,))}

    def replies(self, number: int, rows: Sequence[int]) -> dict[int, tuple[RowState, str]]:
        """Return what this batch has brought for these rows already: its state and its text."""
        sql = """select row, state, reply from outcome
                 where batch = ? and row in (select value from json_each(?))"""
        found = fetch(self._database, sql, (number, to_json(tuple(rows))))
        return {row: (to_row_state(state), reply) for row, state, reply in found}

    def causes_in(self, number: int) -> dict[Cause, int]:
        """Return how many rows of a batch have no answer for which cause."""
        sql = """select o.cause, count(*) from request r join outcome o
                 on o.row = r.row and o.batch = r.batch
                 where r.batch = ? and o.cause <> '' group by o.cause"""
        found = fetch(self._database, sql, (number,))
        return {Cause(cause): count for cause, count in found}

    def never_came(self, number: int) -> set[int]:
        """Return the rows that show as lost because this batch's results lacked them."""
        sql = "select row from status where shown = ? and cause = 'no_result' and state = 'failed'"
        return {row for (row,) in fetch(self._database, sql, (number,))}

    def usages(self, number: int) -> list[Usage]:
        """Return what each billed row of a batch used."""
        sql = "select usage from outcome where batch = ? and usage <> 'null'"
        return [from_json(usage, Usage) for (usage,) in fetch(self._database, sql, (number,))]
