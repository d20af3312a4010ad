"""Answers are kept for 29 days: from day 20 on that is said, and when it is too late, plainly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app import clock as steady
from app.cli.deadline import deadline_words
from app.core.job import BatchState, JobState, RowState
from app.engine.events import JobChanged
from app.engine.view import job_line
from app.practice.wire import Endpoint
from tests.engine.conftest import Clock
from tests.engine.scene import Scene
from tests.faulty_claude import refusal


def send_all(scene: Scene) -> None:
    """Send every batch of the job and fetch nothing."""
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while any(batch.state is BatchState.PLANNED for batch in scene.place.batches):
            run._sender.go_on(way.service)
        way.close()


@pytest.mark.parametrize(("days", "is_said"), [(0, False), (19, False), (20, True), (28, True)])
def test_from_day_20_on_a_job_says_until_when_its_answers_can_be_had(
    scene: Scene, clock: Clock, days: int, is_said: bool
) -> None:
    """29 days after the first batch that was not fetched; before day 20 nobody is bothered."""
    send_all(scene)
    clock.turned += timedelta(days=days)
    line = job_line(scene.place.path, clock())
    assert bool(line.fetch_by) is is_said
    if is_said:
        first = min(batch.sent_at for batch in scene.place.batches if batch.sent_at)
        assert datetime.fromisoformat(line.fetch_by) == first + timedelta(days=29)
        assert "can be fetched for" in deadline_words(line.fetch_by, clock())


def test_a_run_says_it_by_its_own_clock(scene: Scene, clock: Clock) -> None:
    """The window hears it with every line of the job while the service does not answer."""
    send_all(scene)
    clock.turned += timedelta(days=25)
    scene.script.at_start(Endpoint.RETRIEVE, *[refusal(529, "overloaded_error")] * 3)
    scene.place.events.clear()
    scene.go_on()
    lines = [event.job for event in scene.place.events if isinstance(event, JobChanged)]
    assert lines[0].fetch_by
    assert lines[-1].fetch_by == ""
    scene.check_finished()


def test_what_is_fetched_needs_no_warning(scene: Scene, clock: Clock) -> None:
    """A finished job is never late."""
    scene.run()
    clock.turned += timedelta(days=28)
    assert job_line(scene.place.path, clock()).fetch_by == ""


def test_after_29_days_it_is_said_that_it_is_too_late(scene: Scene, clock: Clock) -> None:
    """The line still says until when it was; going on marks the rows, and a retry asks them."""
    send_all(scene)
    clock.turned += timedelta(days=30)
    line = job_line(scene.place.path, clock())
    assert datetime.fromisoformat(line.fetch_by) < clock()
    assert deadline_words(line.fetch_by, clock()).startswith("Too late: ")
    scene.go_on()
    assert scene.place.job.state is JobState.FINISHED
    scene.check(dict.fromkeys(range(1, 13), RowState.FAILED))
    assert job_line(scene.place.path, clock()).fetch_by == ""
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.FAILED)
    scene.check(bought=dict.fromkeys(range(1, 13), 2))


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=9, hours=1), "9 more days"),
        (timedelta(days=1, hours=23), "less than two days"),
        (timedelta(hours=1), "less than two days"),
        (timedelta(), "Too late"),
        (timedelta(days=-3), "Too late"),
    ],
)
def test_the_words_of_a_deadline(left: timedelta, said: str) -> None:
    """Days while there are some, the moment in any case."""
    until = datetime.fromisoformat("2026-12-01T10:30:00+00:00")
    words = deadline_words(until.isoformat(), until - left)
    assert said in words
    assert "2026-12-01 10:30 UTC" in words


def test_a_line_is_of_this_moment_where_none_is_given(
    scene: Scene, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only looks at a file goes by the clock of the program."""
    send_all(scene)
    assert job_line(scene.place.path).fetch_by == ""
    clock.turned += timedelta(days=21)
    monkeypatch.setattr(steady, "now", clock)
    assert job_line(scene.place.path).fetch_by
