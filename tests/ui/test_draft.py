"""A draft: going from step to step, saving what changes, and submitting once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.core.job import Job, JobSettings, JobState, Mode
from app.engine.replies import JobLine
from app.engine.verbs import Save, Submit
from app.store.job_file import JobFile
from app.ui.desk import Desk
from app.ui.steps.draft import NOT_SAVED, SAVED, Draft
from app.ui.steps.step import Step
from tests.ui.draft_job import draft_job, line
from tests.ui.fake_desk import FakeDesk


class Plain(Step):
    """A step that holds one setting, the background, as `words`."""

    def __init__(self, desk: Desk, title: str) -> None:
        self.title = title
        super().__init__(desk)
        self.words = ""
        self.missing = ""
        self.entries = 0

    def show_job(self, line: JobLine, job: Job) -> None:
        if not self.entries:
            self.words = job.settings.background

    def apply(self, settings: JobSettings) -> JobSettings:
        if self.title != "One":
            return settings
        return replace(settings, background=self.words)

    def problem(self) -> str:
        return self.missing

    def entered(self) -> None:
        self.entries += 1

    def primary(self) -> tuple[str, str]:
        return f"After {self.title}", "arrow-right"

    def edit(self, words: str) -> None:
        """Do as if the person had typed."""
        self.words = words
        self.changed.emit()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> FakeDesk:
    """A desk whose engine saves into the job file."""
    draft_job(tmp_path)

    def save(verb: Save) -> JobLine:
        with JobFile.open(Path(verb.job)) as job_file:
            job_file.save_settings(verb.settings)
        return line(verb.job)

    return FakeDesk(tmp_path, {Save: save})


@pytest.fixture
def steps(desk: FakeDesk) -> list[Plain]:
    """Three steps."""
    return [Plain(desk, title) for title in ("One", "Two", "Three")]


@pytest.fixture
def draft(qtbot: QtBot, desk: FakeDesk, steps: list[Plain], tmp_path: Path) -> Draft:
    """A draft on screen, open on a job."""
    made = Draft(desk, steps)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.open(line(str(tmp_path / "reviews.sheaf")))
    return made


def test_the_primary_button_leads_on(draft: Draft, steps: list[Plain]) -> None:
    """Each press shows the next step, which is told that it is shown."""
    draft._footer.press()
    assert draft.current == 1
    assert steps[1].entries == 1
    assert draft._footer._primary.text() == "After Two"
    assert draft._footer._back.text() == "Back"


def test_what_is_missing_stands_beside_the_button(draft: Draft, steps: list[Plain]) -> None:
    """A problem disables the button, says why, and lets nobody past it by other ways."""
    steps[0].missing = "Choose at least one row."
    steps[0].changed.emit()
    assert not draft._footer._primary.isEnabled()
    assert draft._footer._note.text() == "Choose at least one row."
    draft.proceed()
    draft.go(1)
    assert draft.current == 0


def test_a_change_is_saved_after_a_pause(
    qtbot: QtBot, draft: Draft, desk: FakeDesk, steps: list[Plain]
) -> None:
    """Typing three times saves once, with the last text, and the head says so."""
    for words in ("a", "ab", "abc"):
        steps[0].edit(words)
    assert draft._state.text() == "Saving…"
    qtbot.waitUntil(lambda: bool(desk.verbs_of(Save)))
    assert [verb.settings.background for verb in desk.verbs_of(Save)] == ["abc"]
    assert draft._state.text() == SAVED


def test_nothing_is_saved_when_nothing_changed(draft: Draft, desk: FakeDesk) -> None:
    """Walking through the steps writes nothing by itself."""
    draft.proceed()
    draft.proceed()
    assert draft.current == 2
    assert not desk.verbs_of(Save)


class Shared(Plain):
    """A step that shows and changes the same setting as another one does."""

    def show_job(self, line: JobLine, job: Job) -> None:
        self.words = job.settings.background

    def apply(self, settings: JobSettings) -> JobSettings:
        return replace(settings, background=self.words)


def test_a_step_that_is_not_shown_undoes_nothing(
    qtbot: QtBot, desk: FakeDesk, tmp_path: Path
) -> None:
    """Blank rows can be sent or left out on two steps: the last word is the last one said."""
    steps = [Shared(desk, title) for title in ("One", "Two", "Three")]
    draft = Draft(desk, steps)
    qtbot.addWidget(draft)
    draft.open(line(str(tmp_path / "reviews.sheaf")))
    for number, words in ((0, "send"), (2, "leave out"), (0, "send again"), (1, "no")):
        draft.proceed()
        draft.proceed()
        draft.go(number)
        steps[number].edit(words)
        draft.save()
        assert [verb.settings.background for verb in desk.verbs_of(Save)][-1] == words
    assert len(desk.verbs_of(Save)) == 4


def test_the_next_step_waits_until_the_change_is_saved(
    draft: Draft, desk: FakeDesk, steps: list[Plain]
) -> None:
    """A step that asks the engine about the job must find it saved."""
    del desk.link.answers[Save]
    steps[0].edit("new")
    draft.proceed()
    assert draft.current == 0
    desk.answer(Save, line(draft.path))
    assert draft.current == 1


def test_typing_on_while_saving_saves_again(
    draft: Draft, desk: FakeDesk, steps: list[Plain]
) -> None:
    """No keystroke is lost between two saves."""
    del desk.link.answers[Save]
    steps[0].edit("a")
    draft.save()
    steps[0].edit("ab")
    draft.save()
    assert len(desk.verbs_of(Save)) == 1
    desk.answer(Save, line(draft.path))
    assert [verb.settings.background for verb in desk.verbs_of(Save)] == ["a", "ab"]


def test_a_save_that_fails_is_said_and_tried_again(
    draft: Draft, desk: FakeDesk, steps: list[Plain]
) -> None:
    """The head says that it is not saved, the error is shown, and the next save holds it."""
    desk.link.answers[Save] = SheafError("The disk is full.")
    steps[0].edit("a")
    draft.proceed()
    assert draft.current == 0
    assert draft._state.text() == NOT_SAVED
    assert [error.what for error in desk.questions.shown] == ["The disk is full."]
    desk.link.answers[Save] = lambda verb: line(verb.job)
    draft.proceed()
    assert desk.verbs_of(Save)[-1].settings.background == "a"
    assert draft.current == 1


def test_only_reached_steps_can_be_jumped_to(draft: Draft) -> None:
    """Ctrl+3 waits until the third step was reached; the way back is always open."""
    draft.go(2)
    assert draft.current == 0
    draft.proceed()
    draft.proceed()
    draft.go(0)
    draft.go(2)
    assert draft.current == 2


def test_a_draft_is_found_where_it_was_left(draft: Draft, desk: FakeDesk, tmp_path: Path) -> None:
    """Opening another job and coming back shows the step that was shown."""
    first = line(draft.path)
    (tmp_path / "other").mkdir()
    other = line(draft_job(tmp_path / "other"))
    draft.proceed()
    draft.open(other)
    assert draft.current == 0
    draft.open(first)
    assert draft.current == 1


def test_leaving_saves(draft: Draft, desk: FakeDesk, steps: list[Plain]) -> None:
    """Cancel and the cross keep what was typed a moment ago."""
    left: list[bool] = []
    draft.left.connect(lambda: left.append(True))
    steps[0].edit("kept")
    draft._footer._back.click()
    assert desk.verbs_of(Save)[-1].settings.background == "kept"
    assert left == [True]
    assert not draft.path


def test_a_step_begins_at_its_top(draft: Draft, steps: list[Plain], qtbot: QtBot) -> None:
    """Where another job's step, or this one an hour ago, was scrolled to says nothing now."""
    steps[1].setFixedHeight(3000)
    draft.proceed()
    bar = draft._scrolls[1].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 900)
    bar.setValue(900)
    assert bar.value() == 900
    draft.go(0)
    draft.proceed()
    assert draft.current == 1
    assert bar.value() == 0


