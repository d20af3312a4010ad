"""The window: sidebar, the screen beside it, and what leads from one screen to another."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.core.job import JobState
from app.engine.events import Progress
from app.engine.replies import JobLine
from app.engine.samples import Sample
from app.engine.view import JobView
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.drops import Drops
from app.ui.elsewhere import marked
from app.ui.first_run import FirstRun
from app.ui.job.page import JobPage
from app.ui.job_commands import JobCommands
from app.ui.job_loader import LOADING, JobLoader
from app.ui.layouts import box, column, row
from app.ui.notices import Notices
from app.ui.panes import Panes
from app.ui.placing import place_of, put_in_place
from app.ui.plain_text import one_line
from app.ui.resuming import Resuming
from app.ui.sidebar import Sidebar
from app.ui.steps.data import DataStep
from app.ui.steps.draft import Draft
from app.ui.steps.instructions import InstructionsStep
from app.ui.steps.model_cost import ModelCostStep
from app.ui.steps.review import ReviewStep
from app.ui.theme import THEME
from app.ui.window_menu import WindowMenu

NARROW_BELOW = 1200
"""In a window less wide than this the sidebar becomes a rail."""


class Window(QMainWindow):
    """Shows the first screen, a draft, or a job; `path` is the job that is shown."""

    def __init__(self, desk: Desk, samples: Sequence[Sample]) -> None:
        super().__init__()
        self.desk = desk
        self.path = ""
        self.setObjectName("window")
        self.sidebar = Sidebar(desk)
        self.first_run = FirstRun(samples)
        data = DataStep(desk)
        steps = (data, InstructionsStep(desk), ModelCostStep(desk), ReviewStep(desk))
        self.draft = Draft(desk, steps)
        self.job_page = JobPage(desk)
        self.loader = JobLoader(desk, self)
        self._pages = QStackedWidget()
        self._notices = Notices()
        self._build()
        loader = self.loader
        self._menu = WindowMenu(desk, self, self.new_job, loader.choose, loader.choose_folder)
        self._commands = JobCommands(desk, self.sidebar.jobs)
        self._resuming = Resuming(desk, self)
        self._drops = Drops(self, self._pages, self.first_run)
        self._panes = Panes(self, self._parts)
        self._connect()
        data.read_anew.connect(self._open_line)
        put_in_place(self, str(desk.settings.get("window") or ""))
        self.new_job()

    @Slot()
    def new_job(self) -> None:
        """Show the first screen."""
        self._leave_draft("")
        self._show(self.first_run, "")
        self.setWindowTitle("Sheaf")

    @Slot(object)
    def open_job(self, path: str) -> None:
        """Show a job of the list, or a job file from elsewhere."""
        line = self.desk.jobs.get(path)
        if line is not None:
            self._open_line(line)
        else:
            self.desk.read(path, JobView.line, owner=self, done=self._open_unlisted)

    def _open_unlisted(self, line: JobLine) -> None:
        """List a job that another Sheaf has made, then show it."""
        self.desk.list_job(line)
        self._open_line(line)

    @Slot(object)
    def _open_line(self, line: JobLine) -> None:
        line = marked(self.desk.places, line)
        self._leave_draft(line.path)
        self.setWindowTitle(f"{one_line(line.name)} — Sheaf")
        if line.state is JobState.DRAFT:
            self.draft.open(line)
            self._show(self.draft, line.path)
        else:
            self.job_page.show_line(line)
            self._show(self.job_page, line.path)

    def _leave_draft(self, path: str) -> None:
        if self.draft.path and self.draft.path != path:
            self.draft.close_job()

    def _show(self, page: QWidget, path: str) -> None:
        # Also while another program is in front, from which a file was just dropped.
        before = self._pages.currentWidget()
        focus: QWidget | None = self.focusWidget()
        self.path = path
        self._pages.setCurrentWidget(page)
        self.sidebar.show_opened(path)
        if (
            before is not page
            and before is not None
            and focus is not None
            and (before.isAncestorOf(focus))
        ):
            # The control that had the keyboard is hidden now; Qt would choose the next at random.
            self.sidebar.jobs.take_focus(path)

    def _build(self) -> None:
        for page in (self.first_run, self.draft, self.job_page):
            self._pages.addWidget(page)
        beside = column(self._notices, gap=0)
        beside.addWidget(self._pages, 1)
        whole = row(self.sidebar, gap=0)
        whole.addLayout(beside, 1)
        self.setCentralWidget(box(whole))

    def _connect(self) -> None:
        desk, sidebar = self.desk, self.sidebar
        sidebar.new_job.connect(self.new_job)
        sidebar.jobs.job_chosen.connect(self.open_job)
        self.first_run.file_wanted.connect(self.loader.choose)
        self.first_run.folder_wanted.connect(self.loader.choose_folder)
        command(self.first_run, "paste", self.loader.paste, everywhere=True)
        self.first_run.sample_wanted.connect(self.loader.load_sample)
        sidebar.menu_wanted.connect(self._menu.show_below)
        sidebar.settings_wanted.connect(self._menu.open_settings)
        sidebar.key_wanted.connect(self._menu.open_first_key)
        self.job_page.settings_wanted.connect(self._menu.open_settings)
        self._drops.dropped.connect(self.loader.load)
        self.loader.reading.connect(self._open_line)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.ended.connect(self._on_load_ended)
        self.draft.submitted.connect(self._open_line)
        self.draft.left.connect(self.new_job)
        self._commands.duplicated.connect(self._open_line)
        self._commands.said.connect(self._notices.tell)
        self._resuming.refused.connect(self._notices.say)
        desk.engine_restarted.connect(self._notices.say)
        desk.job_changed.connect(self._on_job)
        desk.job_removed.connect(self._on_removed)
        desk.progress.connect(self._on_progress)
        THEME.changed.connect(self._fit_sidebar)

    @Slot(object)
    def _on_job(self, line: JobLine) -> None:
        if line.path != self.path:
            return
        self.setWindowTitle(f"{one_line(line.name)} — Sheaf")
        is_draft = line.state is JobState.DRAFT
        if is_draft and self.draft.path == line.path and self.draft.isVisibleTo(self):
            self.draft.rename(line)
        elif is_draft or self._pages.currentWidget() is not self.job_page:
            self._open_line(line)

    @Slot(object)
    def _on_removed(self, path: str) -> None:
        if path == self.draft.path:
            self.draft.forget()
        if path == self.path:
            self.new_job()

    @Slot(object)
    def _on_progress(self, event: Progress) -> None:
        """Show the reading of a draft's file while it goes on; a short one is over before."""
        line = self.desk.jobs.get(event.path)
        shown = self._pages.currentWidget() is self.draft and event.path == self.path
        if event.stage == LOADING and shown and line is not None and event.done < event.total:
            self._open_line(msgspec.structs.replace(line, state=JobState.LOADING))

    @Slot(object)
    def _on_loaded(self, line: JobLine) -> None:
        # A person who has gone elsewhere meanwhile is left there.
        if self.path == "" and self._pages.currentWidget() is self.first_run:
            self._open_line(line)

    @Slot()
    def _on_load_ended(self) -> None:
        if self.path and self.path not in self.desk.jobs:
            self.new_job()

    def _parts(self) -> list[QWidget]:
        page = self._pages.currentWidget()
        return [self.sidebar.jobs] + ([page] if page is not None else [])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the sidebar a rail where the window is narrow."""
        super().resizeEvent(event)
        self._fit_sidebar()

    @Slot()
    def _fit_sidebar(self) -> None:
        self.sidebar.set_narrow(narrow=self.width() < THEME.px(NARROW_BELOW))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the draft and the window's place; nothing is asked, work goes on elsewhere."""
        self.draft.close_job()
        self.desk.save_settings({"window": place_of(self)})
        super().closeEvent(event)
