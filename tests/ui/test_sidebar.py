"""The sidebar: the job list, its words, its menu, and the foot that says practice or connected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core.job import JobState, Mode, RowState
from app.engine.events import JobChanged, JobRemoved
from app.engine.replies import JobLine, KeyReply
from app.engine.verbs import Delete, Duplicate, KeyState, Models, Rename
from app.ui.dialogs.rename_job import RenameJob
from app.ui.job_commands import JobCommands
from app.ui.models.jobs_model import LOOK_ROLE, JobsModel, look_of
from app.ui.sidebar import RAIL, WIDTH, Sidebar
from app.ui.widgets.button import Button
from app.ui.widgets.text_field import TextField
from tests.ui.draft_job import MODELS
from tests.ui.fake_desk import A_KEY, FakeDesk


def job(number: int, state: JobState = JobState.DRAFT, **more: Any) -> JobLine:
    """Return a job's line."""
    values = {"mode": Mode.REAL, "rows": 100, **more}
    return JobLine(f"/jobs/{number}.sheaf", f"Job {number}", state, **values)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> FakeDesk:
    """A desk with two jobs."""
    return FakeDesk(tmp_path, {Models: MODELS}, jobs=(job(1), job(2, JobState.FINISHED)))


@pytest.fixture
def sidebar(qtbot: QtBot, desk: FakeDesk) -> Sidebar:
    """A sidebar on screen."""
    made = Sidebar(desk)
    qtbot.addWidget(made)
    made.resize(made.width(), 700)
    made.show()
    return made


@pytest.mark.parametrize(
    ("line", "words", "icon"),
    [
        (job(1), "Draft · 100 rows", "pencil-line"),
        (job(1, JobState.LOADING), "Reading the file…", "loader"),
        (
            job(1, JobState.RUNNING, counts={RowState.ANSWERED: 40, RowState.SENT: 60}),
            "40 of 100 rows",
            "loader",
        ),
        (job(1, JobState.FINISHED, counts={RowState.ANSWERED: 100}), "Finished · 100 rows", ""),
        (
            job(1, JobState.FINISHED, counts={RowState.ANSWERED: 91, RowState.CUT_OFF: 9}),
            "9 of 100 need you",
            "triangle-alert",
        ),
        (
            job(1, JobState.CANCELLED, counts={RowState.CANCELLED: 100}),
            "Cancelled · 0 of 100",
            "circle-slash",
        ),
        (
            job(1, JobState.PAUSED, counts={RowState.ANSWERED: 30, RowState.WAITING: 70}),
            "Paused · 30 of 100",
            "circle-pause",
        ),
    ],
)
def test_every_state_has_its_words_and_icon(line: JobLine, words: str, icon: str) -> None:
    """A job's line says in words what its icon says."""
    look = look_of(line)
    assert look.words == words
    assert look.icon == (icon or "circle-check")


def test_practice_is_said_in_the_list_once_a_job_is_submitted() -> None:
    """A draft may still become real; a practice job says so first, also to a screen reader."""
    assert "Practice" not in look_of(job(1, mode=Mode.PRACTICE)).words
    counts = {RowState.ANSWERED: 25, RowState.SENT: 75}
    look = look_of(job(1, JobState.RUNNING, mode=Mode.PRACTICE, counts=counts))
    assert look.words == "Practice · 25 of 100"
    assert look.spoken == "Job 1, Practice · 25 of 100"
    assert look.share == 0.25
    for state in (JobState.FINISHED, JobState.PAUSED, JobState.CANCELLED, JobState.CANCELLING):
        assert look_of(job(1, state, mode=Mode.PRACTICE)).words.startswith("Practice · ")


def test_the_model_keeps_to_qts_rules() -> None:
    """Inserting, changing and removing jobs announces exactly what happened."""
    model = JobsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([job(1), job(2)])
    model.change(job(3))
    model.change(job(1, JobState.RUNNING))
    model.remove(job(2).path)
    names = [model.index(row).data() for row in range(model.rowCount())]
    assert names == ["Job 3", "Job 1"]
    assert model.index(1).data(LOOK_ROLE).icon == "loader"


