"""The left edge of the window: new job, the jobs, and whether work is practice or real."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.engine.replies import JobLine, KeyReply
from app.ui.desk import Desk
from app.ui.key_card import KeyCard
from app.ui.layouts import box, column, row
from app.ui.models.jobs_model import JobsModel
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.job_list import JobList
from app.ui.widgets.label import Label
from app.ui.widgets.mark import Mark
from app.ui.widgets.panel import Panel

WIDTH, RAIL = 241, 65
"""How wide the sidebar is with its rule, as a list and as a rail of icons."""
EMPTY = "Nothing here yet. Jobs you start, and their results, stay in this list."


class Sidebar(Panel):
    """Emits what the person wants; the window does it. `jobs` is the list itself."""

    new_job = Signal()
    settings_wanted = Signal()
    key_wanted = Signal()
    menu_wanted = Signal(object)
    """The main menu was asked for, below this widget."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(fill="window", rules="r")
        self._desk = desk
        self._model = JobsModel()
        self._narrow = False
        self.setObjectName("sidebar")
        self.jobs = JobList()
        self.jobs.setModel(self._model)
        self._build()
        self._connect()
        self._show_jobs()
        self._show_key()
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Become a rail of icons, or a list again."""
        self._narrow = narrow
        for widget in (self._title, self._menu, self._new, self._above):
            widget.setVisible(not narrow)
        self._top.setSpacing(14 if narrow else 18)
        self._top.setContentsMargins(12, 16 if narrow else 18, 12, 0)
        self._new_icon.setVisible(narrow)
        self.jobs.set_narrow(narrow=narrow)
        self.key_card.set_narrow(narrow=narrow)
        self._empty.setVisible(not self._model.rowCount())
        self._resize()

    def show_opened(self, path: str) -> None:
        """Mark the job that is open beside the sidebar, or none."""
        self.jobs.show_opened(path)

    def _build(self) -> None:
        self._title = Label("Sheaf", "heading")
        self._menu = IconButton("menu", "Menu", size=28)
        self._menu.setObjectName("main-menu")
        self._new = Button("New job", icon="plus", wide=True)
        self._new.setObjectName("new-job")
        self._new_icon = IconButton("plus", "New job", size=40, edge=True, icon_size=16)
        self._new_icon.setObjectName("new-job-small")
        self._count = Label("", "small", "text2")
        words = row(Label("Jobs", "smallS", "text2"), None, self._count, margins=(12, 0, 12, 0))
        heading = box(words)
        nothing = Label(EMPTY, "small", "text2", wrap=True)
        self._empty = box(column(nothing, margins=(24, 6, 16, 0)))
        self.key_card = KeyCard()
        self._head = row(Mark(24), self._title, None, self._menu, gap=8, margins=(8, 0, 3, 0))
        self._top = column(self._head, self._new, self._new_icon)
        self._above = box(
            column(
                box(column(heading, margins=(12, 0, 12, 0))),
                self._empty,
                gap=10,
                margins=(0, 0, 0, 10),
            )
        )
        lines = column(self._top, 16, self._above, gap=0, margins=(0, 0, 1, 12))
        lines.addWidget(self.jobs, 1)
        lines.addLayout(column(self.key_card, margins=(12, 12, 12, 0)))
        self.setLayout(lines)

    def _connect(self) -> None:
        self._new.clicked.connect(self.new_job)
        self._new_icon.clicked.connect(self.new_job)
        self._menu.clicked.connect(self._ask_menu)
        self.key_card.settings_wanted.connect(self.settings_wanted)
        self.key_card.key_wanted.connect(self.key_wanted)
        self._desk.jobs_listed.connect(self._show_jobs)
        self._desk.job_changed.connect(self._on_job)
        self._desk.job_removed.connect(self._on_removed)
        self._desk.key_changed.connect(self._on_key)
        THEME.changed.connect(self._resize)

    @Slot()
    def _show_jobs(self) -> None:
        self._model.show(list(self._desk.jobs.values()))
        self._count_jobs()

    @Slot(object)
    def _on_job(self, line: JobLine) -> None:
        self._model.change(line)
        self._count_jobs()

    @Slot(object)
    def _on_removed(self, path: str) -> None:
        self._model.remove(path)
        self._count_jobs()

    @Slot(object)
    def _on_key(self, _reply: KeyReply) -> None:
        self._show_key()

    def _show_key(self) -> None:
        self.key_card.show_key(self._desk.mode, self._desk.key)

    def _count_jobs(self) -> None:
        count = self._model.rowCount()
        self._count.setText(f"{count:,}" if count else "")
        self._empty.setVisible(not count)

    @Slot()
    def _ask_menu(self) -> None:
        self.menu_wanted.emit(self._menu)

    @Slot()
    def _resize(self) -> None:
        self.setFixedWidth(RAIL if self._narrow else THEME.px(WIDTH - 1) + 1)

    def panes(self) -> list[QWidget]:
        """Return where F6 goes inside the sidebar."""
        return [self.jobs]
