"""The rows that need somebody: causes with their fixes above, the rows of one cause below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import Job, JobState, RowState
from app.engine.replies import Arranged, CauseGroup, JobLine
from app.engine.verbs import Groups
from app.ui.desk import Desk
from app.ui.job.arranging import Arranger, Wanted
from app.ui.job.filters import Filter
from app.ui.job.group_list import GroupList
from app.ui.job.group_row import GroupRow
from app.ui.job.results_table import ResultsTable
from app.ui.job.words import is_elsewhere, rows_of
from app.ui.layouts import box, column, row
from app.ui.models.result_columns import columns_of_cause
from app.ui.theme import THEME
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.label import Label
from app.ui.widgets.tone import Tone
from app.ui.widgets.views import Views

_GROUPS, _NOTHING = 0, 1
_FEWEST = 4
"""Rows that any window shows of a cause, if there are so many."""
_AT_WORK = (RowState.WAITING, RowState.SENT)


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
        self._cause: Cause | None = None
        """Whose columns the table shows."""
        self._grouping, self._stale = "", False
        """The job whose groups are on the way, and whether its rows have changed since."""
        self.groups = GroupList()
        self.at_work = Banner(Tone.RUN, "", icon="loader")
        self.at_work.hide()
        self.arranger = Arranger(desk, self)
        self.rows = ResultsTable(desk, part="needs-you-")
        self._title = Label("", "heading")
        self._open = Button("Open in Answers", "link", size=28)
        self._open.setObjectName("open-in-answers")
        self._nothing = EmptyState("", icon="circle-check", icon_ink="ok")
        title = row(self._title, None, self._open)
        lines = column(self.groups, title, gap=16)
        lines.addWidget(self.rows, 100)
        lines.addStretch(1)
        self._pages = Views(box(lines), self._nothing)
        whole = column(self.at_work, gap=16, margins=(24, 16, 24, 24))
        whole.addWidget(self._pages, 1)
        self.setLayout(whole)
        self._connect()

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
        THEME.changed.connect(self._refit)
        self._refit()

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs anybody."""
        return self._pages.current == _NOTHING

    def show_job(self, line: JobLine, job: Job) -> None:
        """Show what needs somebody in a job; the groups are asked for when rows have changed."""
        before = self._line
        self._line, self._job = line, job
        if before is None or before.path != line.path:
            self._begin(line, job)
        if before is None or (before.path, before.counts) != (line.path, line.counts):
            self.group_anew()
        self._say_at_work(line)
        self._allow()

    @Slot()
    def group_anew(self) -> None:
        """Ask for the groups, one time after the other: with many rows that takes a while."""
        line = self._line
        if line is None:
            return
        self._stale = self._grouping == line.path
        if not self._stale:
            self._grouping = line.path
            done, failed = partial(self._take, line.path), partial(self._not_grouped, line.path)
            self._desk.ask(Groups(line.path), owner=self, done=done, failed=failed)

    def _begin(self, line: JobLine, job: Job) -> None:
        self._asking, self._cause = False, None
        self._grouping, self._stale = "", False
        self.groups.show_groups((), job.settings, line.mode, {})
        self._pages.bring(_GROUPS)
        self.arranger.start(line.path, line.rows)
        self.rows.show_job(line.path, job, line.rows)

    def _say_at_work(self, line: JobLine) -> None:
        """Say where the rows have gone that are being asked again."""
        count = sum(line.counts.get(state, 0) for state in _AT_WORK)
        at_work = line.state is JobState.RUNNING and count > 0
        self.at_work.setVisible(at_work)
        if at_work:
            title = f"{rows_of(count)} {'is' if count == 1 else 'are'} at work"
            text = "Rows that are asked again leave this list. Those that fail again come back."
            self.at_work.say(Tone.RUN, title, text, icon="loader")
        self._nothing.say("Nothing else needs you." if at_work else "Nothing failed.")

    @Slot()
    def take_focus(self) -> None:
        """Put the keyboard on the button that retries everything, whose price is on it."""
        self.groups.retry_all.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _take(self, path: str, groups: tuple[CauseGroup, ...]) -> None:
        line, job = self._line, self._job
        if line is None or job is None or not self._has_grouped(path):
            return
        self._asking = False
        self._pages.bring(_GROUPS if groups else _NOTHING)
        models = self._desk.models.models if self._desk.models else ()
        names = {model.id: model.name for model in models}
        self.groups.show_groups(groups, job.settings, line.mode, names)
        self._allow()
        if self.groups.current is not None:
            self._show_rows_of(self.groups.current)

    def _has_grouped(self, path: str) -> bool:
        """Say whether the groups are of the job shown as it is now; else they are on the way."""
        if path != self._grouping:
            return False
        self._grouping = ""
        stale, self._stale = self._stale, False
        if stale:
            self.group_anew()
        return not stale

    def _not_grouped(self, path: str, error: SheafError) -> None:
        if self._has_grouped(path):
            self.free()
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
        cause = group.cause_group.cause
        if self.arranger.wanted.causes == (cause,):
            self.arranger.again()
            return
        self.rows.table.show_sort(-1)
        self.arranger.want(Wanted(causes=(cause,)))

    @Slot(object)
    def _on_sort(self, number: int) -> None:
        wanted = self.arranger.wanted.sorted_by(self.rows.model.columns[number].order)
        down = wanted.sort.startswith("-")
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.rows.table.show_sort(number if wanted.sort else -1, order)
        self.arranger.want(wanted)

    @Slot(object)
    def _on_arranged(self, arranged: Arranged) -> None:
        causes, job = self.arranger.wanted.causes, self._job
        if not causes or job is None:
            return
        anew = causes[0] is not self._cause
        self._cause = causes[0]
        self.rows.arrange(arranged, "", columns_of_cause(job, self._cause) if anew else ())
        self._refit()

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
    def _refit(self) -> None:
        """Let the table end with its last row, and show a few of them in any window."""
        rows = max(1, self.rows.model.rowCount())
        self.rows.setMaximumHeight(self.rows.height_for_rows(rows))
        self.rows.setMinimumHeight(self.rows.height_for_rows(min(rows, _FEWEST)))
