"""The desk: who hears what, what is remembered, and where work is done."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.core.job import JobState, Mode
from app.engine.events import JobChanged, JobRemoved, Noticed, Progress, Trouble
from app.engine.replies import JobLine, ModelList
from app.engine.verbs import (
    Delete,
    KeyForget,
    KeySave,
    KeyState,
    ListJobs,
    Models,
    Rename,
    SaveSettings,
    StopLoading,
)
from app.engine.view import JobView
from app.ui.desk import Desk
from app.ui.tasks import Lane
from tests.ui.draft_job import MODELS, draft_job
from tests.ui.fake_desk import A_KEY, NO_KEY, FakeDesk, FakeLink, FakeQuestions, places_in

LINE = JobLine("/jobs/a.sheaf", "Reviews", JobState.DRAFT, Mode.PRACTICE, 3)


class Listener(QObject):
    """Notes what a signal brings."""

    def __init__(self, signal: Any) -> None:
        super().__init__()
        self.heard: list[Any] = []
        signal.connect(self.heard.append)


def test_a_reply_reaches_the_one_who_asked(qtbot: QtBot, tmp_path: Path) -> None:
    """The reply is decoded to its own type, and the job it speaks of is remembered."""
    desk = FakeDesk(tmp_path, {Rename: LINE})
    changed = Listener(desk.job_changed)
    got: list[JobLine] = []
    desk.ask(Rename("/jobs/a.sheaf", "Reviews"), owner=desk, done=got.append)
    assert got == [LINE]
    assert desk.jobs == {LINE.path: LINE}
    assert changed.heard == [LINE]


def test_an_error_without_a_listener_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing fails silently: without `failed` the three sentences reach the error dialog."""
    error = SheafError("It could not be renamed.", "The disk is full.", "Make room.")
    desk = FakeDesk(tmp_path, {Rename: error})
    desk.ask(Rename("x", "y"), owner=desk)
    assert [shown.sentence for shown in desk.questions.shown] == [error.sentence]
    caught: list[SheafError] = []
    desk.ask(Rename("x", "y"), owner=desk, failed=caught.append)
    assert len(desk.questions.shown) == 1
    assert caught[0].fix == "Make room."


def test_nobody_hears_an_answer_after_they_are_gone(qtbot: QtBot, tmp_path: Path) -> None:
    """A screen that was closed meanwhile is not called, but what the reply says is kept."""
    import shiboken6

    desk = FakeDesk(tmp_path)
    owner = QObject()
    got: list[JobLine] = []
    desk.ask(Rename("x", "y"), owner=owner, done=got.append)
    shiboken6.delete(owner)
    desk.answer(Rename, LINE)
    assert not got
    assert LINE.path in desk.jobs


def test_the_start_asks_for_jobs_models_and_key(qtbot: QtBot, tmp_path: Path) -> None:
    """After `begin` the desk knows the library, the models and whether there is a key."""
    desk = FakeDesk(tmp_path, {ListJobs: (LINE,), Models: MODELS, KeyState: NO_KEY}, key=None)
    models = Listener(desk.models_changed)
    listed: list[int] = []
    desk.jobs_listed.connect(lambda: listed.append(len(desk.jobs)))
    desk.begin()
    assert listed == [1]
    assert list(desk.jobs) == [LINE.path]
    assert isinstance(models.heard[0], ModelList)
    assert desk.key == NO_KEY
    assert desk.mode is Mode.PRACTICE


def test_work_is_real_once_a_key_is_there_and_practice_when_it_is_gone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """The mode follows the key, and the live models are asked for again."""
    desk = FakeDesk(tmp_path, {KeySave: A_KEY, KeyForget: NO_KEY, Models: MODELS})
    desk.ask(KeySave("a key"), owner=desk)
    assert desk.mode is Mode.REAL
    assert len(desk.verbs_of(Models)) == 1
    desk.ask(KeyForget(), owner=desk)
    assert desk.mode is Mode.PRACTICE


def test_events_reach_their_signals(qtbot: QtBot, tmp_path: Path) -> None:
    """Each kind of event has a signal of its own, and the job list follows."""
    desk = FakeDesk(tmp_path)
    removed = Listener(desk.job_removed)
    others = [Listener(signal) for signal in (desk.progress, desk.trouble, desk.noticed)]
    desk.say(JobChanged(LINE))
    assert desk.jobs == {LINE.path: LINE}
    desk.say(Progress(LINE.path, "loading", 1, 2))
    desk.say(Trouble(LINE.path, "The key was refused."))
    desk.say(Noticed(LINE.path, "Waiting for the connection."))
    desk.say(JobRemoved(LINE.path))
    assert not desk.jobs
    assert removed.heard == [LINE.path]
    assert [len(listener.heard) for listener in others] == [1, 1, 1]


def test_saved_settings_are_told_to_all(qtbot: QtBot, tmp_path: Path) -> None:
    """What the engine kept is what holds, not what was asked for."""
    desk = FakeDesk(tmp_path, {SaveSettings: lambda verb: {**verb.values, "theme": "dark"}})
    told = Listener(desk.settings_changed)
    desk.save_settings({"text_size": 115})
    assert told.heard == [{"text_size": 115, "theme": "dark"}]
    assert desk.settings["theme"] == "dark"


def test_a_job_is_read_away_from_the_window_and_told_on_it(qtbot: QtBot, tmp_path: Path) -> None:
    """Reading happens on the reading lane with one open view a job; the answer comes home."""
    path = draft_job(tmp_path)
    link, lane = FakeLink({}), Lane("test")
    desk = Desk(link, lane, places_in(tmp_path), {}, FakeQuestions())  # type: ignore[arg-type]
    seen: list[tuple[str, JobView]] = []
    got: list[str] = []
    told_on: list[threading.Thread] = []

    def work(view: JobView) -> str:
        seen.append((threading.current_thread().name, view))
        return view.head().name

    def done(name: str) -> None:
        got.append(name)
        told_on.append(threading.current_thread())

    desk.read(path, work, owner=desk, done=done)
    desk.read(path, work, owner=desk, done=done)
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got == ["Store reviews"] * 2
    assert {name for name, _ in seen} == {"sheaf-test"}
    assert seen[0][1] is seen[1][1]
    assert set(told_on) == {threading.main_thread()}
    desk.ask(Delete(path), owner=desk)
    qtbot.waitUntil(lambda: not desk._views._open)
    lane.stop(2)


def test_reading_a_missing_job_is_an_error_in_plain_words(qtbot: QtBot, tmp_path: Path) -> None:
    """A job file that is gone gives a sentence, not a crash."""
    desk = FakeDesk(tmp_path)
    desk.read(str(tmp_path / "gone.sheaf"), JobView.head, owner=desk, done=pytest.fail)
    assert len(desk.questions.shown) == 1


def test_a_job_whose_reading_was_stopped_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    """The error that stopping brings is no news to the person who stopped."""
    desk = FakeDesk(tmp_path)
    desk.ask(StopLoading("/jobs/a.sheaf"), owner=desk)
    assert desk.stopped == {"/jobs/a.sheaf"}


def test_after_a_restart_of_the_engine_everything_is_asked_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """The engine's successor knows nothing, so the desk begins again."""
    desk = FakeDesk(tmp_path)
    desk.link.started_again.emit()
    assert [type(verb) for verb in desk.verbs] == [ListJobs, Models, KeyState]
