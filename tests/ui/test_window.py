"""The window as a whole: from screen to screen, drops, resuming, closing."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.core.job import JobSettings, JobState, Mode
from app.engine.events import JobChanged, JobRemoved, Progress
from app.engine.replies import JobLine, Pasted
from app.engine.samples import samples
from app.engine.verbs import (
    KeyState,
    ListJobs,
    Load,
    Models,
    Paste,
    Resume,
    SaveSettings,
    StopLoading,
)
from app.ui.actions import COMMANDS, GROUPS, keys_of
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.first_key import FirstKeyDialog
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.shortcuts import ShortcutsDialog
from app.ui.models.jobs_model import PATH_ROLE
from app.ui.panes import first_control
from app.ui.theme import THEME
from app.ui.widgets.label import Label
from app.ui.window import Window
from tests.ui.draft_job import MODELS, desk_for, draft_job, line
from tests.ui.fake_desk import NO_KEY, FakeDesk

RUNNING = JobLine("/jobs/r.sheaf", "Running", JobState.RUNNING, Mode.REAL, 100)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[FakeDesk]:
    """A desk with one draft, whose engine knows the models."""
    path = draft_job(tmp_path)
    made = desk_for(
        tmp_path,
        path,
        {
            ListJobs: (line(path),),
            Models: MODELS,
            KeyState: NO_KEY,
            SaveSettings: lambda verb: verb.values,
        },
        jobs=(line(path),),
    )
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk) -> Iterator[Window]:
    """A window on screen."""
    made = Window(desk, samples())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.draft.forget()


def page(window: Window) -> QWidget | None:
    """Return the screen beside the sidebar."""
    pages = window.findChild(QStackedWidget)
    return pages.currentWidget() if pages is not None else None


def the_draft(desk: FakeDesk) -> str:
    """Return the draft's path."""
    return next(iter(desk.jobs))


def test_it_opens_on_the_first_screen(window: Window) -> None:
    """Without a job the window invites to drop a spreadsheet; its title is the program's."""
    assert page(window) is window.first_run
    assert window.windowTitle() == "Sheaf"
    assert window.minimumSize().width() == 1024


def test_a_draft_opens_its_steps_and_the_title_names_it(window: Window, desk: FakeDesk) -> None:
    """One click on a draft shows its steps, marks it in the list and names it in the title."""
    window.sidebar.jobs.job_chosen.emit(the_draft(desk))
    assert page(window) is window.draft
    assert window.draft.path == the_draft(desk)
    assert window.windowTitle() == "Store reviews — Sheaf"
    assert window.sidebar.jobs.opened == the_draft(desk)


def test_a_submitted_draft_becomes_the_jobs_page(window: Window, desk: FakeDesk) -> None:
    """When the engine says that the open draft runs, the page of the job is shown."""
    path = the_draft(desk)
    window.open_job(path)
    desk.say(JobChanged(JobLine(path, "Store reviews", JobState.RUNNING, Mode.PRACTICE, 3)))
    assert page(window) is window.job_page


def test_another_jobs_news_leaves_the_screen_alone(window: Window, desk: FakeDesk) -> None:
    """A job that is not shown changes its line only."""
    window.open_job(the_draft(desk))
    desk.say(JobChanged(RUNNING))
    assert page(window) is window.draft


def test_a_renamed_draft_keeps_its_step_and_changes_the_title(
    window: Window, desk: FakeDesk
) -> None:
    """A new name is no reason to leave the step."""
    path = the_draft(desk)
    window.open_job(path)
    window.draft.proceed()
    desk.say(JobChanged(JobLine(path, "March", JobState.DRAFT, Mode.PRACTICE, 3)))
    assert window.draft.current == 1
    assert window.windowTitle() == "March — Sheaf"


def test_a_deleted_job_leaves_the_first_screen(window: Window, desk: FakeDesk) -> None:
    """What is gone is not shown any more."""
    window.open_job(the_draft(desk))
    desk.say(JobRemoved(the_draft(desk)))
    assert page(window) is window.first_run
    assert window.draft.path == ""


