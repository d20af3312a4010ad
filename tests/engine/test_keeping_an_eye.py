"""A batch that was sent again is watched for an hour, also when its job has ended meanwhile."""

from __future__ import annotations

from datetime import timedelta
from queue import SimpleQueue
from typing import Any

import pytest

from app.core.errors import SheafError
from app.core.job import Mode
from app.engine import worker
from app.engine.bench import Control
from app.engine.connection import Connection
from app.engine.job_run import JobRun
from app.engine.verbs import Rename, Resume
from app.engine.worker import Worker
from app.practice.wire import Endpoint
from app.store.reader import JobReader
from tests.engine.scene import Scene, make_slow
from tests.engine.test_host import DEADLINE
from tests.engine.test_worker import until
from tests.faulty_claude import lagging, pass_on, reset


class Keys:
    """Connects as the scene does, or not at all; counts how often it was asked."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.asked = 0
        self.is_there = True

    def connect(self, _mode: Mode) -> Connection:
        """Return a way to the service."""
        self.asked += 1
        if not self.is_there:
            raise SheafError("There is no connection.")
        return self.scene.place.connect()


@pytest.fixture
def watched(scene: Scene) -> tuple[JobRun, Keys]:
    """A job that is over, of which one batch was sent again while the list did not tell."""
    scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 100_000))
    make_slow(scene, 1200.0)
    scene.run()
    assert not _said(scene)
    keys = Keys(scene)
    work: Any = JobRun(scene.place.bench, keys, scene.place.path, Control())  # type: ignore[arg-type]
    return work, keys


def _said(scene: Scene) -> list[str]:
    with scene.place.open() as job_file:
        return [line.what for line in job_file.doubts.history() if "charged twice" in line.what]


def test_a_late_twin_of_a_finished_job_is_told(scene: Scene, watched: tuple[JobRun, Keys]) -> None:
    """Once the list tells, the person hears of it, and the copy stands among the batches."""
    work, keys = watched
    work._file()
    assert work.keep_an_eye()
    scene.script.heal()
    assert work.keep_an_eye()
    assert keys.asked == 1, "not asked again at once"
    scene.clock.turned += timedelta(seconds=61)
    assert work.keep_an_eye()
    work.let_go()
    assert len(_said(scene)) == 1
    assert "second copy" in scene.place.batches[-1].reason


def test_the_worker_watches_until_nothing_is_left_to_look_for(
    scene: Scene, watched: tuple[JobRun, Keys], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs, yet the thread holds the job and looks; verbs in between are answered."""
    _, keys = watched
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.01)
    answers: SimpleQueue[Any] = SimpleQueue()
    watcher = Worker(scene.place.bench, keys, scene.place.path)  # type: ignore[arg-type]
    try:
        assert watcher.ask(Resume(str(scene.place.path)), answers.put, answers.put)
        assert answers.get(timeout=DEADLINE).path == str(scene.place.path)
        until(lambda: keys.asked)
        scene.script.heal()
        scene.clock.turned += timedelta(seconds=61)
        until(lambda: _told(scene))
        assert watcher.ask(Rename(str(scene.place.path), "Anew"), answers.put, answers.put)
        assert answers.get(timeout=DEADLINE).name == "Anew", "it still takes verbs"
        assert not watcher.is_over
        scene.clock.turned += timedelta(hours=2)
        assert watcher.join(DEADLINE), "the hour is over"
        scene.place.open().close()
    finally:
        watcher.stop()


def _told(scene: Scene) -> bool:
    with JobReader(scene.place.path) as reader:
        return any("charged twice" in line.what for line in reader.history())


def test_no_connection_ends_no_watch(scene: Scene, watched: tuple[JobRun, Keys]) -> None:
    """What cannot be looked at now is looked at a minute later."""
    work, keys = watched
    work._file()
    keys.is_there = False
    assert work.keep_an_eye()
    keys.is_there = True
    scene.script.heal()
    scene.clock.turned += timedelta(seconds=61)
    assert work.keep_an_eye()
    work.let_go()
    assert len(_said(scene)) == 1


def test_after_an_hour_nobody_watches(scene: Scene, watched: tuple[JobRun, Keys]) -> None:
    """Then the file is let go of; a job of which nothing was sent again is never watched."""
    work, _ = watched
    assert not work.keep_an_eye(), "a file that is not open is nobody's to watch"
    work._file()
    assert work.keep_an_eye()
    scene.clock.turned += timedelta(hours=1, minutes=1)
    assert not work.keep_an_eye()
    work.let_go()
