"""What answers used, alike ones together: a bill of a hundred thousand rows in a few records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.causes import Cause
from app.core.cost import Usage
from app.core.job import RowState
from app.store.database import fetch
from app.store.reader import JobReader
from app.store.records import from_json, to_row_state
from app.store.soundness import sound

_ALIKE = """
    select state, cause, usage, count(*) from outcome
    where batch = ? and row not in (select row from twin) group by state, cause, usage"""


@dataclass(frozen=True, slots=True)
class Used:
    """So many outcomes of a batch ended alike and used the same; None was not billed."""

    batch: int
    state: RowState
    cause: Cause
    usage: Usage | None
    count: int


def batches_used(reader: JobReader) -> Iterator[Used]:
    """Yield what the outcomes of each batch used, batch by batch."""
    for (number,) in fetch(reader.database, "select number from batch order by number"):
        for state, cause, usage, count in fetch(reader.database, _ALIKE, (number,)):
            with sound(reader.path.name):
                yield Used(number, to_row_state(state), Cause(cause), _usage(usage), int(count))


def _usage(text: str) -> Usage | None:
    return None if text == "null" else from_json(text, Usage)
