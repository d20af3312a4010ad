"""An answer that is here shows, whatever becomes of asking that row once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.causes import Cause
from app.core.job import RowState
from app.core.plan import Parcel
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.store.test_job_file import MOMENT, _answered, a_job

FAILURES: dict[str, Callable[[JobFile, int], None]] = {
    "the service would never take it": lambda job, batch: job.journal.refuse(batch, "Too large."),
    "its file is gone": lambda job, batch: job.journal.take_out(
        batch, {1: "The file is gone."}, Cause.FILE
    ),
    "no batch may hold it": lambda job, _: job.journal.set_aside(
        [1], RowState.FAILED, "Too large.", Cause.TOO_LARGE
    ),
    "it was cancelled": lambda job, batch: job.journal.drop_unsent(batch, "You cancelled."),
}


def _asked_once_more(folder: Path) -> JobFile:
    """Return a job whose first row has an answer and is asked again; the second is its twin."""
    job = a_job(folder / "reviews.sheaf")
    job.journal.plan([Parcel((1,), 100)], twins=[(2, 1)])
    job.journal.mark_sending(1, MOMENT, 100)
    job.journal.mark_sent(1, "msgbatch_1", MOMENT, None)
    job.journal.take(1, [_answered(1)])
    job.journal.finish(1, MOMENT, None)
    job.journal.plan([Parcel((1,), 100)], is_retry=True)
    return job


@pytest.mark.parametrize("failure", FAILURES)
def test_an_answer_outlives_a_second_asking_that_comes_to_nothing(
    tmp_path: Path, failure: str
) -> None:
    """The row still shows its answer, and so does its twin."""
    with _asked_once_more(tmp_path) as job:
        FAILURES[failure](job, 2)
        with JobReader(job.path) as reader:
            shown = {
                row.row: (row.state, row.outcome and row.outcome.cells)
                for row in reader.results(1, 2)
            }
        assert shown == {1: (RowState.ANSWERED, ("yes",)), 2: (RowState.COPIED, ("yes",))}


def test_a_row_in_a_batch_that_is_still_being_read_is_not_free(tmp_path: Path) -> None:
    """What a kill left half collected is not asked again before the rest is here."""
    with a_job(tmp_path / "reviews.sheaf") as job:
        job.journal.plan([Parcel((1, 2), 100)])
        job.journal.mark_sending(1, MOMENT, 100)
        job.journal.mark_sent(1, "msgbatch_1", MOMENT, None)
        job.journal.take(1, [_answered(1)])
        assert job.journal.settled_rows_in([RowState.ANSWERED]) == []
        job.journal.finish(1, MOMENT, None)
        assert job.journal.settled_rows_in([RowState.ANSWERED]) == [1]
