"""A job and those who would touch it: one thread holds it, lets it go, and says why it stops."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app.claude.keys import KeyFound, KeyOutcome
from app.core.errors import SheafError
from app.core.job import Batch, BatchState, Job, JobState, Mode, RowState
from app.core.table import Row
from app.engine import connection, errands, key_case
from app.engine import verbs as ask
from app.engine.bench import bundled_catalog
from app.engine.events import JobRemoved, Trouble
from app.engine.host import Host
from app.engine.key_case import KeyCase
from app.engine.load import new_job
from app.engine.practice_link import PracticeService as Found
from app.engine.removal import check_removable
from app.engine.run import Run
from app.engine.samples import samples
from app.engine.sweep import sweep
from app.engine.view import JobView
from app.paths import Places
from app.practice.wire import Endpoint
from app.store.job_file import JobFile
from tests.echo import made_rows, write_table
from tests.engine.conftest import Script, Workplace
from tests.engine.test_host import DEADLINE, Gate, Window, home, load, settings, window
from tests.engine.test_running import lose
from tests.practice_service import PracticeService

__all__ = ["home", "window"]


def until(found: Callable[[], object]) -> None:
    """Wait until something is so."""
    last = time.monotonic() + DEADLINE
    while not found():
        assert time.monotonic() < last, "it never was so"
        threading.Event().wait(0.01)


def head(job: str) -> Job:
    """Return a job's head as it is on the disk."""
    view = JobView(job)
    try:
        return view.head()
    finally:
        view.close()


def change(job: str, sql: str, *values: str) -> None:
    """Change a job's file behind Sheaf's back."""
    database = sqlite3.connect(job)
    database.execute(sql, values)
    database.commit()
    database.close()


@pytest.fixture
def practice(service: PracticeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let practice go to the service of the test."""
    found = Found(service.address, service.token)
    monkeypatch.setattr(connection, "find_or_start", lambda _places: found)


# --- one odd job and the others -----------------------------------------------------------------


def test_an_odd_job_does_not_hide_the_others(window: Window, tmp_path: Path) -> None:
    """The list has every job that can be read."""
    good, odd = load(window, tmp_path, "good"), load(window, tmp_path, "odd")
    change(odd, "update job set state = 'flying'")
    assert [line.path for line in window.ask(ask.ListJobs())] == [good]


def test_an_odd_job_does_not_stop_another_s_doubt(place: Workplace, script: Script) -> None:
    """What it knows of its batches is still heeded; nothing else of it is read."""
    with place.load() as job_file:
        place.work(job_file)
    change(str(place.path), "update batch set state = 'lost', cost_usd = 'cheap'")
    script.at_end(Endpoint.CREATE, lose)
    with place.load() as job_file:
        place.work(job_file)
    assert place.job.state is JobState.FINISHED
    assert place.counts == {RowState.ANSWERED: 12}


# --- deleting -----------------------------------------------------------------------------------


def test_a_job_is_deleted_right_after_it_was_saved(window: Window, tmp_path: Path) -> None:
    """Its own thread has the file open, and it is that thread which deletes it."""
    job = load(window, tmp_path)
    window.ask(ask.Save(job, settings(), "Other"))
    window.ask(ask.Delete(job))
    assert list(Path(job).parent.iterdir()) == []
    assert [event.path for event in window.events if isinstance(event, JobRemoved)] == [job]


@pytest.mark.parametrize("state", [BatchState.SENDING, BatchState.UNSURE])
def test_a_batch_in_doubt_keeps_its_job(window: Window, tmp_path: Path, state: BatchState) -> None:
    """It may be paid for, though the job as a whole stands still."""
    job = load(window, tmp_path)
    change(job, "insert into batch (number, state, rows, bytes) values (1, ?, 5, 9)", state.value)
    change(job, "update job set state = 'paused'")
    with pytest.raises(SheafError, match="Nobody knows yet"):
        window.ask(ask.Delete(job))
    assert Path(job).exists()


def test_what_is_removable_is_judged_by_the_batches() -> None:
    """Unsent and finished ones hinder nothing."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    job = Job("shabcdefghij", "x", JobState.PAUSED, Mode.REAL, 1, now)
    for state in (BatchState.PLANNED, BatchState.PAUSED, BatchState.FINISHED):
        check_removable(job, [Batch(1, state, 1, 1)])


# --- two at once ----------------------------------------------------------------------------------


def test_a_file_that_is_dropped_twice_becomes_two_jobs(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are being read at the same moment, each into a file of its own."""
    both = threading.Barrier(2, timeout=DEADLINE)

    def together(*asked: Any, **named: Any) -> Path:
        both.wait()
        return new_job(*asked, **named)

    monkeypatch.setattr(errands, "new_job", together)
    data = write_table(tmp_path / "data.csv", made_rows(12))
    numbers = [window.post(ask.Load(str(data))) for _ in range(2)]
    paths = {window.answer(number, ask.Load).path for number in numbers}
    assert {Path(path).name for path in paths} == {"data.sheaf", "data (2).sheaf"}


# --- reading other rows -----------------------------------------------------------------------


def test_reading_into_a_job_can_be_stopped(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the rows and settings that it had, and a later reading is not stopped by that."""
    job = load(window, tmp_path)
    reached, go_on = threading.Event(), threading.Event()
    add_rows = JobFile.add_rows

    def held(self: JobFile, first: int, rows: Sequence[Row]) -> None:
        reached.set()
        assert go_on.wait(DEADLINE)
        add_rows(self, first, rows)

    monkeypatch.setattr(JobFile, "add_rows", held)
    other = write_table(tmp_path / "other.csv", made_rows(5_000))
    verb = ask.Load(str(other), job=job, settings=settings(max_tokens=77))
    reading = window.post(verb)
    assert reached.wait(DEADLINE)
    stopping = window.post(ask.StopLoading(job))
    go_on.set()
    with pytest.raises(SheafError, match="was stopped"):
        window.answer(reading, ask.Load)
    window.answer(stopping, ask.StopLoading)
    kept = head(job)
    assert (kept.state, kept.rows, kept.settings) == (JobState.DRAFT, 12, settings())
    assert window.ask(verb).rows == 5_000


def test_a_job_that_was_never_read_is_removed_when_that_is_stopped(
    window: Window, tmp_path: Path
) -> None:
    """A kill left it half-read; there is nothing in it to go back to."""
    job = load(window, tmp_path)
    change(job, "update job set state = 'loading'")
    window.ask(ask.StopLoading(job))
    assert not Path(job).exists()


def test_a_finished_job_keeps_its_settings(window: Window, tmp_path: Path) -> None:
    """A reading that is refused has changed nothing."""
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    with pytest.raises(SheafError, match="stay as they are"):
        window.ask(ask.Load(str(tmp_path / "data.csv"), job=job, settings=settings(max_tokens=7)))
    assert head(job).settings.max_tokens == 300


# --- submitting ---------------------------------------------------------------------------------


def test_submitting_a_begun_job_goes_on_with_it(
    window: Window, script: Script, tmp_path: Path, service: PracticeService
) -> None:
    """Whatever mode is asked for, it stays where it was begun."""
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    change(job, "update job set state = 'paused'")
    assert window.ask(ask.Submit(job, Mode.PRACTICE)).mode is Mode.REAL
    window.wait_for(job, JobState.FINISHED)
    assert len(service.creates()) == 3


def test_a_practice_job_never_goes_on_as_a_real_one(
    practice: None, window: Window, tmp_path: Path
) -> None:
    """Made-up answers and paid ones are never mixed."""
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.PRACTICE))
    window.wait_for(job, JobState.FINISHED)
    change(job, "update job set state = 'paused'")
    assert window.ask(ask.Submit(job, Mode.REAL)).mode is Mode.PRACTICE
    window.wait_for(job, JobState.FINISHED)


