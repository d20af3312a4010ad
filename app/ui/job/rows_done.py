"""How many rows of a job are through, as the page and the list of jobs both count them."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.job import RowState
from app.engine.replies import JobLine

_NOT_THROUGH = (RowState.WAITING, RowState.SENT, RowState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RowsDone:
    """How many rows were to be sent, how many of them are through, and how many were left out."""

    sent: int
    finished: int
    copied: int
    skipped: int

    @property
    def percent(self) -> int:
        """The share that is through, rounded down so that 100 means all."""
        return self.finished * 100 // self.sent if self.sent else 0


def rows_done(line: JobLine, not_run: int = 0) -> RowsDone:
    """Count a job's rows; twins and blanks are no rows that anybody waits for.

    Rows that were cancelled are not through, and so are the `not_run` ones for which credit or
    key gave out.
    """
    copied = line.counts.get(RowState.COPIED, 0)
    skipped = line.counts.get(RowState.SKIPPED, 0)
    sent = line.rows - copied - skipped
    left = sum(line.counts.get(state, 0) for state in _NOT_THROUGH) + not_run
    return RowsDone(sent, max(0, sent - left), copied, skipped)