def test_jobs_of_one_name_are_told_apart() -> None:
    """By the day, within a day by the time, and where both are the same by their files."""
    model = JobsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def twin(number: int, moment: str) -> JobLine:
        return msgspec.structs.replace(job(number), name="Tickets", changed_at=moment)

    def words() -> list[str]:
        return [model.index(row).data(LOOK_ROLE).words for row in range(model.rowCount())]

    model.show([job(9), twin(1, "2026-11-21T12:05:00+00:00"), twin(2, "2026-11-02T12:05:00+00:00")])
    assert words() == ["Draft · 100 rows", "21 Nov · Draft · 100 rows", "2 Nov · Draft · 100 rows"]
    model.change(twin(2, "2026-11-21T12:35:00+00:00"))
    by_time = words()[1:]
    assert len(set(by_time)) == 2
    assert all(":" in each for each in by_time)
    model.change(twin(2, "2026-11-21T12:05:00+00:00"))
    assert words()[1:] == ["1 · Draft · 100 rows", "2 · Draft · 100 rows"]
    model.change(msgspec.structs.replace(twin(2, ""), name="Renamed"))
    assert words() == ["Draft · 100 rows"] * 3
    model.change(twin(3, "2026-11-20T12:05:00+00:00"))
    assert words()[2] == "21 Nov · Draft · 100 rows"
    model.remove(job(3).path)
    assert words() == ["Draft · 100 rows"] * 3


