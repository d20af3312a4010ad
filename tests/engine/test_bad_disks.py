"""Disks that fail: a clear error of its kind, nothing is lost or bought twice, and it can go on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.errors import Halt, SheafError, Standing
from app.core.job import JobSettings, JobState, Mode, RowState
from app.engine import verbs as ask
from app.engine.bench import Control
from app.engine.events import Trouble
from app.engine.export import Choices, export
from app.engine.home import home_of
from app.engine.load import Draft, Wanted, new_job
from app.engine.run import Ended, Run
from app.engine.view import job_line
from app.practice.wire import Endpoint
from app.store.database import unreadable
from app.store.job_lock import is_held_elsewhere, lock_path
from tests.echo import check_export, made_rows, write_table
from tests.engine.bad_disk import (
    NO_LOCKS,
    Disk,
    Filler,
    disk,
    protected,
    small_disk,
    sqlite_error,
    without_locks,
    without_log,
)
from tests.engine.conftest import Script, Workplace
from tests.engine.test_host import DEADLINE, Gate, Window, home, load, window
from tests.engine.test_one_writer import wait_for

__all__ = ["disk", "home", "window"]


def check_words(error: SheafError, halt: Halt = Halt.DISK) -> None:
    """Assert that a person can act on an error, and a program can tell its kind."""
    assert error.halt is halt, error
    assert all((error.what, error.why, error.fix)), error
    assert "Errno" not in error.sentence


def check_finished(place: Workplace) -> None:
    """Assert that all is answered and exported, and bought once."""
    assert place.job.state is JobState.FINISHED
    check_export(place.export(), place.rows)
    assert place.rows_bought() == dict.fromkeys(range(1, len(place.rows) + 1), 1)
    assert list(place.path.parent.glob(".*.spool")) == []


def go_on(place: Workplace) -> None:
    """Open the job as after a restart, and work until it ends."""
    with place.open() as job_file:
        assert place.work(job_file) is Ended.FINISHED


# --- full -------------------------------------------------------------------------------------


def commits_of_a_run(place: Workplace, disk: Disk) -> tuple[int, int]:
    """Run a job without trouble; return at which commits its run began and ended."""
    with place.load() as job_file:
        before = disk.commits
        place.work(job_file)
    return 0, disk.commits - before


def test_a_disk_that_is_full_from_any_moment_on(place: Workplace, disk: Disk) -> None:
    """Whichever commit of a run finds no room: with room again all rows are there, bought once."""
    _, count = commits_of_a_run(place, disk)
    assert count > 10
    for moment in range(count):
        fresh = Workplace(place.folder, place.service, place.bench.clock)  # type: ignore[arg-type]
        with fresh.load() as job_file:
            disk.room = moment
            with pytest.raises(SheafError) as caught:
                fresh.work(job_file)
            check_words(caught.value)
            assert caught.value.standing is Standing.NEEDS_PERSON
            disk.room = None
        bought = {name: n for name, n in fresh.service.bought().items() if n > 1}
        assert bought == {}
        go_on(fresh)
        assert fresh.job.state is JobState.FINISHED, moment
        check_export(fresh.export(f"{moment}.csv"), fresh.rows)
    assert set(place.service.bought().values()) == {1}
    assert len(place.service.bought()) == 12 * (count + 1)


def test_the_window_is_told_of_a_full_disk(window: Window, tmp_path: Path, disk: Disk) -> None:
    """The trouble has its kind; nothing could be written into the job, and it can be continued."""
    job = load(window, tmp_path)
    disk.room = 9
    number = window.post(ask.Submit(job, Mode.REAL))
    wait_for(lambda: number in window._replies)
    wait_for(lambda: [e for e in window.events if isinstance(e, Trouble)])
    (trouble,) = [event for event in window.events if isinstance(event, Trouble)]
    assert (trouble.halt, trouble.needs_person) == (Halt.DISK, True)
    assert "full" in trouble.what
    disk.room = None
    window.ask(ask.Resume(job))
    assert window.wait_for(job, JobState.FINISHED).counts == {RowState.ANSWERED: 12}


def test_a_real_disk_that_fills_up_while_a_batch_is_prepared(place: Workplace) -> None:
    """The body of a batch finds no room: nothing is sent, nothing is left, and it can go on."""
    jobs = place.bench.places.jobs
    with small_disk(jobs, 4000):
        rows = [(no, mark, f"{text} {'x' * 2000}") for no, mark, text in made_rows(200)]
        place.load(rows, batch_rows=200).close()
        filler = Filler(jobs, leaving=300_000)
        with place.open() as job_file, pytest.raises(SheafError) as caught:
            place.work(job_file)
        check_words(caught.value)
        assert place.service.creates() == []
        assert list(jobs.glob(".*.spool")) == []
        filler.clear()
        go_on(place)
        check_finished(place)


def test_a_real_disk_that_fills_up_while_answers_come(place: Workplace, script: Script) -> None:
    """There is no room for what was bought: it stays at the service, and comes later."""
    jobs = place.bench.places.jobs
    with small_disk(jobs, 4000):
        place.load(made_rows(400), batch_rows=100).close()
        fillers: list[Filler] = []
        script.at_start(Endpoint.RESULTS, lambda _call: fillers.append(Filler(jobs)))
        with place.open() as job_file, pytest.raises(SheafError) as caught:
            place.work(job_file)
        check_words(caught.value)
        assert set(place.service.bought().values()) == {1}
        fillers[0].clear()
        go_on(place)
        check_finished(place)


def test_a_real_disk_that_is_full_while_a_table_is_read(place: Workplace) -> None:
    """No half of a job is left behind."""
    jobs = place.bench.places.jobs
    data = write_table(place.folder / "data.csv", made_rows(5000))
    with small_disk(jobs, 300):
        with pytest.raises(SheafError) as caught:
            new_job(place.bench, Wanted(data), Draft(JobSettings(), Mode.REAL))
        check_words(caught.value)
        assert list(jobs.iterdir()) == []


@pytest.mark.parametrize("was_there", [True, False])
def test_a_real_disk_that_is_full_while_an_export_is_written(
    place: Workplace, tmp_path: Path, was_there: bool
) -> None:
    """The former export stays whole, nothing else is left, and with room it is written."""
    with place.load(made_rows(300), batch_rows=300) as job_file:
        place.work(job_file)
    with small_disk(tmp_path / "stick", 200) as stick:
        out = stick / "out.csv"
        if was_there:
            out.write_text("the former one", encoding="utf-8")
        filler = Filler(stick, leaving=8192)
        before = sorted(path.name for path in stick.iterdir())
        with pytest.raises(SheafError, match="the disk is full"):
            export(place.path, out, Choices(overwrite=True), place.bench.publish)
        assert sorted(path.name for path in stick.iterdir()) == before
        assert not was_there or out.read_text(encoding="utf-8") == "the former one"
        filler.clear()
        export(place.path, out, Choices(overwrite=True), place.bench.publish)
        check_export(out, place.rows)


# --- protected --------------------------------------------------------------------------------


def looks(place: Workplace) -> None:
    """Look at a job and export it."""
    assert job_line(place.path).rows == 12
    export(place.path, place.folder / "looked.csv", Choices(overwrite=True), place.bench.publish)


@pytest.mark.parametrize("what", ["folder", "file", "both", "folder without a lock"])
def test_what_is_protected_is_shown_and_not_worked_on(place: Workplace, what: str) -> None:
    """One error before anything is sent; looking and exporting work, and its rights stay."""
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        way.close()
    if what == "folder without a lock":
        lock_path(place.path).unlink()
    paths = [place.path.parent] if "folder" in what or what == "both" else []
    paths += [place.path] if what in ("file", "both") else []
    with protected(*paths):
        before = [path.stat().st_mode for path in paths]
        with pytest.raises(SheafError) as caught:
            place.open()
        check_words(caught.value)
        assert [path.stat().st_mode for path in paths] == before
        looks(place)
        assert not is_held_elsewhere(place.path)
    go_on(place)
    check_finished(place)


def test_no_job_is_made_in_a_protected_folder(place: Workplace) -> None:
    """Said before the table is read to its end."""
    data = write_table(place.folder / "data.csv", made_rows(12))
    target = place.folder / "protected" / "new.sheaf"
    target.parent.mkdir()
    with protected(target.parent):
        with pytest.raises(SheafError) as caught:
            new_job(place.bench, Wanted(data), Draft(JobSettings(), Mode.REAL, target))
        check_words(caught.value)
    assert list(target.parent.iterdir()) == []


def test_a_job_whose_log_is_left_in_a_protected_folder_says_so(place: Workplace) -> None:
    """Without its newest changes it would be shown as it was: it says which two files to copy."""
    copy = place.folder / "copied"
    copy.mkdir()
    with place.load() as job_file:
        job_file.set_name("The newest name")
        for path in place.path.parent.glob("data.sheaf*"):
            if not path.name.endswith(("-shm", ".lock")):
                shutil.copy(path, copy)
    there = copy / place.path.name
    with protected(copy):
        with pytest.raises(SheafError) as caught:
            job_line(there)
        check_words(caught.value)
        assert f"{there.name}-wal" in caught.value.why
    assert job_line(there).name == "The newest name"


# --- without locks ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NO_LOCKS)
def test_a_drive_without_locks_is_refused_politely(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Two could work on the job at once: nobody does, and everybody may look."""
    place.load().close()
    with monkeypatch.context() as patch:
        without_locks(patch, name)
        with pytest.raises(SheafError) as caught:
            place.open()
        check_words(caught.value)
        assert "lock" in caught.value.why
        assert lock_path(place.path).exists()
        assert not is_held_elsewhere(place.path)
        looks(place)
    go_on(place)
    check_finished(place)


