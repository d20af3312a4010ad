"""One Sheaf at a time works on a job: the others look and export, and take over when it ends."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import Halt, SheafError, Standing
from app.core.job import JobState, Mode, Rows, RowState
from app.engine import bill_verbs, money_verbs, neighbours, worker
from app.engine import verbs as ask
from app.engine.bench import Control
from app.engine.events import JobChanged
from app.engine.export import Choices, export
from app.engine.home import home_of
from app.engine.protocol import Failed
from app.engine.run import Run
from app.engine.verbs import Verb
from app.engine.view import job_line
from app.paths import Places
from app.practice.wire import Endpoint
from app.store.job_file import JobFile
from app.store.job_lock import is_held_elsewhere, lock_path
from app.store.library import delete
from tests.echo import check_export, made_rows
from tests.engine.another_sheaf import another_sheaf
from tests.engine.conftest import Script, Workplace
from tests.engine.test_host import DEADLINE, Window, home, load, settings, window
from tests.practice_service import PracticeService

__all__ = ["home", "window"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at other Sheafs often, and let go of idle jobs soon."""
    monkeypatch.setattr(neighbours, "_SECONDS", 0.05)
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.05)


# --- the lock ---------------------------------------------------------------------------------


def test_the_second_cannot_open_a_job_for_work_and_reads_it(place: Workplace) -> None:
    """It is told in one error of the right kind; everything that only looks works."""
    place.load().close()
    with another_sheaf(place.path, "Renamed over there"):
        with pytest.raises(SheafError) as caught:
            place.open()
        assert caught.value.halt is Halt.LOCKED
        assert caught.value.standing is Standing.NEEDS_PERSON
        assert all((caught.value.what, caught.value.why, caught.value.fix))
        assert is_held_elsewhere(place.path)
        assert job_line(place.path).name == "Renamed over there"
        export(place.path, place.folder / "out.csv", Choices(overwrite=True), place.bench.publish)
    assert (place.folder / "out.csv").exists()


@pytest.mark.parametrize("end", ["kill", "terminate", "stdin"])
def test_the_end_of_the_other_frees_the_job(place: Workplace, end: str) -> None:
    """However it ends, and though its lock stays as a file, the next one opens the job."""
    place.load().close()
    with another_sheaf(place.path) as other:
        if end == "stdin":
            assert other.stdin is not None
            other.stdin.close()
        else:
            getattr(other, end)()
        other.wait(DEADLINE)
        assert lock_path(place.path).exists()
        assert not is_held_elsewhere(place.path)
        place.open().close()


def test_what_this_process_holds_is_not_held_elsewhere(place: Workplace) -> None:
    """To itself its lock would look like another's."""
    with place.load():
        assert not is_held_elsewhere(place.path)
        assert not is_held_elsewhere(Path(os.path.relpath(place.path)))


def test_a_link_to_a_job_is_that_job(place: Workplace) -> None:
    """By whichever name it is reached, there is one lock."""
    place.load().close()
    link = place.folder / "link.sheaf"
    link.symlink_to(place.path)
    with another_sheaf(link):
        assert is_held_elsewhere(place.path)
        with pytest.raises(SheafError, match="open in another Sheaf"):
            place.open()


def test_to_look_whether_a_job_is_held_hinders_nobody(place: Workplace) -> None:
    """A look takes the lock for a moment; who wants to work waits for that moment."""
    place.load().close()
    done = threading.Event()

    def keep_looking() -> None:
        while not done.is_set():
            is_held_elsewhere(place.path)

    looking = [threading.Thread(target=keep_looking) for _ in range(3)]
    for thread in looking:
        thread.start()
    try:
        for _ in range(30):
            place.open().close()
    finally:
        done.set()
        for thread in looking:
            thread.join()


def test_a_deleted_job_can_be_made_anew(place: Workplace) -> None:
    """Its lock is gone with it."""
    place.load().close()
    delete(place.path)
    assert not lock_path(place.path).exists()
    assert not is_held_elsewhere(place.path)


# --- the window -------------------------------------------------------------------------------


def changes(window: Window, job: str) -> list[JobChanged]:
    """Return what the window heard of a job."""
    return [e for e in window.events if isinstance(e, JobChanged) and e.job.path == job]


def wait_for(found: Callable[[], object]) -> None:
    """Wait until something is so."""
    pause = threading.Event()
    for _ in range(DEADLINE * 100):
        if found():
            return
        pause.wait(0.01)
    raise AssertionError("it never was so")


@pytest.fixture
def job(window: Window, tmp_path: Path) -> Iterator[str]:
    """Give a finished job that nobody works on any more."""
    path = load(window, tmp_path)
    window.ask(ask.Submit(path, Mode.REAL))
    window.wait_for(path, JobState.FINISHED)
    wait_for(lambda: all(one.is_over for one in window.host._workers.values()))
    window.events.clear()
    return path


