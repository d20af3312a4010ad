"""How many rows are through is counted against one total, from the first batch to the last."""

from __future__ import annotations

from app.core.job import JobState, Mode, RowState
from app.engine.replies import JobLine
from app.ui.job.rows_done import RowsDone, rows_done
from app.ui.models.jobs_model import _real_words


def _line(state: JobState = JobState.RUNNING, **counts: int) -> JobLine:
    by_state = {RowState(name): count for name, count in counts.items()}
    return JobLine("a.sheaf", "a", state, Mode.REAL, sum(counts.values()), by_state)


def test_the_total_stays_while_twins_are_copied() -> None:
    """Twins wait like the rows whose answers they get; only what is left out is not counted."""
    before = rows_done(_line(sent=900, skipped=10))
    half = rows_done(_line(sent=450, answered=400, copied=50, skipped=10))
    after = rows_done(_line(answered=800, copied=100, skipped=10))
    assert (before, half, after) == (
        RowsDone(900, 0, 0, 10),
        RowsDone(900, 450, 50, 10),
        RowsDone(900, 900, 100, 10),
    )
    assert [done.percent for done in (before, half, after)] == [0, 50, 100]


def test_a_cancelled_job_counts_copies_as_answers() -> None:
    """The list of jobs says how many rows have an answer, whoever was asked for it."""
    line = _line(JobState.CANCELLED, answered=400, copied=50, cancelled=450)
    assert _real_words(line) == "Cancelled · 450 of 900"