def test_a_loaded_file_is_opened(window: Window, desk: FakeDesk) -> None:
    """While a longer file is read its progress is shown; then its steps."""
    window.loader.load([Path("/data/march.csv")])
    assert desk.verbs_of(Load)[0].source == "/data/march.csv"
    desk.say(Progress("/jobs/march.sheaf", "loading", 10, 100, "bytes"))
    assert page(window) is window.job_page
    assert window.windowTitle() == "march — Sheaf"
    loaded = JobLine("/jobs/march.sheaf", "march", JobState.DRAFT, Mode.PRACTICE, 3)
    desk.hold_reads = True
    desk.say(JobChanged(loaded))
    desk.answer(Load, loaded)
    assert page(window) is window.draft
    assert window.draft.path == loaded.path
    desk.lane.held.clear()


def test_a_person_who_went_elsewhere_is_left_there(window: Window, desk: FakeDesk) -> None:
    """A file that has been read does not take the screen from another job."""
    window.loader.load([Path("/data/march.csv")])
    desk.say(Progress("/jobs/march.sheaf", "loading", 10, 100, "bytes"))
    window.open_job(the_draft(desk))
    desk.say(Progress("/jobs/march.sheaf", "loading", 20, 100, "bytes"))
    loaded = JobLine("/jobs/march.sheaf", "march", JobState.DRAFT, Mode.PRACTICE, 3)
    desk.say(JobChanged(loaded))
    desk.answer(Load, loaded)
    assert window.draft.path == the_draft(desk)


def test_a_file_that_cannot_be_read_leads_back(window: Window, desk: FakeDesk) -> None:
    """The error is shown over the first screen, not over a page of a job that never was."""
    window.loader.load([Path("/data/march.csv")])
    desk.say(Progress("/jobs/march.sheaf", "loading", 10, 100, "bytes"))
    desk.answer(Load, SheafError('"march.csv" is empty.'))
    assert page(window) is window.first_run
    assert len(desk.questions.shown) == 1


def test_stopping_the_reading_is_no_error(window: Window, desk: FakeDesk) -> None:
    """A person who pressed Stop reads no error about it."""
    window.loader.load([Path("/data/march.csv")])
    desk.say(Progress("/jobs/march.sheaf", "loading", 10, 100, "bytes"))
    desk.ask(StopLoading("/jobs/march.sheaf"), owner=window)
    desk.answer(Load, SheafError('Reading "march.csv" was stopped.'))
    assert page(window) is window.first_run
    assert not desk.questions.shown


def test_the_next_reading_of_a_file_is_shown_and_can_fail(window: Window, desk: FakeDesk) -> None:
    """Stopped or failed once, the same file takes the same path again: that one is news."""
    errors = ('Reading "march.csv" was stopped.', '"march.csv" is damaged.', "Damaged still.")
    for count, sentence in enumerate(errors):
        window.loader.load([Path("/data/march.csv")])
        desk.say(Progress("/jobs/march.sheaf", "loading", 10, 100, "bytes"))
        assert page(window) is window.job_page
        if count == 0:
            desk.ask(StopLoading("/jobs/march.sheaf"), owner=window)
        desk.answer(Load, SheafError(sentence))
        assert page(window) is window.first_run
    assert [error.what for error in desk.questions.shown] == list(errors[1:])


def test_a_sample_is_ready_to_run(window: Window, desk: FakeDesk) -> None:
    """A sample brings its instructions, answer columns and a model."""
    window.first_run.sample_wanted.emit(samples()[0])
    verb = desk.verbs_of(Load)[0]
    assert verb.name == "Product reviews"
    assert isinstance(verb.settings, JobSettings)
    assert verb.settings.instructions
    assert len(verb.settings.answers) == 4
    assert verb.settings.model == MODELS.suggested


def test_a_sample_waits_for_the_models(qtbot: QtBot, window: Window, desk: FakeDesk) -> None:
    """Clicked in the first moments, the sample is read once the models are known."""
    desk.models = None
    window.loader.load_sample(samples()[1])
    assert not desk.verbs_of(Load)
    desk.ask(Models(), owner=window)
    assert [verb.name for verb in desk.verbs_of(Load)] == ["Support tickets"]


