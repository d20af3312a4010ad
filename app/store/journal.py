"""What has been sent and what has come back: batches, who is in them, and every outcome.

The moves of a batch are written before the world is touched and as soon as it has answered;
`core.job.may_move` says which moves exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from app.core.causes import Cause
from app.core.job import BatchState, Changes, Outcome, RowState, may_move
from app.core.plan import Parcel
from app.store.database import fetch, transaction
from app.store.ledger import Ledger
from app.store.records import from_outcome, to_json, to_time

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
_EARLIER_OUTCOME = """
    update status set (state, reason, cause, shown) = (
        select o.state, o.reason, o.cause, o.batch from outcome o where o.row = status.row
        order by o.state = 'answered' desc, o.batch desc limit 1)
    where shown is not null and row in (select row from request where batch = ?)"""


class Journal(Ledger):
    """The batches and outcomes of one open job file, and the moves that they make."""

    # --- planning ---------------------------------------------------------------------------

    def plan(
        self,
        parcels: Sequence[Parcel],
        *,
        is_retry: bool = False,
        changes: Changes = Changes(),  # noqa: B008 frozen
    ) -> list[int]:
        """Write down batches that are to be sent; return their numbers.

        A retry sets the job to work again in the same transaction.
        """
        last = fetch(self._database, "select coalesce(max(number), 0) from batch")[0][0]
        numbers = list(range(last + 1, last + 1 + len(parcels)))
        with transaction(self._database):
            for number, parcel in zip(numbers, parcels, strict=True):
                self._add_batch(number, parcel, is_retry=is_retry, changes=changes)
            if is_retry and parcels:
                self._database.execute("update job set state = 'running', trouble = '', halt = ''")
        return numbers

    def forget_plan(self) -> None:
        """Take back the plan of a job of which nothing was ever sent.

        Raises:
            ValueError: a batch of it has left already.
        """
        if any(batch.state is not BatchState.PLANNED for batch in self.batches()):
            raise ValueError("a batch of this job has been sent")
        with transaction(self._database):
            self._database.execute("delete from request")
            self._database.execute("delete from batch")
            self._database.execute("update status set state = 'waiting', reason = '', cause = ''")

    def _add_batch(self, number: int, parcel: Parcel, *, is_retry: bool, changes: Changes) -> None:
        self._database.execute(
            "insert into batch (number, state, rows, bytes, is_retry, changes) "
            "values (?, 'planned', ?, ?, ?, ?)",
            (number, len(parcel.rows), parcel.bytes, is_retry, to_json(changes)),
        )
        pairs = [(number, row) for row in parcel.rows]
        self._database.executemany("insert into request values (?, ?)", pairs)
        self._set_rows(number, RowState.WAITING)

    def split(self, number: int) -> None:
        """Cut a batch that certainly was not created into two; too large is no reason to fail."""
        rows = self.rows_of(number)
        half = len(rows) // 2
        batch = self.batch(number)
        last = max(other.number for other in self.batches())
        with transaction(self._database):
            self._database.execute(
                "update batch set rows = ?, bytes = bytes / 2 where number = ?", (half, number)
            )
            self._database.executemany(
                "delete from request where batch = ? and row = ?",
                [(number, row) for row in rows[half:]],
            )
            parcel = Parcel(tuple(rows[half:]), batch.bytes // 2)
            self._add_batch(last + 1, parcel, is_retry=batch.is_retry, changes=batch.changes)

    def shed(self, number: int) -> None:
        """Move the last row of an unsent batch into one of its own, so that the size changes."""
        rows = self.rows_of(number)
        batch = self.batch(number)
        last = max(other.number for other in self.batches())
        size = batch.bytes // max(len(rows), 1)
        with transaction(self._database):
            self._database.execute(
                "update batch set rows = rows - 1, bytes = bytes - ? where number = ?",
                (size, number),
            )
            self._database.execute(
                "delete from request where batch = ? and row = ?", (number, rows[-1])
            )
            parcel = Parcel((rows[-1],), size)
            self._add_batch(last + 1, parcel, is_retry=batch.is_retry, changes=batch.changes)

    def set_aside(
        self, rows: Iterable[int], state: RowState, reason: str, cause: Cause = Cause.NONE
    ) -> None:
        """Note rows that no batch will hold, with the reason."""
        with transaction(self._database):
            self._database.executemany(
                "update status set state = ?, reason = ?, cause = ? where row = ?",
                [(state.value, reason, cause.value, row) for row in rows],
            )

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

    def refuse(self, number: int, reason: str) -> None:
        """Close a batch that the service would never take; its rows failed, and cost nothing."""
        with transaction(self._database):
            self._move(number, BatchState.FINISHED, reason)
            self._set_rows(number, RowState.FAILED, reason, Cause.TOO_LARGE)

    # --- collecting -------------------------------------------------------------------------

    def take(self, number: int, outcomes: Sequence[Outcome]) -> None:
        """Keep outcomes of a batch; the newest good one of a row is the one that shows.

        A row that this batch has brought already keeps its first outcome.
        """
        if not outcomes:
            return
        ordered = sorted(outcomes, key=_row_of)
        records = [from_outcome(outcome, number) for outcome in ordered]
        with transaction(self._database):
            self._database.executemany(
                "insert or ignore into outcome (row, batch, state, reply, cells, reason, "
                "stop_reason, request_id, usage, raw, cause) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                records,
            )
            span = (number, ordered[0].row, ordered[-1].row, number)
            self._database.execute(_NEWEST_GOOD, span)

    def finish(self, number: int, ended_at: datetime | None, cost: Decimal | None) -> None:
        """Close a batch whose outcomes are all here, with its counts and its cost, if known."""
        sql = "select state = 'answered', count(*) from outcome where batch = ? group by 1"
        found = dict(fetch(self._database, sql, (number,)))
        said = "" if cost is None else str(cost)
        values = (to_time(ended_at), found.get(1, 0), found.get(0, 0), said, number)
        with transaction(self._database):
            self._move(number, BatchState.FINISHED)
            self._database.execute(
                "update batch set ended_at = ?, answered = ?, failed = ?, cost_usd = ? "
                "where number = ?",
                values,
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

    def _set_rows(
        self, number: int, state: RowState, reason: str = "", cause: Cause = Cause.NONE
    ) -> None:
        self._database.execute(
            "update status set state = ?, reason = ?, cause = ? where row in "
            "(select row from request where batch = ?)",
            (state.value, reason, cause.value, number),
        )


def _row_of(outcome: Outcome) -> int:
    return outcome.row