def test_a_drive_where_sqlite_has_no_log_works_all_the_same(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the older journal, which is as safe: the job runs to its end."""
    without_log(monkeypatch)
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        run.step()
        assert job_line(place.path).state is JobState.RUNNING
        mode = job_file._database.execute("pragma journal_mode").fetchone()
        assert mode == ("delete",)
        assert run.go() is Ended.FINISHED
        way.close()
    check_finished(place)


@dataclass(frozen=True)
class Said:
    """What SQLite says, and what a person reads of it."""

    code: str
    words: str
    halt: Halt = Halt.DISK


SAID = (
    Said("SQLITE_FULL", "disk is full"),
    Said("SQLITE_READONLY", "protected"),
    Said("SQLITE_READONLY_DIRECTORY", "protected"),
    Said("SQLITE_CANTOPEN", "protected"),
    Said("SQLITE_PERM", "protected"),
    Said("SQLITE_IOERR_LOCK", "does not let Sheaf work"),
    Said("SQLITE_IOERR_SHMOPEN", "does not let Sheaf work"),
    Said("SQLITE_PROTOCOL", "does not let Sheaf work"),
    Said("SQLITE_IOERR_WRITE", "cannot be used"),
    Said("SQLITE_IOERR_FSYNC", "cannot be used"),
    Said("SQLITE_BUSY", "cannot be used"),
    Said("", "cannot be used"),
)


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.code)
def test_whatever_sqlite_says_becomes_three_sentences(tmp_path: Path, said: Said) -> None:
    """By its code and not by its words."""
    job = tmp_path / "a.sheaf"
    job.touch()
    error = unreadable(job, sqlite_error(said.code, "words of its own"))
    check_words(error, said.halt)
    assert said.words in error.what


# --- moved and deleted ------------------------------------------------------------------------


def delete(path: Path, _aside: Path) -> None:
    """Delete the job file and all beside it."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def rename(path: Path, aside: Path) -> None:
    """Move the file away, as a file manager does."""
    path.rename(aside)


def replace_by_copy(path: Path, aside: Path) -> None:
    """Put an older copy in its place."""
    path.rename(aside)
    shutil.copy(aside, path)


AWAY = (delete, rename, replace_by_copy)


@pytest.mark.parametrize("away", AWAY, ids=lambda away: away.__name__)
@pytest.mark.parametrize("when", [0, 1, 2, 3])
def test_a_file_that_goes_away_while_it_is_worked_on_stops_the_work(
    place: Workplace, away: Callable[[Path, Path], None], when: int
) -> None:
    """From then on nothing is sent: what is noted in a deleted file would be lost."""
    job_file = place.load()
    way = place.connect()
    place.start(job_file, way)
    run = Run(place.bench, job_file, way, Control())
    run.begin()
    for _ in range(when):
        run.step()
    bought = len(place.service.creates())
    aside = place.folder / "aside.sheaf"
    away(place.path, aside)
    with pytest.raises(SheafError) as caught:
        run.step()
    way.close()
    check_words(caught.value)
    assert caught.value.standing is Standing.NEEDS_PERSON
    assert len(place.service.creates()) == bought
    if place.path.exists():
        assert job_line(place.path).rows == 12
    job_file.close()
    if away is not delete:
        aside.replace(place.path)
        go_on(place)
        check_finished(place)


def test_a_moved_job_goes_on_where_it_lies_once_the_person_says_so(place: Workplace) -> None:
    """Refused at first, since its other copy might be at work; then each row is bought once."""
    job_file = place.load()
    way = place.connect()
    place.start(job_file, way)
    run = Run(place.bench, job_file, way, Control())
    run.begin()
    run.step()
    moved = place.folder / "moved.sheaf"
    place.path.rename(moved)
    with pytest.raises(SheafError):
        run.go()
    job_file.close()
    way.close()
    place.path = moved
    with place.open() as opened:
        with pytest.raises(SheafError) as caught:
            place.work(opened)
        assert caught.value.halt is Halt.ELSEWHERE
        opened.set_home(home_of(place.bench.places, moved))
        place.work(opened)
    check_finished(place)


def test_the_window_is_told_that_a_file_went_away(
    window: Window, tmp_path: Path, script: Script
) -> None:
    """One trouble of its kind; put back, the job goes on where it stopped."""
    job = load(window, tmp_path)
    gate = Gate()
    script.at_start(Endpoint.CREATE, gate)
    window.ask(ask.Submit(job, Mode.REAL))
    assert gate.reached.wait(DEADLINE)
    aside = tmp_path / "aside.sheaf"
    Path(job).rename(aside)
    gate.open.set()
    wait_for(lambda: [e for e in window.events if isinstance(e, Trouble)])
    (trouble,) = [event for event in window.events if isinstance(event, Trouble)]
    assert (trouble.halt, trouble.needs_person) == (Halt.DISK, True)
    assert "moved or deleted" in trouble.what
    assert script.count(Endpoint.CREATE) == 1
    wait_for(lambda: all(worker.is_over for worker in window.host._workers.values()))
    aside.rename(job)
    window.ask(ask.Resume(job))
    assert window.wait_for(job, JobState.FINISHED).counts == {RowState.ANSWERED: 12}
    assert script.count(Endpoint.CREATE) == 3