def test_choosing_a_file_remembers_its_folder(
    window: Window, desk: FakeDesk, tmp_path: Path
) -> None:
    """The next file dialog opens where the last file was."""
    desk.questions.answers["choose_file"] = tmp_path / "a.csv"
    window.loader.choose()
    assert desk.settings["last_folder"] == str(tmp_path)
    assert desk.verbs_of(Load)[0].source == str(tmp_path / "a.csv")


def drag(files: list[str]) -> QMimeData:
    """Return what is held over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(name) for name in files])
    return data


def test_a_file_can_be_dropped_on_any_screen(window: Window, desk: FakeDesk) -> None:
    """Held over the window it is invited, let go it is read, on the first screen and elsewhere."""
    data = drag(["/data/march.csv"])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    nothing = Qt.KeyboardModifier.NoModifier
    for screen in ("first", "draft"):
        if screen == "draft":
            window.open_job(the_draft(desk))
        enter = QDragEnterEvent(QPoint(5, 5), actions, data, button, nothing)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted()
        assert window._drops._overlay.isVisible() == (screen == "draft")
        invited = window.first_run.zone if screen == "first" else window._drops._overlay
        titles = [label.text() for label in invited.findChildren(Label)]
        assert "Let go to add this spreadsheet" in titles
        drop = QDropEvent(QPointF(5, 5), actions, data, button, nothing)
        QApplication.sendEvent(window, drop)
        assert not window._drops._overlay.isVisible()
        titles = [label.text() for label in window.first_run.zone.findChildren(Label)]
        assert "Drop a spreadsheet or a folder here" in titles
    assert [verb.source for verb in desk.verbs_of(Load)] == ["/data/march.csv"] * 2


def test_a_web_page_is_not_invited(window: Window) -> None:
    """What is not on this computer is refused while it is still held."""
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/reviews.csv")])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_work_under_way_goes_on_at_start(window: Window, desk: FakeDesk) -> None:
    """Jobs that run, are being cancelled or were being read are resumed; a paused one waits."""
    states = (JobState.RUNNING, JobState.CANCELLING, JobState.LOADING, JobState.PAUSED)
    lines = tuple(JobLine(f"/jobs/{s}", s, s, Mode.REAL, 1) for s in (*states, JobState.FINISHED))
    desk.link.answers[ListJobs] = lines
    desk.link.answers[Resume] = SheafError("Another Sheaf works on it.")
    desk.begin()
    assert [verb.job for verb in desk.verbs_of(Resume)] == [f"/jobs/{s}" for s in states[:3]]
    assert window._notices.isVisible()
    assert not desk.questions.shown


def test_a_restarted_engine_is_said_once(window: Window, desk: FakeDesk) -> None:
    """The sentence stands above every screen until the person has seen it."""
    desk.link.stopped.emit("The engine stopped. It was started again.")
    assert window._notices.isVisible()
    button = window._notices.findChild(QWidget, "notice-seen")
    assert button is not None
    button.click()  # type: ignore[attr-defined]
    assert not window._notices.isVisible()


def test_a_job_file_from_elsewhere_can_be_opened(
    window: Window, desk: FakeDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    """A job that another Sheaf made is read from its file, listed, and the keyboard is on it."""
    the_first = the_draft(desk)
    window.open_job(the_first)
    (tmp_path / "elsewhere").mkdir()
    path = draft_job(tmp_path / "elsewhere")
    qtbot.keyClick(window.sidebar.jobs, Qt.Key.Key_Down)
    window.open_job(path)
    assert window.draft.path == path
    jobs = window.sidebar.jobs
    listed = [jobs.model().index(n, 0).data(PATH_ROLE) for n in range(jobs.model().rowCount())]
    assert listed == [path, the_first]
    assert jobs.currentIndex().data(PATH_ROLE) == path


def test_a_narrow_window_has_a_rail(qtbot: QtBot, window: Window) -> None:
    """Below 1200 pixels the sidebar gives its room to the work."""
    window.resize(1280, 800)
    assert window.sidebar.width() > 200
    window.resize(1100, 800)
    qtbot.waitUntil(lambda: window.sidebar.width() < 100)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.sidebar.width() > 200)
    THEME.apply("light", 130)
    qtbot.waitUntil(lambda: window.sidebar.width() < 100)


def test_closing_saves_draft_and_place(window: Window, desk: FakeDesk) -> None:
    """Nothing is asked; what was typed and where the window stood are kept."""
    window.open_job(the_draft(desk))
    window.close()
    place = desk.verbs_of(SaveSettings)[-1].values["window"]
    assert base64.b64decode(place)
    assert window.draft.path == ""


@pytest.mark.parametrize(
    ("slot", "kind"),
    [
        ("open_settings", SettingsDialog),
        ("open_first_key", FirstKeyDialog),
        ("open_keyboard", ShortcutsDialog),
        ("open_about", AboutDialog),
    ],
)
def test_every_dialog_of_the_menu_opens(window: Window, slot: str, kind: type[QWidget]) -> None:
    """Settings, key, keyboard list and About open over the window."""
    getattr(window._menu, slot)()
    dialog = window.findChild(kind)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()


def test_the_main_menu_lists_the_commands(window: Window) -> None:
    """The menu below the button holds what has no place of its own."""
    window._menu.show_below(window.sidebar._menu)
    texts = [action.text() for action in window._menu._menu.actions() if action.text()]
    assert texts[:4] == ["New job", "Choose file…", "Choose folder…", "Settings…"]
    assert texts[-1] == "Quit Sheaf"
    window._menu._menu.hide()


def test_no_two_commands_share_a_key() -> None:
    """Two commands on one key would make both deaf."""
    everywhere = {
        "new_job", "choose_file", "choose_folder", "rename_job", "duplicate_job", "next_pane",
        "previous_pane", "settings", "keyboard", "quit", "search", "retry", "export", "next_step",
        "previous_row", "next_row",
    }  # fmt: skip
    keys = [keys.toString() for name in sorted(everywhere) for keys in keys_of(name)]
    assert len(keys) == len(set(keys))
    assert {command.group for command in COMMANDS.values()} == set(GROUPS)


def test_f6_reaches_the_screen_beside_the_list(
    qtbot: QtBot, window: Window, desk: FakeDesk
) -> None:
    """F6 goes from the jobs to the screen and back."""
    window.activateWindow()
    window.sidebar.jobs.setFocus()
    window._panes.go_on()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.first_run.isAncestorOf(focus)
    window._panes.go_back()
    assert QApplication.focusWidget() is window.sidebar.jobs
    assert first_control(window.first_run) is not None


def test_the_keyboard_lands_in_the_list_when_its_screen_goes(
    qtbot: QtBot, window: Window, desk: FakeDesk
) -> None:
    """After submitting, the focus is on the job in the list, not on whatever comes first."""
    path = the_draft(desk)
    window.activateWindow()
    window.open_job(path)
    window.draft._footer.focus_primary()
    desk.say(JobChanged(JobLine(path, "Store reviews", JobState.RUNNING, Mode.PRACTICE, 3)))
    assert QApplication.focusWidget() is window.sidebar.jobs
    assert window.sidebar.jobs.current_path() == path


def test_cells_are_pasted_into_the_first_screen(
    qtbot: QtBot, window: Window, desk: FakeDesk
) -> None:
    """Ctrl+V keeps them as a file and reads that; an empty clipboard is said."""
    window.new_job()
    clipboard = QApplication.clipboard()
    clipboard.clear()
    window.loader.paste()
    assert "no text in the clipboard" in desk.questions.shown[-1].what
    clipboard.setText("id\ttext\n1\tHello\n")
    desk.link.answers[Paste] = Pasted("/home/pasted/cells.tsv")
    action = next(a for a in window.first_run.actions() if a.objectName() == "action-paste")
    assert [keys.toString() for keys in action.shortcuts()][:1] == ["Ctrl+V"]
    action.trigger()
    assert desk.verbs_of(Paste)[-1].text == "id\ttext\n1\tHello\n"
    assert desk.verbs_of(Load)[-1].source == "/home/pasted/cells.tsv"


def test_a_drop_from_another_program_leaves_the_keyboard_in_the_list(
    window: Window, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the other program is in front nothing has the keyboard; Qt would choose the menu."""
    window.activateWindow()
    button = window.first_run.findChild(QWidget, "choose-file")
    assert button is not None
    button.setFocus()
    monkeypatch.setattr(QApplication, "focusWidget", lambda: None)
    window.open_job(the_draft(desk))
    assert window.focusWidget() is window.sidebar.jobs
