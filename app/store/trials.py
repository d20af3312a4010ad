"""What was tried of a job before it was bought: each row is noted before it leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.core.job import Changes, Outcome
from app.core.trial import Tried
from app.store.database import fetch, transaction
from app.store.records import from_outcome, to_json, to_outcome, to_time
from app.store.soundness import check_moment, check_money, check_prices, sound

_SELECT = """select facts, batch, state, reply, cells, reason, usage, stop_reason, request_id, raw,
    cause from trial"""
_LARGEST = 10**12
_SENDING, _UNSURE = "sending", "unsure"
_USED = "Answered in a trial before the job was submitted, and not asked again."
_ASIDE = "Tried before the job was submitted, and not used: something else was asked then."
_LOST = "Perhaps charged in a trial: no answer came. Counted at the most that it can have cost."
_CLOSE = """
    insert into batch (number, state, rows, bytes, sent_at, ended_at, answered, failed, cost_usd,
        tokens, reason, changes) values (?, 'finished', ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Trials:
    """The rows tried in one open job file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def all(self, number: int | None = None) -> list[Tried]:
        """Return the rows tried, of one trial or of all, oldest first."""
        sql = _SELECT + " where ? is null or round = ? order by number"
        return [_read(record) for record in fetch(self._database, sql, (number, number))]

    def next_round(self) -> int:
        """Return the number of a new trial."""
        return self._next("round")

    def next_number(self) -> int:
        """Return the number of the next row to be tried."""
        return self._next("number")

    def _next(self, column: str) -> int:
        sql = f"select coalesce(max({column}), 0) + 1 from trial"  # noqa: S608 constants
        return int(fetch(self._database, sql)[0][0])

    # --- what happens to a row -----------------------------------------------------------------

    def note(self, tried: Tried) -> None:
        """Write down that a row is about to be asked; nothing may leave before."""
        sql = "insert into trial (number, round, job, facts) values (?, ?, ?, ?)"
        self._change(sql, (tried.number, tried.round, tried.job, to_json(tried)))

    def keep(self, number: int, outcome: Outcome, at: datetime) -> None:
        """Keep what became of a row."""
        sql = """update trial set state = ?, reply = ?, cells = ?, reason = ?, stop_reason = ?,
                 request_id = ?, usage = ?, raw = ?, cause = ?, ended_at = ? where number = ?"""
        self._change(sql, (*from_outcome(outcome, 0)[2:], to_time(at), number))

    def drop(self, number: int) -> None:
        """Forget a row that certainly never left."""
        self._change("delete from trial where number = ?", (number,))

    def mark_unsure(self, number: int) -> None:
        """Nobody knows whether this row was answered and charged; it is not asked again."""
        self._change("update trial set state = ? where number = ?", (_UNSURE, number))

    def mark_on_its_way(self, number: int) -> None:
        """The job in which this row is asked was away, and is there again."""
        self._change("update trial set state = ? where number = ?", (_SENDING, number))

    def mark_left_over(self) -> None:
        """Rows that were being asked when Sheaf ended may have been charged."""
        sql = "update trial set state = ? where state = ? and job = ''"
        self._change(sql, (_UNSURE, _SENDING))

    def _change(self, sql: str, values: Sequence[object]) -> None:
        with transaction(self._database):
            self._database.execute(sql, values)

    # --- when the job is submitted -------------------------------------------------------------

    def settle(self, tried: Sequence[Tried], at: datetime, *, used: bool) -> int:
        """Write rows of one model and one price down as a batch that is over; return its number.

        Their money counts from then on like that of every batch. The answers that are `used` are
        to be taken into the job besides.
        """
        number = fetch(self._database, "select coalesce(max(number), 0) + 1 from batch")[0][0]
        lost = any(one.outcome is None for one in tried)
        with transaction(self._database):
            values = _closed(tried, _LOST if lost else _USED if used else _ASIDE)
            self._database.execute(_CLOSE, (number, *values[:2], to_time(at), *values[2:]))
            self._database.executemany(
                "update trial set batch = ? where number = ?",
                [(number, one.number) for one in tried],
            )
            if used:
                pairs = [(number, one.row) for one in tried]
                self._database.executemany("insert into request (batch, row) values (?, ?)", pairs)
        return int(number)


def _closed(tried: Sequence[Tried], reason: str) -> tuple[object, ...]:
    """Return the columns of `_CLOSE` for rows that were tried alike."""
    held = [one.held_usd for one in tried]
    cost = None if None in held else sum((one for one in held if one is not None), Decimal(0))
    answered = sum(one.is_answered for one in tried)
    changes = Changes(model=tried[0].model, prices=tried[0].prices, tried=tried[0].job or "now")
    return (
        len(tried),
        to_time(min(one.sent_at for one in tried)),
        answered,
        len(tried) - answered,
        "" if cost is None else str(cost),
        sum(one.held_tokens for one in tried),
        reason,
        to_json(changes),
    )


def _read(record: tuple[Any, ...]) -> Tried:
    facts, batch, state, *rest = record
    is_over = state not in (_SENDING, _UNSURE)
    with sound():
        found = msgspec.json.decode(facts, type=Tried)
        _check(found)
        outcome = to_outcome((found.row, state, *rest)) if is_over else None
        return replace(found, batch=batch, outcome=outcome, unsure=state == _UNSURE)


def _check(tried: Tried) -> None:
    """Refuse facts that Sheaf does not write: they are reckoned with."""
    check_prices(tried.prices)
    check_money("" if tried.most_usd is None else str(tried.most_usd))
    check_moment(tried.sent_at)
    sizes = (tried.size, tried.weight, tried.most_tokens, tried.counted or 0)
    if tried.row < 1 or not all(0 <= size <= _LARGEST for size in sizes):
        raise ValueError("no size of a row")
    if tried.sent_at.tzinfo is None or set(tried.job) & set("/\\:"):
        raise ValueError("no time of ours, or a path")