WRITING: tuple[Callable[[str], Verb], ...] = (
    lambda job: ask.Save(job, settings()),
    lambda job: ask.Rename(job, "Mine"),
    lambda job: ask.Load("", job=job),
    ask.StopLoading,
    lambda job: ask.Submit(job, Mode.REAL),
    ask.Resume,
    ask.TakeOver,
    ask.Cancel,
    lambda job: ask.Retry(job, rows=(1,)),
    lambda job: ask.SettleDoubt(job, 1),
    lambda job: ask.RaiseLimit(job, "9"),
    lambda job: money_verbs.TryRows(job, settings()),
    lambda job: money_verbs.TrialSoFar(job, settings()),
    ask.DeleteRemote,
    ask.Delete,
)
"""Every verb that would change a job."""


def name_of(make: Callable[[str], Verb]) -> str:
    """Return the name of the verb that is made."""
    return type(make("")).__name__


def refusal(window: Window, verb: Verb) -> Failed:
    """Ask something that is refused; return how."""
    number = window.post(verb)
    wait_for(lambda: number in window._replies)
    found = window._replies[number]
    assert isinstance(found, Failed), found
    return found


def content(job: str) -> list[str]:
    """Return all that stands in a job file."""
    with closing(sqlite3.connect(job)) as database:
        return list(database.iterdump())


def verbs_below(verb: type[Verb]) -> Iterator[type[Verb]]:
    """Yield the verbs that nothing is built upon: those that the window can ask."""
    for below in verb.__subclasses__():
        yield from verbs_below(below) if below.__subclasses__() else (below,)


def test_every_verb_is_known_to_write_or_not() -> None:
    """A new verb must be put on one of the two sides."""
    looking = {name_of(make) for make in LOOKING}
    about_no_job = {
        verb.__name__
        for verb in (
            ask.Hello, ask.ListJobs, ask.Models, ask.KeyState, ask.KeyTest, ask.KeySave,
            ask.KeyUseOnce, ask.KeyForget, ask.SaveSettings,
        )
    }  # fmt: skip
    about_jobs = {
        verb.__name__ for verb in verbs_below(Verb) if "job" in verb.__struct_fields__
    } - about_no_job
    assert about_jobs == {name_of(make) for make in WRITING} | looking


@pytest.mark.parametrize("make", WRITING, ids=name_of)
def test_a_job_of_another_sheaf_is_never_written(
    window: Window, job: str, make: Callable[[str], Verb], script: Script
) -> None:
    """Refused with the kind, nothing is changed or sent, and the window learns to show only."""
    with another_sheaf(job):
        before, calls = content(job), len(script.calls)
        found = refusal(window, make(job))
        assert found.halt is Halt.LOCKED
        assert found.needs_person
        assert "open in another Sheaf" in found.what
        assert content(job) == before
        assert {call.endpoint for call in script.calls[calls:]} <= {Endpoint.MODELS}
        wait_for(lambda: changes(window, job))
        assert changes(window, job)[-1].job.read_only


LOOKING: tuple[Callable[[str], Verb], ...] = (
    lambda job: ask.CheckId(job, "no"),
    ask.CompareReadings,
    lambda job: ask.EstimateJob(job, settings()),
    ask.ReviewJob,
    lambda job: ask.FindRows(job, Rows(first=3)),
    lambda job: money_verbs.CountRows(job, settings()),
    money_verbs.StopCounting,
    lambda job: money_verbs.PlanTrial(job, settings()),
    money_verbs.StopTrial,
    ask.Groups,
    bill_verbs.Bill,
    lambda job: bill_verbs.SaveBill(job, f"{job}.bill.csv"),
    ask.Distribute,
    lambda job: ask.Arrange(job, search="m"),
    lambda job: ask.Export(job, f"{job}.csv"),
    ask.Duplicate,
)
"""Every verb that only looks at a job, or copies from it."""


@pytest.mark.parametrize("make", LOOKING, ids=name_of)
def test_a_job_of_another_sheaf_is_shown_filtered_and_exported(
    window: Window, job: str, make: Callable[[str], Verb]
) -> None:
    """Whatever only looks works as always."""
    with another_sheaf(job):
        window.ask(make(job))
    if (out := Path(f"{job}.csv")).exists():
        check_export(out, made_rows(12))


def test_the_list_says_which_jobs_are_open_elsewhere(
    window: Window, job: str, tmp_path: Path
) -> None:
    """At the start, before anything is asked for them."""
    mine = load(window, tmp_path, "mine")
    with another_sheaf(job):
        found = {line.path: line.read_only for line in window.ask(ask.ListJobs())}
    assert found == {job: True, mine: False}


