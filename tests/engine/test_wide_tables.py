"""Tables with thousands of columns: no step of the work takes columns times columns."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.core.job import Job, JobSettings, Mode
from app.engine.bench import Bench, bundled_catalog
from app.engine.load import Draft, Wanted, new_job
from app.engine.look_into import look_into_files
from app.paths import places
from app.store.job_file import JobFile

COLUMNS = 2_000


def test_a_wide_job_is_let_go_as_soon_as_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which columns name files is asked once, not for each column; else saving is refused."""
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{place}" for place in range(COLUMNS))
    path.write_text(f"{names}\n{names.replace('c', '')}\n", encoding="utf-8")
    bench = Bench(places(os.environ), bundled_catalog(), lambda _event: None)
    job = new_job(bench, Wanted(path), Draft(JobSettings(), Mode.PRACTICE, tmp_path / "w.sheaf"))
    asked = 0

    def counting(_job: Job) -> frozenset[str]:
        nonlocal asked
        asked += 1
        return frozenset[str]()

    monkeypatch.setattr(Job, "file_columns", property(counting))
    with JobFile.open(job) as job_file:
        look_into_files(bench, job_file, lambda: False)
    assert asked < 5