def test_a_half_read_job_is_not_submitted(window: Window, tmp_path: Path) -> None:
    """Rows that were not read would be left out without a word."""
    job = load(window, tmp_path)
    change(job, "update job set state = 'loading'")
    with pytest.raises(SheafError, match="not all read yet"):
        window.ask(ask.Submit(job, Mode.REAL))


def test_a_sample_practises_even_with_a_key(practice: None, window: Window, tmp_path: Path) -> None:
    """So it says from its first moment, and so does its copy; nothing is ever charged."""
    assert all(sample.settings(bundled_catalog()).practice_only for sample in samples())
    job = load(window, tmp_path, practice_only=True)
    assert head(job).mode is Mode.PRACTICE
    copy = window.ask(ask.Duplicate(job)).path
    for path in (job, copy):
        assert head(path).settings.practice_only
        assert window.ask(ask.Submit(path, Mode.REAL)).mode is Mode.PRACTICE
        window.wait_for(path, JobState.FINISHED)
    assert window.ask(ask.Duplicate(load(window, tmp_path))).mode is Mode.REAL


def test_another_file_in_a_sample_s_draft_is_the_person_s_own(
    window: Window, tmp_path: Path
) -> None:
    """Read in another way, a sample stays practice; another file in its place can be real."""
    job = load(window, tmp_path, practice_only=True)
    asked = head(job).settings
    window.ask(ask.Load(head(job).source.path, header=False, job=job, settings=asked))
    assert head(job).settings == asked
    own = write_table(tmp_path / "own.csv", made_rows(3))
    window.ask(ask.Load(str(own), job=job, settings=asked))
    assert head(job).settings == replace(asked, practice_only=False)
    assert window.ask(ask.Submit(job, Mode.REAL)).mode is Mode.REAL
    window.wait_for(job, JobState.FINISHED)


def test_a_copy_of_long_rows_is_whole(window: Window, tmp_path: Path) -> None:
    """It is copied in smaller parts, and nothing is missing at their seams."""
    rows = [(str(number), f"m{number}", "x" * 1_500_000) for number in range(1, 8)]
    data = write_table(tmp_path / "long.csv", rows)
    job = window.ask(ask.Load(str(data))).path
    view = JobView(window.ask(ask.Duplicate(job)).path)
    try:
        assert [cells for _, cells in view.source_page(1)] == rows
    finally:
        view.close()


