"""The rows that need somebody: causes with their fixes above, the rows of one cause below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from app.core.errors import SheafError
from app.core.job import Job, JobState
from app.engine.replies import Arranged, CauseGroup, JobLine
from app.engine.verbs import Groups
from app.ui.desk import Desk
from app.ui.job.arranging import Arranger, Wanted
from app.ui.job.filters import Filter
from app.ui.job.group_list import GroupList
from app.ui.job.group_row import GroupRow
from app.ui.job.results_table import ResultsTable
from app.ui.job.words import is_elsewhere
from app.ui.layouts import box, column, row
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.label import Label

_GROUPS, _NOTHING = 0, 1
_LEAST_TABLE = 240


class NeedsYouView(QWidget):
    """Groups of rows by cause; nothing is asked again before its button is pressed."""

    retry_wished = Signal(object)
    """A RetryWish."""
    cause_opened = Signal(object, object, object)
    """A Filter, how many rows it has, and the place of the row to open (-1 for none)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: JobLine | None = None
        self._job: Job | None = None
        self._asking = False
        """Rows are being asked again: a second press must not ask them twice."""
        self.groups = GroupList()
        self.arranger = Arranger(desk, self)
        self.rows = ResultsTable(desk, part="needs-you-")
        self._title = Label("", "heading")
        self._open = Button("Open in Answers", "link", size=28)
        self._open.setObjectName("open-in-answers")
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        title = row(self._title, None, self._open)
        lines = column(self.groups, title, gap=16, margins=(24, 16, 24, 24))
        lines.addWidget(self.rows, 1)
        self._area = QScrollArea()
        self._area.setObjectName("needs-you")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        inside = box(lines)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        nothing = EmptyState("Nothing failed.", icon="circle-check", icon_ink="ok")
        self._pages.addWidget(self._area)
        self._pages.addWidget(nothing)
        whole = column(gap=0)
        whole.addWidget(self._pages)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.groups.chosen.connect(self._show_rows_of)
        self.groups.look_wished.connect(self._open_cause)
        self.groups.retry_wished.connect(self._on_retry)
        self.arranger.looking.connect(self.rows.say_looking)
        self.arranger.arranged.connect(self._on_arranged)
        self.rows.table.sort_asked.connect(self._on_sort)
        self.rows.table.activated.connect(self._open_row)
        self.rows.show_all_asked.connect(self.arranger.again)
        self.rows.model.failed.connect(self._on_lost)
        self._open.clicked.connect(self._open_current)
        THEME.changed.connect(self._restyle)
        self._restyle()

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs anybody."""
        return self._pages.currentIndex() == _NOTHING

    def show_job(self, line: JobLine, job: Job) -> None:
        """Show what needs somebody in a job; the groups are asked for when rows have changed."""
        before = self._line
        self._line, self._job = line, job
        if before is None or before.path != line.path:
            self.groups.show_groups((), job.settings, line.mode, {})
            self._pages.setCurrentIndex(_GROUPS)
        changed = before is None or (before.path, before.counts) != (line.path, line.counts)
        if changed:
            done = partial(self._take, line.path)
            self._desk.ask(Groups(line.path), owner=self, done=done, failed=self._not_grouped)
        self._allow()

    @Slot()
    def take_focus(self) -> None:
        """Put the keyboard on the button that retries everything, whose price is on it."""
        self.groups.retry_all.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _take(self, path: str, groups: tuple[CauseGroup, ...]) -> None:
        line, job = self._line, self._job
        if line is None or job is None or path != line.path:
            return
        self._asking = False
        self._pages.setCurrentIndex(_GROUPS if groups else _NOTHING)
        models = self._desk.models.models if self._desk.models else ()
        names = {model.id: model.name for model in models}
        self.groups.show_groups(groups, job.settings, line.mode, names)
        self._allow()
        self.arranger.start(path, line.rows)
        self.rows.show_job(path, job, line.rows)
        if self.groups.current is not None:
            self._show_rows_of(self.groups.current)

    def _not_grouped(self, error: SheafError) -> None:
        self._desk.show_error(self, error)

    def _allow(self) -> None:
        line = self._line
        if line is not None:
            fixed = line.read_only or is_elsewhere(line) or line.state is JobState.CANCELLING
            self.groups.set_usable(usable=not fixed and not self._asking)

    def free(self) -> None:
        """Let the buttons be pressed again, after nothing came of the last press."""
        self._asking = False
        self._allow()

    # --- rows of one cause ----------------------------------------------------------------------

    @Slot(object)
    def _show_rows_of(self, group: GroupRow) -> None:
        self._title.setText(group.word.title)
        self.rows.table.show_sort(-1)
        self.arranger.want(Wanted(causes=(group.cause_group.cause,)))

    @Slot(object)
    def _on_sort(self, number: int) -> None:
        wanted = self.arranger.wanted.sorted_by(self.rows.model.columns[number].order)
        down = wanted.sort.startswith("-")
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.rows.table.show_sort(number if wanted.sort else -1, order)
        self.arranger.want(wanted)

    @Slot(object)
    def _on_arranged(self, arranged: Arranged) -> None:
        self.rows.arrange(arranged, "")

    @Slot(object)
    def _on_lost(self, error: Exception) -> None:
        """Arrange anew when the cache lost the ordering; anything else is said."""
        if isinstance(error, SheafError):
            self.arranger.again()
        else:
            self.rows.say_unreadable(error)

    @Slot(QModelIndex)
    def _open_row(self, index: QModelIndex) -> None:
        # Sorted otherwise, the same row would stand elsewhere among the answers.
        self._go_to(self.groups.current, -1 if self.arranger.wanted.sort else index.row())

    @Slot()
    def _open_current(self) -> None:
        self._go_to(self.groups.current, -1)

    @Slot(object)
    def _open_cause(self, group: QObject) -> None:
        if isinstance(group, GroupRow):
            self._go_to(group, -1)

    def _go_to(self, group: GroupRow | None, place: int) -> None:
        if group is not None:
            word, cause = group.word, group.cause_group.cause
            chosen = Filter(word.title, word.icon, word.ink, (), (cause,))
            self.cause_opened.emit(chosen, group.cause_group.rows, place)

    @Slot(object)
    def _on_retry(self, wish: object) -> None:
        self._asking = True
        self._allow()
        self.retry_wished.emit(wish)

    @Slot()
    def _restyle(self) -> None:
        self.rows.setMinimumHeight(THEME.px(_LEAST_TABLE))
