"""Which jobs the window goes on with by itself, and when it takes one over from another Sheaf."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from app.core.errors import Halt, SheafError, Standing
from app.core.job import JobState, Mode
from app.engine.events import JobChanged
from app.engine.replies import JobLine
from app.engine.verbs import ListJobs, Resume
from app.ui.resuming import Resuming
from tests.ui.fake_desk import FakeDesk


def line(*, read_only: bool, state: JobState = JobState.RUNNING) -> JobLine:
    """Return a job that is or is not open in another Sheaf."""
    return JobLine("/jobs/a.sheaf", "a", state, Mode.REAL, 3, read_only=read_only)


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """Return a desk whose one job is open in another Sheaf."""
    return FakeDesk(tmp_path, answers={ListJobs: (line(read_only=True),)})


@pytest.fixture
def resuming(desk: FakeDesk) -> Resuming:
    """Give what resumes, with the library listed."""
    made = Resuming(desk, QObject(desk))
    desk.ask(ListJobs(), owner=desk)
    return made


def test_a_job_of_another_sheaf_is_taken_over_when_that_ends(
    desk: FakeDesk, resuming: Resuming
) -> None:
    """Not before, whatever is heard of it; and once."""
    desk.say(JobChanged(line(read_only=True)))
    assert desk.verbs_of(Resume) == []
    desk.say(JobChanged(line(read_only=False)))
    desk.say(JobChanged(line(read_only=False)))
    assert desk.verbs_of(Resume) == [Resume("/jobs/a.sheaf")]


@pytest.mark.parametrize("state", [JobState.FINISHED, JobState.PAUSED, JobState.DRAFT])
def test_what_waits_for_the_person_still_waits(
    desk: FakeDesk, resuming: Resuming, state: JobState
) -> None:
    """The other Sheaf has finished or paused it: nothing is asked of it."""
    desk.say(JobChanged(line(read_only=False, state=state)))
    assert desk.verbs_of(Resume) == []


def test_a_job_that_the_next_one_took_first_is_watched_on(
    desk: FakeDesk, resuming: Resuming
) -> None:
    """The refusal is said in a sentence, and the next end is taken again."""
    said: list[str] = []
    resuming.refused.connect(said.append)
    desk.say(JobChanged(line(read_only=False)))
    refusal = SheafError("Open.", standing=Standing.NEEDS_PERSON, halt=Halt.LOCKED)
    desk.answer(Resume, refusal)
    desk.say(JobChanged(line(read_only=True)))
    desk.say(JobChanged(line(read_only=False)))
    assert said == ["Open."]
    assert len(desk.verbs_of(Resume)) == 2