def test_a_click_opens_a_job(qtbot: QtBot, sidebar: Sidebar) -> None:
    """One click is enough, and Enter does the same from the keyboard."""
    chosen: list[str] = []
    sidebar.jobs.job_chosen.connect(chosen.append)
    place = sidebar.jobs.visualRect(sidebar.jobs.model().index(1, 0)).center()
    qtbot.mouseClick(sidebar.jobs.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen[-1] == job(2).path
    sidebar.jobs.setCurrentIndex(sidebar.jobs.model().index(0, 0))
    qtbot.keyClick(sidebar.jobs, Qt.Key.Key_Return)
    assert chosen[-1] == job(1).path


def test_the_list_follows_the_engine(sidebar: Sidebar, desk: FakeDesk) -> None:
    """New jobs come on top, gone ones go, and the number beside the heading follows."""
    desk.say(JobChanged(job(3)))
    assert sidebar.jobs.model().rowCount() == 3
    assert sidebar._count.text() == "3"
    for number in (1, 2, 3):
        desk.say(JobRemoved(job(number).path))
    assert sidebar._empty.isVisible()
    assert not sidebar._count.text()


def test_the_foot_says_practice_until_a_key_is_there(sidebar: Sidebar, desk: FakeDesk) -> None:
    """Practice and Connected look and read differently; the key shows its ending only."""
    card = sidebar.key_card
    assert card._title.text() == "Practice mode"
    assert card._text.text() == "Nothing is sent or charged."
    desk.link.answers[KeyState] = A_KEY
    desk.ask(KeyState(), owner=desk)
    assert card._title.text() == "Connected"
    assert card._text.text() == "API key ending in Q4fA"
    assert not card._connect_key.isVisible()


def test_a_locked_keyring_is_said_in_the_foot(sidebar: Sidebar, desk: FakeDesk) -> None:
    """A key that cannot be read means practice, and the reason stands there."""
    desk.link.answers[KeyState] = KeyReply("locked", "Your password manager is locked.")
    desk.ask(KeyState(), owner=desk)
    assert sidebar.key_card._text.text() == "Your password manager is locked."


def test_the_rail_keeps_every_way(sidebar: Sidebar) -> None:
    """Narrow, the sidebar still leads to a new job, every job, the settings and the key."""
    assert sidebar.width() == WIDTH
    sidebar.set_narrow(narrow=True)
    assert sidebar.width() == RAIL
    assert sidebar._new_icon.isVisible()
    assert sidebar.jobs.isVisible()
    wanted: list[str] = []
    sidebar.settings_wanted.connect(lambda: wanted.append("settings"))
    sidebar.key_wanted.connect(lambda: wanted.append("key"))
    sidebar.key_card._rail_settings.click()
    sidebar.key_card._rail_sign.click()
    assert wanted == ["settings", "key"]


@pytest.fixture
def commands(sidebar: Sidebar, desk: FakeDesk) -> JobCommands:
    """The commands on the list, with the first job open."""
    sidebar.show_opened(job(1).path)
    return JobCommands(desk, sidebar.jobs)


def test_rename_asks_for_the_name(
    qtbot: QtBot, commands: JobCommands, desk: FakeDesk, sidebar: Sidebar
) -> None:
    """F2 offers the old name; the new one goes to the engine without spaces around it."""
    commands.rename()
    dialog = sidebar.findChild(RenameJob)
    assert dialog is not None
    field = dialog.findChild(TextField)
    assert field is not None
    assert field.text() == "Job 1"
    field.setText("   ")
    button = dialog.findChild(Button, "rename")
    assert button is not None
    assert not button.isEnabled()
    field.setText("  March ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.verbs_of(Rename) == [Rename(job(1).path, "March")]


def test_delete_asks_first(commands: JobCommands, desk: FakeDesk) -> None:
    """Without a yes nothing is deleted, and the question names the job and what is lost."""
    commands.delete()
    assert not desk.verbs_of(Delete)
    question = desk.questions.asked[0][1][0]
    assert "Job 1" in question.title
    assert question.dangerous
    desk.questions.answers["confirm"] = True
    commands.delete()
    assert desk.verbs_of(Delete) == [Delete(job(1).path)]


def test_duplicate_opens_the_copy(commands: JobCommands, desk: FakeDesk) -> None:
    """The new draft is announced so that the window can show it."""
    desk.link.answers[Duplicate] = job(9)
    copies: list[JobLine] = []
    commands.duplicated.connect(copies.append)
    commands.duplicate()
    assert copies == [job(9)]


def test_the_menu_acts_on_the_job_it_was_opened_on(
    qtbot: QtBot, commands: JobCommands, desk: FakeDesk, sidebar: Sidebar
) -> None:
    """The menu of another job than the open one renames, duplicates or deletes that one."""
    desk.link.answers[Duplicate] = job(9)
    commands.show_menu(job(2).path, sidebar.mapToGlobal(QPoint(20, 300)))
    texts = [action.text() for action in commands._menu.actions() if action.text()]
    remote = "Delete from Anthropic’s servers…"
    assert texts == ["Open results", "Rename…", "Duplicate job", remote, "Delete job…"]
    duplicate = next(a for a in commands._menu.actions() if a.text() == "Duplicate job")
    commands._menu.hide()
    duplicate.trigger()
    assert desk.verbs_of(Duplicate) == [Duplicate(job(2).path)]
    qtbot.waitUntil(lambda: not commands._menu_path)


def test_a_job_of_another_sheaf_is_not_renamed_or_deleted_here(
    qtbot: QtBot, sidebar: Sidebar, commands: JobCommands, desk: FakeDesk
) -> None:
    """The menu offers only what changes nothing; for the next job it is whole again."""
    held = msgspec.structs.replace(job(2), read_only=True)
    desk.say(JobChanged(held))
    commands.show_menu(held.path, sidebar.mapToGlobal(QPoint(20, 300)))
    assert not commands._rename.isEnabled()
    assert not commands._delete.isEnabled()
    assert commands._duplicate.isEnabled()
    commands._menu.hide()
    qtbot.waitUntil(lambda: not commands._menu_path)
    assert commands._rename.isEnabled()
    assert commands._delete.isEnabled()


def test_shift_f10_opens_the_menu_of_the_job_under_the_keyboard(
    qtbot: QtBot, commands: JobCommands, sidebar: Sidebar
) -> None:
    """Whoever uses no mouse gets the same menu."""
    sidebar.activateWindow()
    sidebar.jobs.setFocus()
    sidebar.jobs.setCurrentIndex(sidebar.jobs.model().index(1, 0))
    qtbot.keyClick(sidebar.jobs, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert commands._menu.isVisible()
    assert commands._menu_path == job(2).path
    commands._menu.hide()


def test_del_works_in_the_list_only(
    qtbot: QtBot, commands: JobCommands, desk: FakeDesk, sidebar: Sidebar
) -> None:
    """Del in a text field deletes a letter, never a job."""
    window = QWidget()
    qtbot.addWidget(window)
    assert commands._delete.shortcutContext() == Qt.ShortcutContext.WidgetWithChildrenShortcut
    assert commands._delete in sidebar.jobs.actions()
