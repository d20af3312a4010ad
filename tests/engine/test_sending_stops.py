"""Nothing more may be sent while batches are at work: the job says why, and goes on when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from app.core.causes import Cause
from app.core.errors import Halt
from app.core.job import JobState, Mode, Outcome, RowState
from app.engine.bench import Control, bundled_catalog
from app.engine.connection import Connection
from app.engine.job_work import JobWork
from app.engine.key_case import KeyCase
from app.engine.verbs import Resume, Retry
from app.practice.wire import Endpoint
from tests.echo import ECHO
from tests.engine.conftest import Clock, Workplace
from tests.faulty_claude import Script, pass_in, refusal
from tests.practice_service import PracticeService

SPENT = refusal(400, "invalid_request_error", "Your credit balance is too low to access the API.")
MOST_STEPS = 200


class Keys:
    """A key that is always at hand."""

    catalog = bundled_catalog()

    def __init__(self, place: Workplace) -> None:
        self._place = place

    def connect(self, _mode: Mode) -> Connection:
        """Connect to the service of the test."""
        return self._place.connect()


@pytest.fixture
def place(tmp_path: Path, script: Script, clock: Clock) -> Iterator[Workplace]:
    """A job of 12 rows beside a service whose batches take hours, and which refuses the second."""
    script.at_start(Endpoint.CREATE, pass_in, SPENT)
    home = tmp_path / "service"
    with PracticeService(
        home, voice=ECHO, finish_seconds=7200, faults=script, clock=clock.seconds
    ) as service:
        place = Workplace(tmp_path, service, clock)
        with place.load() as job_file:
            way = place.connect()
            place.start(job_file, way)
            way.close()
        yield place


@pytest.fixture
def work(place: Workplace) -> Iterator[JobWork]:
    """The job at work, by its worker's hands."""
    keys = cast("KeyCase", Keys(place))
    work = JobWork(place.bench, keys, place.path, Control())
    work.do(Resume(str(place.path)))
    yield work
    work.let_go()


def step_until(work: JobWork, found: Callable[[], bool]) -> None:
    """Go on with the run until something is so."""
    for _ in range(MOST_STEPS):
        if found():
            return
        work.step()
    raise AssertionError("it never was so")


def test_a_job_at_work_says_why_it_sends_nothing_more(place: Workplace, work: JobWork) -> None:
    """Not only when the last batch has ended: the job still runs, and names what stopped it."""
    step_until(work, lambda: place.job.halt is Halt.CREDIT)
    assert (place.job.state, place.job.trouble) == (JobState.RUNNING, "")
    assert place.counts == {RowState.SENT: 5, RowState.WAITING: 7}


@pytest.mark.parametrize("again", ["resume", "restart"])
def test_it_goes_on_when_it_is_asked_to(place: Workplace, work: JobWork, again: str) -> None:
    """Continue is heard also by a run that is alive; every row is bought once."""
    step_until(work, lambda: place.job.halt is Halt.CREDIT)
    if again == "restart":
        work.let_go()
    work.do(Resume(str(place.path)))
    step_until(work, lambda: place.counts == {RowState.SENT: 12})
    assert place.job.halt is Halt.NONE
    assert set(place.rows_bought().values()) == {1}


def test_asking_rows_again_lets_the_others_go_on_too(place: Workplace, work: JobWork) -> None:
    """Whoever pays for rows once more has acted: what waited behind them is tried again."""
    step_until(work, lambda: place.job.halt is Halt.CREDIT)
    fault = Outcome(0, RowState.FAILED, reason="A fault.", cause=Cause.FAULT)
    journal = work._file().journal
    journal.take(1, [replace(fault, row=row) for row in range(1, 6)])
    journal.finish(1, place.bench.clock(), None)
    work.do(Retry(str(place.path), causes=(Cause.FAULT,)))
    step_until(work, lambda: place.counts == {RowState.SENT: 12})
    assert place.job.halt is Halt.NONE
