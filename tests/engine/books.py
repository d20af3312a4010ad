"""What one job says of its rows and batches, compared with what the service sold."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.causes import Cause
from app.core.cost import Usage, price_of
from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, BatchState, Job, RowState
from app.practice.ledger import FILE_NAME
from app.store.reader import JobReader

_WAITING = UNSENT | IN_DOUBT


@dataclass(frozen=True, slots=True)
class Sold:
    """One request as the service has it."""

    remote_id: str
    batch: int
    row: int
    outcome: str | None
    has_ended: bool
    usage: Usage


@dataclass(slots=True)
class Books:
    """One job, and what a person may expect of it."""

    path: Path
    table: list[tuple[str, str, str]]
    was_cancelled: bool = False
    again: Counter[int] = field(default_factory=Counter)
    """How often the person asked for a row once more."""
    batches_again: Counter[int] = field(default_factory=Counter)
    """How often the person let a batch in doubt be sent again."""
    seen: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    """Every outcome that was ever kept, by row and batch."""

    def head(self) -> Job:
        """Return the job's head."""
        with JobReader(self.path) as reader:
            return reader.head()

    def batches(self, states: Collection[BatchState]) -> list[Batch]:
        """Return the job's batches in these states."""
        with JobReader(self.path) as reader:
            return [batch for batch in reader.batches() if batch.state in states]

    def planned(self) -> tuple[set[tuple[int, int]], dict[int, tuple[str, str]]]:
        """Return who is in which batch, and how every row stands."""
        with JobReader(self.path) as reader:
            asked = reader.database.execute("select batch, row from request").fetchall()
            stands = reader.database.execute("select row, state, cause from status").fetchall()
        return set(asked), {row: (state, cause) for row, state, cause in stands}

    def intend_again(
        self,
        before: tuple[set[tuple[int, int]], dict[int, tuple[str, str]]],
        rows: Sequence[int],
        causes: Collection[Cause],
    ) -> None:
        """Note the rows that a retry has planned: just those that were meant, and were free."""
        asked, stood = before
        known = {batch for batch, _ in asked}
        for batch, row in self.planned()[0]:
            if batch in known:
                continue
            state, cause = stood[row]
            assert state not in ("waiting", "sent", "skipped"), f"row {row} was {state}"
            assert not rows or row in rows
            assert not causes or cause in causes
            self.again[row] += 1

    def intend_batch_again(self, number: int) -> None:
        """Note that the person lets a batch in doubt be sent again."""
        self.batches_again[number] += 1
        with JobReader(self.path) as reader:
            sql = "select row from request where batch = ?"
            self.again.update(row for (row,) in reader.database.execute(sql, (number,)))

    def sold(self, home: Path) -> list[Sold]:
        """Return what the service sold of this job."""
        tag = self.head().tag
        sql = (
            "select id, custom_id, outcome, batches.ended_at is not null, input_tokens,"
            " output_tokens from items join batches on batches.number = items.batch"
            " where custom_id like ? || '-%'"
        )
        with closing(sqlite3.connect(home / FILE_NAME)) as database:
            found = database.execute(sql, (tag,)).fetchall()
        return [_sold(*record) for record in found]

    def check_end(self, home: Path) -> None:
        """Every row is final, and every answer that was paid for is there or said to be lost."""
        with JobReader(self.path) as reader:
            assert not {RowState.WAITING, RowState.SENT} & reader.counts().keys()
            assert all(batch.state is BatchState.FINISHED for batch in reader.batches())
            for result in reader.results(1, len(self.table)):
                assert result.state is RowState.ANSWERED or result.reason, result
                if result.state is RowState.CANCELLED:
                    assert self.was_cancelled
            kept = {
                (b, r)
                for r, b in reader.database.execute("select row, batch from outcome").fetchall()
            }
        for one in self.sold(home):
            # Of a batch that the person gave up, Sheaf can only say that it may have been paid for.
            is_given_up = self.batches_again[one.batch] > 0
            assert is_given_up or (one.batch, one.row) in kept, f"what became of {one}?"


def _sold(
    remote_id: str, name: str, outcome: str | None, ended: int, read: int, written: int
) -> Sold:
    batch, row = name.split("-b", 1)[1].split("-r")
    return Sold(remote_id, int(batch), int(row), outcome, bool(ended), Usage(read, written))