def test_the_window_follows_the_other_sheaf_and_takes_over(window: Window, job: str) -> None:
    """It hears that the job was opened, what changed there, and the end; then it may work."""
    with another_sheaf(job) as other:
        wait_for(lambda: changes(window, job))
        assert changes(window, job)[-1].job.read_only
        with closing(sqlite3.connect(job)) as database:
            database.execute("update job set name = 'Changed over there'")
            database.commit()
        wait_for(lambda: changes(window, job)[-1].job.name == "Changed over there")
        assert changes(window, job)[-1].job.read_only
        other.kill()
        other.wait(DEADLINE)
        wait_for(lambda: not changes(window, job)[-1].job.read_only)
    assert window.ask(ask.Rename(job, "Mine again")).name == "Mine again"


def test_a_job_outside_of_the_library_is_watched_once_it_was_met(
    window: Window, job: str, tmp_path: Path, home: Places
) -> None:
    """A file that was opened from any folder."""
    far = tmp_path / "far.sheaf"
    shutil.move(job, far)
    with JobFile.open(far) as moved:
        moved.set_home(home_of(home, far))
    with another_sheaf(far) as other:
        assert refusal(window, ask.Rename(str(far), "Mine")).halt is Halt.LOCKED
        other.kill()
        other.wait(DEADLINE)
        wait_for(lambda: [e.job.read_only for e in changes(window, str(far))][-1:] == [False])


def test_a_job_that_vanishes_over_there_is_no_error(window: Window, job: str) -> None:
    """The other Sheaf has deleted it: nothing is said of it any more."""
    with another_sheaf(job) as other:
        wait_for(lambda: changes(window, job))
        other.kill()
        other.wait(DEADLINE)
        delete(Path(job))
    window.host._neighbours.look()
    assert window.ask(ask.ListJobs()) == ()


def test_work_that_another_sheaf_left_is_finished_here(
    window: Window, script: Script, tmp_path: Path, service: PracticeService
) -> None:
    """It died with a create in flight: the window goes on, and no row is bought twice."""
    path = load(window, tmp_path)
    window.ask(ask.Submit(path, Mode.REAL))
    window.wait_for(path, JobState.FINISHED)
    wait_for(lambda: all(one.is_over for one in window.host._workers.values()))
    with closing(sqlite3.connect(path)) as database:
        database.execute("update job set state = 'running'")
        database.execute("update batch set state = 'working', ended_at = null where number = 3")
        database.execute("delete from outcome where batch = 3")
        database.execute("update status set state = 'sent', shown = null where shown = 3")
        database.commit()
    with another_sheaf(path) as other:
        assert refusal(window, ask.Resume(path)).halt is Halt.LOCKED
        other.kill()
        other.wait(DEADLINE)
        wait_for(lambda: not changes(window, path)[-1].job.read_only)
    window.events.clear()
    window.ask(ask.Resume(path))
    assert window.wait_for(path, JobState.FINISHED).counts == {RowState.ANSWERED: 12}
    assert set(service.bought().values()) == {1}
    assert script.count(Endpoint.CREATE) == 3


# --- copies -----------------------------------------------------------------------------------

BESIDE = ("", "-wal", "-shm")


@pytest.mark.parametrize("taken", [BESIDE[:1], BESIDE[:2], BESIDE], ids=["file", "log", "all"])
@pytest.mark.parametrize("when", [0, 1, 2])
def test_a_copy_of_a_job_at_work_is_another_job_or_none(
    place: Workplace, taken: tuple[str, ...], when: int
) -> None:
    """With or without its log, early or late: it can be looked at at most, and buys nothing."""
    copy = place.bench.places.jobs / "copy.sheaf"
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        for _ in range(when):
            run.step()
        for ending in taken:
            shutil.copy(f"{place.path}{ending}", f"{copy}{ending}")
        check_copy_is_refused(place, copy)
        creates = len(place.service.creates())
        run.go()
        way.close()
        assert len(place.service.creates()) == 3 > creates - 1
    assert place.job.state is JobState.FINISHED
    check_export(place.export(), place.rows)
    assert set(place.rows_bought().values()) == {1}


def check_copy_is_refused(place: Workplace, copy: Path) -> None:
    """A copy is no job, or it is one that Sheaf does not work on unasked."""
    bought = len(place.service.creates())
    way = place.connect()
    with pytest.raises(SheafError) as caught, JobFile.open(copy) as opened:
        Run(place.bench, opened, way, Control()).begin()
    way.close()
    if caught.value.halt is Halt.ELSEWHERE:
        assert all((caught.value.what, caught.value.why, caught.value.fix))
        assert job_line(copy).rows == 12
    else:
        assert "never finished being made" in caught.value.what
    assert len(place.service.creates()) == bought
