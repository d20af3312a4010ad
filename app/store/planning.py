"""The plan of a job: which rows go into which batch and which are set aside, before sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.core.causes import Cause
from app.core.job import BatchState, Changes, RowState
from app.core.plan import Parcel
from app.store.database import fetch, transaction
from app.store.ledger import Ledger
from app.store.records import to_json
from app.store.twins import add_twins, follow_batch, follow_rows, forget_twins

_SHOW_ANSWER = """
    update status set state = 'answered', reason = '', cause = '', shown = (
        select max(o.batch) from outcome o where o.row = status.row and o.state = 'answered')
    where row = ? and exists (
        select 1 from outcome o where o.row = status.row and o.state = 'answered')"""


class Planning(Ledger):
    """The batches of one open job file that have not been sent."""

    def plan(
        self,
        parcels: Sequence[Parcel],
        *,
        is_retry: bool = False,
        goes_on: bool = False,
        why: str = "",
        changes: Changes = Changes(),  # noqa: B008 frozen
        most_read: Sequence[int] = (),
        twins: Sequence[tuple[int, int]] = (),
    ) -> list[int]:
        """Write down batches that are to be sent; return their numbers.

        `most_read` is how many tokens each of them reads at most, where its bytes do not tell.

        A retry sets the job to work again in the same transaction, unless `goes_on`: then it is
        at work. `why` is said of its rows while they wait. `twins` are (row, original)
        pairs: the first follows the second, which alone is in a batch.
        """
        last = fetch(self._database, "select coalesce(max(number), 0) from batch")[0][0]
        numbers = list(range(last + 1, last + 1 + len(parcels)))
        with transaction(self._database):
            add_twins(self._database, twins)
            for place, (number, parcel) in enumerate(zip(numbers, parcels, strict=True)):
                own = replace(changes, most_read=most_read[place]) if most_read else changes
                self._add_batch(number, parcel, is_retry=is_retry, changes=own)
                self._set_rows(number, RowState.WAITING, why)
            if is_retry and parcels and not goes_on:
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
            forget_twins(self._database)
            self._database.execute("update status set state = 'waiting', reason = '', cause = ''")

    def _add_batch(self, number: int, parcel: Parcel, *, is_retry: bool, changes: Changes) -> None:
        self._database.execute(
            "insert into batch (number, state, rows, bytes, is_retry, changes, shared) "
            "values (?, 'planned', ?, ?, ?, ?, ?)",
            (number, len(parcel.rows), parcel.bytes, is_retry, to_json(changes), parcel.shared),
        )
        self._add_requests(number, parcel)

    def _add_requests(self, number: int, parcel: Parcel) -> None:
        """Note which rows a batch holds, and which of them are asked in one request."""
        leads = {row: rows[0] for rows in parcel.together for row in rows}
        self._database.executemany(
            "insert into request (batch, row, lead) values (?, ?, ?)",
            [(number, row, leads.get(row)) for row in parcel.rows],
        )

    def divide(self, number: int, parts: Sequence[tuple[Parcel, Changes]]) -> None:
        """Make an unsent batch hold the first part alone; the others become new batches."""
        batch = self.batch(number)
        last = max(other.number for other in self.batches())
        (first, changes), *others = parts
        with transaction(self._database):
            self._database.execute("delete from request where batch = ?", (number,))
            self._add_requests(number, first)
            self._database.execute(
                "update batch set rows = ?, bytes = ?, changes = ?, shared = ? where number = ?",
                (len(first.rows), first.bytes, to_json(changes), first.shared, number),
            )
            for place, (parcel, own) in enumerate(others, last + 1):
                self._add_batch(place, parcel, is_retry=batch.is_retry, changes=own)

    def note_least(self, number: int, tokens: int, rows: int = 1) -> None:
        """Note what the smallest request of an unsent batch reads at most, and its rows."""
        known = self.batch(number).changes
        self._note(number, replace(known, least_read=tokens, least_rows=rows))

    def note_remembered(self, number: int, tokens: int | None) -> None:
        """Note of an unsent batch whether its requests are to be remembered, before it leaves.

        None: that is to be decided.
        """
        self._note(number, replace(self.batch(number).changes, remembered=tokens))

    def _note(self, number: int, changes: Changes) -> None:
        with transaction(self._database):
            self._database.execute(
                "update batch set changes = ? where number = ?", (to_json(changes), number)
            )

    def set_aside(
        self, rows: Iterable[int], state: RowState, reason: str, cause: Cause = Cause.NONE
    ) -> None:
        """Note rows that no batch will hold, with the reason."""
        with transaction(self._database):
            self._leave_out(dict.fromkeys(rows, reason), state, cause)

    def _leave_out(self, reasons: Mapping[int, str], state: RowState, cause: Cause) -> None:
        """Say of rows why they are in no batch; one that has an answer goes on showing it."""
        self._database.executemany(
            "update status set state = ?, reason = ?, cause = ? where row = ?",
            [(state.value, reason, cause.value, row) for row, reason in reasons.items()],
        )
        self._database.executemany(_SHOW_ANSWER, [(row,) for row in reasons])
        follow_rows(self._database, reasons)

    def _set_rows(
        self, number: int, state: RowState, reason: str = "", cause: Cause = Cause.NONE
    ) -> None:
        self._database.execute(
            "update status set state = ?, reason = ?, cause = ? where row in "
            "(select row from request where batch = ?)",
            (state.value, reason, cause.value, number),
        )
        follow_batch(self._database, number)
