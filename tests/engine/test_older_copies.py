"""An older copy of a job's file, put back in its place, buys nothing that was bought since."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import Halt, SheafError
from app.core.job import JobState, RowState
from app.engine.bench import Control
from app.engine.newest import take_over
from app.engine.run import Ended, Run
from app.engine.view import job_line
from app.practice.wire import Call, Endpoint, Reply
from app.store.sent_register import FILE, SentRegister
from tests.engine.conftest import Workplace
from tests.engine.test_running import lose
from tests.faulty_claude import Script


def backup_of(place: Workplace) -> Path:
    """Copy a job's file while nobody works on it."""
    kept = place.folder / "backup.sheaf"
    shutil.copy(place.path, kept)
    return kept


@pytest.fixture
def stopped(place: Workplace, script: Script) -> Path:
    """A job whose file is kept after one of three batches; then it goes on to its end."""
    control = Control()

    def stop(_call: Call) -> Reply | None:
        control.stop()
        return None

    script.at_start(Endpoint.CREATE, stop)
    with place.load() as job_file:
        assert place.work(job_file, control) is Ended.STOPPED
    kept = backup_of(place)
    with place.open() as job_file:
        place.work(job_file)
    assert script.count(Endpoint.CREATE) == 3
    return kept


def test_a_backup_that_is_put_back_sends_nothing(
    place: Workplace, stopped: Path, script: Script
) -> None:
    """It is shown, paused, and says how much it does not know."""
    shutil.copy(stopped, place.path)
    with place.open() as job_file, pytest.raises(SheafError) as caught:
        place.work(job_file)
    assert caught.value.halt is Halt.OLDER
    assert "2 batches were sent since it was made" in caught.value.what
    assert script.count(Endpoint.CREATE) == 3
    assert job_line(place.path).counts[RowState.WAITING] == 7


def test_a_draft_that_is_put_back_over_its_job_sends_nothing(
    place: Workplace, script: Script
) -> None:
    """Before anything was sent it was the same job."""
    place.load().close()
    kept = backup_of(place)
    with place.open() as job_file:
        place.work(job_file)
    shutil.copy(kept, place.path)
    with place.open() as job_file, pytest.raises(SheafError) as caught:
        place.work(job_file)
    assert caught.value.halt is Halt.OLDER
    assert script.count(Endpoint.CREATE) == 3


def test_who_has_lost_the_newer_file_goes_on(place: Workplace, stopped: Path) -> None:
    """Knowingly: the rows that were sent since are bought once more."""
    shutil.copy(stopped, place.path)
    with place.open() as job_file:
        take_over(place.bench.places, job_file)
        place.work(job_file)
    assert place.job.state is JobState.FINISHED
    assert sorted(place.rows_bought().values()) == [1] * 5 + [2] * 7


def test_the_newest_file_goes_on_as_ever(place: Workplace, stopped: Path) -> None:
    """Put back itself, or opened again: it knows all that was sent."""
    shutil.copy(backup_of(place), place.path)
    with place.open() as job_file, closing(place.connect()) as way:
        Run(place.bench, job_file, way, Control()).begin()
    assert stopped.exists()


def test_a_batch_that_was_found_again_is_remembered_too(place: Workplace, script: Script) -> None:
    """Its reply was lost, and the list has told its id."""
    place.load().close()
    kept = backup_of(place)
    script.at_end(Endpoint.CREATE, lose)
    with place.open() as job_file:
        place.work(job_file)
    ids = {batch.remote_id for batch in place.batches}
    register = SentRegister(place.bench.places.settings)
    assert register.unknown_to(place.job.tag, ()) >= len(ids) - 1
    assert register.unknown_to(place.job.tag, {one or "" for one in ids}) == 0
    assert kept.exists()


def test_what_is_left_of_a_damaged_list_still_counts(tmp_path: Path) -> None:
    """Half a line, another kind of line, no list at all: none of it stops a job."""
    register = SentRegister(tmp_path / "settings")
    assert register.unknown_to("tag", ()) == 0
    register.note("tag", "a")
    with (tmp_path / "settings" / FILE).open("ab") as file:
        file.write(b'{"job":"tag","id"\n[]\n\xff\n')
    register.note("tag", "b")
    register.note("other", "c")
    assert register.unknown_to("tag", {"a"}) == 1
    register.forget("tag")
    assert (register.unknown_to("tag", ()), register.unknown_to("other", ())) == (0, 1)
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    SentRegister(blocked).note("tag", "a")
    assert SentRegister(blocked).unknown_to("tag", ()) == 0
