"""Rows that ask the same are asked once: each twin follows its original, whatever becomes of it.

The original alone is in batches and is billed. A twin gets a copy of each of its outcomes, without
usage, so that answers are read, counted and exported for both alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_FOLLOW = """
    update status set (state, reason, cause, shown) = (
        select iif(o.state = 'answered', 'copied', o.state),
            case when o.state = 'answered'
                then printf('Asks the same as row %,d, so its answer was copied.', w.original)
                when o.reason = '' then ''
                else printf('Asks the same as row %,d: %s', w.original, o.reason) end,
            o.cause, o.shown
        from twin w join status o on o.row = w.original where w.row = status.row)
    where row in """
_OF_BATCH = "(select w.row from request r join twin w on w.original = r.row where r.batch = ?)"
_OF_ROW = "(select row from twin where original = ?)"
_COPY = """
    insert or ignore into outcome (row, batch, state, reply, cells, reason, stop_reason,
        request_id, usage, raw, cause)
    select w.row, o.batch, iif(o.state = 'answered', 'copied', o.state), o.reply, o.cells,
        o.reason, o.stop_reason, o.request_id, 'null', '', o.cause
    from outcome o join twin w on w.original = o.row
    where o.batch = ? and o.row between ? and ?"""
_ALL = (0, (1 << 62))


def add_twins(database: sqlite3.Connection, twins: Iterable[tuple[int, int]]) -> None:
    """Note (twin, original) pairs, together with the plan of the originals' batches."""
    database.executemany("insert or replace into twin values (?, ?)", twins)


def forget_twins(database: sqlite3.Connection) -> None:
    """Take back which rows are asked only once."""
    database.execute("delete from twin")


def follow_batch(database: sqlite3.Connection, number: int) -> None:
    """Let twins of a batch's rows stand as those do."""
    database.execute(_FOLLOW + _OF_BATCH, (number,))


def follow_rows(database: sqlite3.Connection, rows: Iterable[int]) -> None:
    """Let twins of these rows stand as those do."""
    database.executemany(_FOLLOW + _OF_ROW, [(row,) for row in rows])


def copy_outcomes(database: sqlite3.Connection, number: int, span: tuple[int, int] = _ALL) -> None:
    """Give twins copies of what a batch has brought for its rows in a span of row numbers."""
    database.execute(_COPY, (number, *span))
