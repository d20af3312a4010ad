"""What became of each row, attempt by attempt: read in pages, so that no job is ever held."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from app.core.job import Outcome, RowState
from app.store.database import fetch
from app.store.reader import JobReader
from app.store.records import to_outcome, to_row_state

# Replies and raw lines may be megabytes, and are no evidence of what was paid.
_ATTEMPTS = """
    select t.row, t.state, t.reason, t.shown, w.original, r.batch, o.row, o.state, '', '[]',
           o.reason, o.usage, o.stop_reason, o.request_id, '', o.cause
    from status t left join twin w on w.row = t.row
    left join request r on r.row = t.row and r.batch <= ?
    left join outcome o on o.row = r.row and o.batch = r.batch
    where t.row >= ? and t.row < ? order by t.row, r.batch"""


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """A row, how it stands, and the batches that it was in with what each brought, if anything.

    `shown` is the batch whose outcome counts, `original` the row that is asked for this one too.
    Outcomes come without their texts.
    """

    row: int
    state: RowState
    reason: str
    shown: int | None
    attempts: tuple[tuple[int, Outcome | None], ...]
    original: int | None = None


def evidence(reader: JobReader, first: int, count: int, last_batch: int) -> list[RowEvidence]:
    """Return up to `count` rows from number `first` on, with all attempts up to a batch."""
    found = fetch(reader.database, _ATTEMPTS, (last_batch, first, first + count))
    return [_row(list(records)) for _, records in groupby(found, key=itemgetter(0))]


def _row(records: list[tuple[Any, ...]]) -> RowEvidence:
    row, state, reason, shown, original, *_ = records[0]
    attempts = tuple(
        (batch, None if answered is None else to_outcome((answered, *outcome)))
        for batch, answered, *outcome in (record[5:] for record in records)
        if batch is not None
    )
    return RowEvidence(row, to_row_state(state), str(reason), shown, attempts, original)