def test_a_deleted_draft_is_not_saved_any_more(
    qtbot: QtBot, draft: Draft, desk: FakeDesk, steps: list[Plain]
) -> None:
    """After `forget` nothing writes to a file that is gone."""
    steps[0].edit("late")
    draft.forget()
    draft.save()
    assert not draft._timer.isActive()
    assert not desk.verbs_of(Save)


def test_submit_is_asked_once_with_the_mode_of_now(draft: Draft, desk: FakeDesk) -> None:
    """Pressing twice submits once; the line that comes back is announced."""
    begun = JobLine(draft.path, "Store reviews", JobState.RUNNING, Mode.PRACTICE, 3)
    submitted: list[JobLine] = []
    draft.submitted.connect(submitted.append)
    draft.activateWindow()
    for _ in range(3):
        draft.proceed()
    draft.proceed()
    assert desk.verbs_of(Submit) == [Submit(begun.path, Mode.PRACTICE)]
    assert not draft._footer._primary.isEnabled()
    focus = QApplication.focusWidget()
    assert focus is None or not isinstance(focus, QAbstractButton)
    desk.answer(Submit, begun)
    assert submitted == [begun]


def test_a_refused_submission_can_be_mended(draft: Draft, desk: FakeDesk) -> None:
    """The error is shown, and the button works again."""
    desk.link.answers[Submit] = SheafError("Your key was not accepted.")
    for _ in range(3):
        draft.proceed()
    assert desk.questions.shown[0].what == "Your key was not accepted."
    assert draft._footer._primary.isEnabled()
    assert draft.current == 2


def test_ctrl_enter_goes_on_from_anywhere_in_the_step(
    qtbot: QtBot, draft: Draft, steps: list[Plain]
) -> None:
    """The keyboard's way on is the button's way."""
    steps[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    draft.activateWindow()
    steps[0].setFocus()
    qtbot.keyClick(steps[0], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert draft.current == 1