def check_rows(book: Books) -> None:
    """Every row is in exactly one state, which agrees with the batches that it is in."""
    with JobReader(book.path) as reader:
        job, batches = reader.head(), {b.number: b for b in reader.batches()}
        status = reader.database.execute("select row, state, reason, cause from status").fetchall()
        asked = reader.database.execute("select row, batch from request").fetchall()
        outcomes = reader.database.execute(
            "select row, batch, state, cells, cause from outcome"
        ).fetchall()
    assert sorted(row for row, *_ in status) == list(range(1, len(book.table) + 1))
    where: dict[int, list[Batch]] = {}
    for row, number in asked:
        where.setdefault(row, []).append(batches[number])
    for number, batch in batches.items():
        assert batch.rows == sum(number == b for _, b in asked), batch
    if job.started_at is not None:
        for row, state, reason, _cause in status:
            _check_row(row, RowState(state), reason, where.get(row, []))
    _check_kept(book, status, outcomes, where)


def _check_row(row: int, state: RowState, reason: str, where: list[Batch]) -> None:
    alive = [batch for batch in where if batch.state is not BatchState.FINISHED]
    assert len(alive) <= 1, f"row {row} is in {alive}"
    if state is RowState.WAITING:
        assert alive, f"row {row} waits for nothing"
        assert alive[0].state in _WAITING, f"row {row} waits in {alive}"
    elif state is RowState.SENT:
        assert alive, f"row {row} was sent nowhere"
        assert alive[0].state in OPEN
    elif state is not RowState.ANSWERED:
        assert reason, f"row {row} is {state} for no reason"
    if alive and alive[0].state in _WAITING:
        assert state is RowState.WAITING, f"row {row} is {state} in {alive}"


def _check_kept(
    book: Books,
    status: list[tuple[Any, ...]],
    outcomes: list[tuple[Any, ...]],
    where: dict[int, list[Batch]],
) -> None:
    """An outcome stays as it came; a row with an answer shows one, unless it is asked again."""
    now = {(row, batch): tuple(rest) for row, batch, *rest in outcomes}
    for key, was in book.seen.items():
        assert now.get(key) == was or was[-1] == Cause.NO_RESULT, f"{key} was {was}"
    book.seen = now
    answered = {row for (row, _), (state, *_) in now.items() if state == RowState.ANSWERED}
    for row, state, *_ in status:
        is_asked = any(b.state is not BatchState.FINISHED for b in where.get(row, []))
        if row in answered and not is_asked:
            assert state == RowState.ANSWERED, f"row {row} had an answer, and is {state}"
    for (row, _), (state, cells, _) in now.items():
        if state == RowState.ANSWERED:
            assert book.table[row - 1][1] in cells, f"row {row} has another's answer"


def check_books(book: Books, home: Path) -> None:
    """Nothing is bought twice or behind the journal's back, and the money adds up."""
    sold = book.sold(home)
    for row, count in Counter(one.row for one in sold).items():
        most = 1 + book.again[row]
        assert count <= most, f"row {row} was bought {count} times, and meant {most} times"
    for (batch, row), count in Counter((one.batch, one.row) for one in sold).items():
        assert count <= 1 + book.batches_again[batch], f"row {row} twice in batch {batch}"
    with JobReader(book.path) as reader:
        job, batches = reader.head(), reader.batches()
        database = reader.database
        asked = set(database.execute("select batch, row from request").fetchall())
        billed = set(database.execute("select batch, row from outcome where usage <> 'null'"))
    for one in sold:
        assert (one.batch, one.row) in asked, f"the journal does not know of {one}"
    for one_batch in batches:
        if one_batch.state is BatchState.FINISHED:
            _check_cost(job, one_batch, sold, billed)


def _check_cost(job: Job, batch: Batch, sold: list[Sold], billed: set[tuple[int, int]]) -> None:
    mine = [one for one in sold if one.remote_id == batch.remote_id]
    prices = batch.prices(job)
    assert prices is not None
    cost = sum(
        (price_of(one.usage, prices) for one in mine if (batch.number, one.row) in billed),
        Decimal(0),
    )
    assert Decimal(batch.cost_usd or "-1") == cost, f"{batch} is billed {cost}"
