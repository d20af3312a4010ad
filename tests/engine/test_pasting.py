"""Pasted rows are kept while a job may read them again, and no longer."""

from __future__ import annotations

import os
import time
from pathlib import Path

from app.core.job import JobSettings, Mode
from app.engine.load import Draft, Wanted, load_again, new_job, wanted_again
from app.engine.pasting import paste, sweep_pasted
from app.engine.sweep import sweep
from app.store.job_file import JobFile
from tests.engine.conftest import Workplace


def test_pasted_rows_become_a_job_and_can_be_read_again(place: Workplace) -> None:
    """They are loaded like a file, and again with another header."""
    source = Path(paste(place.bench, "id\ttext\n1\ta\n2\tb\n").source)
    assert source.is_relative_to(place.bench.places.jobs)
    path = new_job(place.bench, Wanted(source), Draft(JobSettings(), Mode.REAL))
    with JobFile.open(path) as job_file:
        job = job_file.head()
        assert (job.column_names, job.rows) == (("id", "text"), 2)
        assert job.name.startswith("Pasted 20")
        load_again(place.bench, job_file, wanted_again(job))
        assert job_file.head().rows == 2


def test_rows_that_no_job_wants_are_removed(place: Workplace) -> None:
    """A paste that became no job goes after a day; one of a job stays as long as the job."""
    kept, lost, fresh = (Path(paste(place.bench, f"a\n{n}\n").source) for n in range(3))
    path = new_job(place.bench, Wanted(kept), Draft(JobSettings(), Mode.REAL))
    old = time.time() - 2 * 24 * 3600
    for file in (kept, lost):
        os.utime(file, (old, old))
    sweep(place.bench.places)
    assert [file.exists() for file in (kept, lost, fresh)] == [True, False, True]
    path.unlink()
    sweep_pasted(place.bench.places)
    assert not kept.exists()
