"""How many rows of a job are through, as the page and the list of jobs both count them."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.job import RowState
from app.engine.replies import JobLine

_NOT_THROUGH = (RowState.WAITING, RowState.SENT, RowState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RowsDone:
    """How many rows are to be answered, how many of them are through, and how many left out.

    Of those that are through, `copied` have the answer of a twin.
    """

    wanted: int
    finished: int
    copied: int
    skipped: int

    @property
    def percent(self) -> int:
        """The share that is through, rounded down so that 100 means all."""
        return self.finished * 100 // self.wanted if self.wanted else 0


def rows_done(line: JobLine, not_run: int = 0) -> RowsDone:
    """Count a job's rows; those left out, as blank ones, are no rows that anybody waits for.

    Twins count from the start: a total that shrinks as they are copied would puzzle. Rows that
    were cancelled are not through, and so are the `not_run` ones for which credit or key gave out.
    """
    copied = line.counts.get(RowState.COPIED, 0)
    skipped = line.counts.get(RowState.SKIPPED, 0)
    wanted = line.rows - skipped
    left = sum(line.counts.get(state, 0) for state in _NOT_THROUGH) + not_run
    return RowsDone(wanted, max(0, wanted - left), copied, skipped)
