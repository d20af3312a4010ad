"""Promises about job files from elsewhere: shown and exported, never worked on unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.core.errors import Halt, SheafError
from app.core.job import JobState, RowState
from app.engine.bench import Control
from app.engine.home import home_of
from app.engine.load import load_again, wanted_again
from app.engine.run import Run
from app.practice.wire import Endpoint
from app.store.job_file import JobFile
from tests.engine.conftest import Script, Workplace


def _copy_of(place: Workplace, job_file: JobFile) -> Path:
    job_file.close()
    copy = place.bench.places.jobs / "copy.sheaf"
    shutil.copy(place.path, copy)
    return copy


def test_a_copy_of_a_job_at_work_buys_nothing(place: Workplace, script: Script) -> None:
    """The original and its copy would each pay for the unsent rows."""
    job_file = place.load()
    way = place.connect()
    place.start(job_file, way)
    copy = _copy_of(place, job_file)
    with JobFile.open(copy) as opened, pytest.raises(SheafError) as caught:
        Run(place.bench, opened, way, Control()).begin()
    way.close()
    assert caught.value.halt is Halt.ELSEWHERE
    assert script.count(Endpoint.CREATE) == 0


def test_a_job_from_elsewhere_makes_sheaf_read_no_file(place: Workplace, tmp_path: Path) -> None:
    """A half-read job names a path; following it would let a stranger choose what is read."""
    copy = _copy_of(place, place.load())
    with JobFile.open(copy) as opened:
        opened.begin_loading(opened.head().source)
        with pytest.raises(SheafError) as caught:
            load_again(place.bench, opened, wanted_again(opened.head()))
    assert caught.value.halt is Halt.ELSEWHERE


def test_a_job_that_is_taken_over_goes_on(place: Workplace) -> None:
    """Who says that it is the only copy continues it where it lies."""
    copy = _copy_of(place, place.load())
    with JobFile.open(copy) as opened:
        opened.set_home(home_of(place.bench.places, copy))
        place.path = copy
        place.work(opened)
    assert place.job.state is JobState.FINISHED
    assert place.counts == {RowState.ANSWERED: 12}