# --- standing still -------------------------------------------------------------------------------


def test_a_mistake_of_sheaf_s_own_leaves_the_job_paused(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works on it, so it does not say that it is at work; it can go on afterwards."""
    job = load(window, tmp_path)

    def stumble(self: Run) -> bool:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(Run, "step", stumble)
        window.ask(ask.Submit(job, Mode.REAL))
        line = window.wait_for(job, JobState.PAUSED)
    assert "mistake of its own" in line.trouble
    until(lambda: any(isinstance(event, Trouble) for event in window.events))
    window.ask(ask.Resume(job))
    assert window.wait_for(job, JobState.FINISHED).trouble == ""


def test_a_mistake_while_a_run_begins_leaves_the_job_paused(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batches are planned and nothing was sent: that can be gone on with."""
    job = load(window, tmp_path)

    def stumble(self: Run) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(Run, "begin", stumble)
        with pytest.raises(SheafError, match="mistake of its own"):
            window.ask(ask.Submit(job, Mode.REAL))
    assert head(job).state is JobState.PAUSED


def test_without_its_key_a_job_that_was_at_work_stands_still(
    home: Places, window: Window, tmp_path: Path
) -> None:
    """After a restart without a key it is paused and says why."""
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    window.host.close(DEADLINE)
    change(job, "update job set state = 'running'")
    other = Window(home)
    try:
        with pytest.raises(SheafError, match="needs your Anthropic API key"):
            other.ask(ask.Resume(job))
        assert head(job).state is JobState.PAUSED
        assert "API key" in head(job).trouble
    finally:
        other.host.close(DEADLINE)


# --- threads ------------------------------------------------------------------------------------


def _job_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("job ")]


def test_a_job_s_thread_ends_when_nothing_is_asked(window: Window, tmp_path: Path) -> None:
    """However many jobs are renamed in a day; the next verb is done all the same."""
    job = load(window, tmp_path)
    for name in ("One", "Two"):
        window.ask(ask.Rename(job, name))
        assert head(job).name == name
        until(lambda: not _job_threads())


class SlowWorker:
    """A worker that takes all the time that it is given."""

    is_over = False

    def __init__(self, clock: list[float], given: list[float]) -> None:
        self._clock, self._given = clock, given

    def stop(self) -> None:
        """Go on all the same."""

    def join(self, seconds: float) -> bool:
        self._given.append(seconds)
        self._clock[0] += seconds
        return False


def test_closing_waits_for_all_jobs_together(home: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten uploads that hang cost no more time than one."""
    clock, given = [100.0], []
    host = Host(home, BytesIO())
    slow = SlowWorker(clock, given)
    monkeypatch.setattr("app.engine.host.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(host, "_workers", dict.fromkeys("abc", slow))
    host.close(600.0)
    assert given == [600.0, 0.0, 0.0]


def test_a_job_at_work_is_refused_at_once(window: Window, script: Script, tmp_path: Path) -> None:
    """Nobody waits for the upload in flight to hear that a job cannot be deleted."""
    gate = Gate()
    script.at_start(Endpoint.CREATE, gate)
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    assert gate.reached.wait(DEADLINE)
    with pytest.raises(SheafError, match="still at work"):
        window.ask(ask.Delete(job))
    gate.open.set()
    window.wait_for(job, JobState.FINISHED)


# --- the keyring, and what the dead leave ---------------------------------------------------------


@pytest.mark.parametrize("outcome", [KeyOutcome.LOCKED, KeyOutcome.SILENT])
def test_a_keyring_that_was_locked_is_asked_again(
    home: Places, monkeypatch: pytest.MonkeyPatch, outcome: KeyOutcome
) -> None:
    """The person has unlocked it meanwhile: the next need finds the key."""
    answers = [KeyFound(outcome), KeyFound(KeyOutcome.STORED, "GNOME Keyring", "sk-ant-0123456789")]
    monkeypatch.setattr(key_case, "read_key", lambda: answers.pop(0))
    keys = KeyCase(home)
    assert keys.usual_mode is Mode.PRACTICE
    assert keys.usual_mode is Mode.REAL
    assert keys.usual_mode is Mode.REAL


def test_what_a_kill_left_is_swept(home: Places) -> None:
    """Jobs that were made to be priced, sorted views, drafts; what is new may be in use."""
    old = [home.cache / name for name in ("estimate-1.sheaf", "estimate-1.sheaf-wal")]
    old.append(home.cache / "ordering-1-1.sqlite")
    old += [folder / ".draft-1" for folder in (home.cache, home.settings)]
    new = [home.cache / "estimate-2.sheaf", home.settings / ".draft-2"]
    for file in (*old, *new):
        file.write_bytes(b"")
    for file in old:
        os.utime(file, (1, 1))
    body = home.jobs / ".gone.sheaf.batch-1.spool"
    body.write_bytes(b"{}")
    sweep(home)
    assert not any(file.exists() for file in (*old, body))
    assert all(file.exists() for file in new)
