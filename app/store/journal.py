"""What has been sent and what has come back: batches, who is in them, and every outcome.

The moves of a batch are written before the world is touched and as soon as it has answered;
`core.job.may_move` says which moves exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from app.core.causes import Cause
from app.core.job import BatchState, Outcome, RowState, may_move
from app.store.database import fetch, transaction
from app.store.migrations import TOKENS_USED
from app.store.planning import Planning
from app.store.records import from_outcome, to_time
from app.store.twins import copy_outcomes, follow_batch

NO_RESULT = "No result came back for this row."

# The newest good outcome of a row is the one that shows; without a good one, the newest. A row
# that a later batch is asking again waits for that one.
_NEWEST_GOOD = """
    update status set (state, reason, cause, shown) = (
        select o.state, o.reason, o.cause, o.batch from outcome o where o.row = status.row
        order by o.state = 'answered' desc, o.batch desc limit 1)
    where row in (select row from outcome where batch = ? and row between ? and ?)
    and not exists (
        select 1 from request r join batch b on b.number = r.batch
        where r.row = status.row and r.batch > ? and b.state <> 'finished')"""
_UNMISS = """
    update status set state = 'sent', reason = '', cause = ''
    where shown = ? and row in (select row from outcome where batch = ? and cause = 'no_result')"""
_INSERT_COPY = """
    insert into batch (number, state, rows, bytes, remote_id, sent_at, reason, is_retry, changes)
    select ?, 'working', 0, bytes, ?, ?, ?, is_retry, changes from batch where number = ?"""
_COUNT_ROWS = """
    update batch set (rows, shared) = (
        select count(*), count(lead) - count(distinct lead) from request where batch = ?)
    where number = ?"""
_FILL_IN = """
    update status set state = 'answered', reason = '', cause = '', shown = ?
    where state not in ('answered', 'waiting', 'sent')
    and row in (select row from outcome where batch = ? and state = 'answered')"""
_FINISH = f"""
    update batch set ended_at = ?, answered = ?, failed = ?, cost_usd = ?, tokens = (
        select {TOKENS_USED} from request r cross join outcome o
        on o.row = r.row and o.batch = r.batch where r.batch = ?) where number = ?"""  # noqa: S608 a constant
_EARLIER_OUTCOME = """
    update status set (state, reason, cause, shown) = (
        select o.state, o.reason, o.cause, o.batch from outcome o where o.row = status.row
        order by o.state = 'answered' desc, o.batch desc limit 1)
    where shown is not null and row in (select row from request where batch = ?)"""


class Journal(Planning):
    """The batches and outcomes of one open job file, and the moves that they make."""

    # --- sending ----------------------------------------------------------------------------

    def mark_sending(
        self, number: int, at: datetime, size: int, clock_offset: float | None = None
    ) -> None:
        """Write down that a batch of `size` bytes is about to leave; nothing may leave before.

        `clock_offset` is the service's clock minus ours in seconds, where a reply has told it.
        """
        sql = """update batch set sending_at = ?, bytes = ?, clock_offset = ?, doubt_since = null,
                 reason = '' where number = ?"""
        with transaction(self._database):
            self._move(number, BatchState.SENDING)
            self._database.execute(sql, (to_time(at), size, clock_offset, number))

    def mark_sent(
        self,
        number: int,
        remote_id: str,
        at: datetime,
        expires_at: datetime | None,
        *,
        proven: bool = True,
    ) -> None:
        """Write down the id the moment it is known; its rows are sent now.

        `proven` False: the batch was found in the list, and only its tags will prove it.
        """
        sql = """update batch set remote_id = ?, sent_at = ?, expires_at = ?, proven = ?,
                 reason = '' where number = ?"""
        values = (remote_id, to_time(at), to_time(expires_at), proven, number)
        with transaction(self._database):
            self._move(number, BatchState.WORKING)
            self._database.execute(sql, values)
            self._database.execute("delete from candidate where batch = ?", (number,))
            self._set_rows(number, RowState.SENT)

    def prove(self, number: int) -> None:
        """A tag of ours was seen in the batch's results."""
        with transaction(self._database):
            self._database.execute("update batch set proven = 1 where number = ?", (number,))

    def mark_unsure(self, number: int, reason: str, at: datetime) -> None:
        """Nobody knows whether the batch arrived; it is looked up, never sent again blindly."""
        with transaction(self._database):
            self._move(number, BatchState.UNSURE, reason)
            self._doubt(number, at)

    def _doubt(self, number: int, at: datetime) -> None:
        self._database.execute(
            "update batch set doubt_since = ? where number = ?", (to_time(at), number)
        )

    def release(self, number: int, reason: str, at: datetime) -> None:
        """Let go of a batch that turned out to be somebody else's; ours is in doubt again."""
        with transaction(self._database):
            self._move(number, BatchState.UNSURE, reason)
            self._doubt(number, at)
            self._database.execute(
                "update batch set remote_id = null, sent_at = null where number = ?", (number,)
            )
            self._set_rows(number, RowState.WAITING)

    def mark_planned(self, number: int) -> None:
        """The batch certainly was not created: it may be sent."""
        self._not_created(number, BatchState.PLANNED, "")

    def mark_paused(self, number: int, reason: str) -> None:
        """The batch certainly was not created, and must wait for a person."""
        self._not_created(number, BatchState.PAUSED, reason)

    def _not_created(self, number: int, state: BatchState, reason: str) -> None:
        with transaction(self._database):
            self._move(number, state, reason)
            self._database.execute(
                "update batch set sending_at = null, doubt_since = null where number = ?",
                (number,),
            )
            self._database.execute("delete from candidate where batch = ?", (number,))

    def mark_cancelling(self, number: int) -> None:
        """The service has been asked to stop this batch."""
        with transaction(self._database):
            self._move(number, BatchState.CANCELLING)

    def drop_unsent(self, number: int, reason: str) -> None:
        """Give up a batch that was never sent; its rows cost nothing.

        A row that an earlier batch has brought goes back to that outcome.
        """
        with transaction(self._database):
            self._move(number, BatchState.FINISHED, reason)
            self._set_rows(number, RowState.CANCELLED, reason, Cause.CANCELLED)
            self._database.execute(_EARLIER_OUTCOME, (number,))
            follow_batch(self._database, number)

    def give_up(self, number: int, reason: str) -> None:
        """Close a batch that was never sent, and whose rows are asked otherwise."""
        with transaction(self._database):
            self._move(number, BatchState.FINISHED, reason)

    def refuse(self, number: int, reason: str) -> None:
        """Close a batch that the service would never take; its rows failed, and cost nothing."""
        with transaction(self._database):
            self._move(number, BatchState.FINISHED, reason)
            rows = self.rows_of(number)
            self._leave_out(dict.fromkeys(rows, reason), RowState.FAILED, Cause.TOO_LARGE)

    def take_out(self, number: int, reasons: Mapping[int, str], cause: Cause) -> None:
        """Take rows out of a batch that was not sent: they failed, each for its own reason."""
        left = self.batch(number).rows - len(reasons)
        with transaction(self._database):
            self._database.executemany(
                "delete from request where batch = ? and row = ?",
                [(number, row) for row in reasons],
            )
            self._database.execute(
                "update batch set bytes = bytes * ? / max(rows, 1) where number = ?",
                (left, number),
            )
            self._database.execute(_COUNT_ROWS, (number, number))
            self._leave_out(reasons, RowState.FAILED, cause)
            if not left:
                self._move(number, BatchState.FINISHED, "None of its files could be read.")

    # --- collecting -------------------------------------------------------------------------

    def take(self, number: int, outcomes: Sequence[Outcome]) -> None:
        """Keep outcomes of a batch; the newest good one of a row is the one that shows.

        A row that this batch has brought already keeps its first outcome.
        """
        if not outcomes:
            return
        ordered = sorted(outcomes, key=_row_of)
        with transaction(self._database):
            self._keep(number, ordered)
            span = (ordered[0].row, ordered[-1].row)
            copy_outcomes(self._database, number, span)
            self._database.execute(_NEWEST_GOOD, (number, *span, number))
            follow_batch(self._database, number)

    def _keep(self, number: int, outcomes: Sequence[Outcome]) -> None:
        self._database.executemany(
            "insert or ignore into outcome (row, batch, state, reply, cells, reason, "
            "stop_reason, request_id, usage, raw, cause) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [from_outcome(outcome, number) for outcome in outcomes],
        )

    def add_copy(
        self,
        of: int,
        remote_id: str,
        at: datetime,
        reason: str,
        blocks: Iterable[Sequence[Outcome]],
        leads: Mapping[int, int] = MappingProxyType({}),
    ) -> int:
        """Write down an ended batch that was bought besides ours, with all it brought.

        `leads` has come to name, once a block is there, the first row of the request of each row
        that came with others. An answer that shows already stays; `finish` then closes the batch
        with its cost.
        """
        number: int = fetch(self._database, "select max(number) + 1 from batch")[0][0]
        with transaction(self._database):
            values = (number, remote_id, to_time(at), reason, of)
            self._database.execute(_INSERT_COPY, values)
            for block in blocks:
                self._database.executemany(
                    "insert or ignore into request (batch, row, lead) values (?, ?, ?)",
                    [(number, outcome.row, leads.get(outcome.row)) for outcome in block],
                )
                self._keep(number, block)
            self._database.execute(_COUNT_ROWS, (number, number))
            copy_outcomes(self._database, number)
            self._database.execute(_FILL_IN, (number, number))
            follow_batch(self._database, number)
        return number

    def finish(self, number: int, ended_at: datetime | None, cost: Decimal | None) -> None:
        """Close a batch whose outcomes are all here, with its counts and its cost, if known."""
        sql = """select o.state = 'answered', count(*) from request r join outcome o
                 on o.row = r.row and o.batch = r.batch where r.batch = ? group by 1"""
        found = dict(fetch(self._database, sql, (number,)))
        said = "" if cost is None else str(cost)
        values = (to_time(ended_at), found.get(1, 0), found.get(0, 0), said, number, number)
        with transaction(self._database):
            self._move(number, BatchState.FINISHED)
            self._database.execute(_FINISH, values)

    def reopen(self, number: int) -> None:
        """Forget that rows of a batch never came, so that its results are fetched once more."""
        with transaction(self._database):
            self._move(number, BatchState.WORKING)
            self._database.execute(
                "update batch set reopened = reopened + 1, ended_at = null where number = ?",
                (number,),
            )
            self._database.execute(_UNMISS, (number, number))
            self._database.execute(
                "delete from outcome where batch = ? and cause = 'no_result'", (number,)
            )
            follow_batch(self._database, number)
            self._database.execute("update job set state = 'running', trouble = '', halt = ''")

    def mark_deleted(self, number: int, at: datetime) -> None:
        """Note that a finished batch was deleted from the service; its answers are here."""
        with transaction(self._database):
            self._database.execute(
                "update batch set deleted_at = ? where number = ?", (to_time(at), number)
            )

    # --- the one place where a batch moves ----------------------------------------------------

    def _move(self, number: int, state: BatchState, reason: str | None = None) -> None:
        old = self.batch(number).state
        if not may_move(old, state):
            raise ValueError(f"batch {number} cannot go from {old} to {state}")
        self._database.execute(
            "update batch set state = ?, reason = coalesce(?, reason) where number = ?",
            (state.value, reason, number),
        )


def _row_of(outcome: Outcome) -> int:
    return outcome.row
