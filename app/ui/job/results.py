"""The answers of a job: table, filters, search, figures at a glance, and one row in full."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.core.job import Job, JobState, RowState
from app.engine.replies import Arranged, Distribution, JobLine
from app.engine.verbs import Distribute
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.job.arranging import ALL_ROWS, Arranger, Wanted
from app.ui.job.distributions import Distributions
from app.ui.job.filters import Filter, FilterBar
from app.ui.job.results_table import ResultsTable
from app.ui.job.row_drawer import RowDrawer
from app.ui.layouts import column, row
from app.ui.models.result_columns import all_columns
from app.ui.models.results_model import RESULT_ROLE
from app.ui.theme import THEME

_SIDE_WIDTH, _NARROW_SIDE_WIDTH, _DRAWER_WIDTH = 244, 216, 312
_LEAST_HEIGHT = 330
_NARROW_BELOW = 1000
"""In a view less wide than this the figures give some of their width to the table."""
_ASCENDING, _DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
_WITH_LABELS = (RowState.ANSWERED, RowState.COPIED)


class ResultsView(QWidget):
    """Everything about the answers; the rows themselves are read page by page."""

    run_again = Signal(object)
    """A ResultRow that is to be asked again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: JobLine | None = None
        self._job: Job | None = None
        self._awaited = self._to_open = -1
        self.arranger = Arranger(desk, self)
        self.filters = FilterBar()
        self.rows = ResultsTable(desk)
        self.glance = Distributions()
        self.drawer = RowDrawer(desk)
        self.drawer.hide()
        body = row(gap=16)
        body.addWidget(self.rows, 1)
        body.addWidget(self.glance)
        body.addWidget(self.drawer)
        lines = column(self.filters, gap=16, margins=(24, 16, 24, 24))
        lines.addLayout(body, 1)
        self.setLayout(lines)
        self._size_sides()
        self._connect()

    def _connect(self) -> None:
        table = self.rows.table
        THEME.changed.connect(self._size_sides)
        self.filters.filter_chosen.connect(self._on_filter)
        self.filters.searched.connect(self._on_search)
        self.glance.chosen.connect(self._on_bar)
        table.sort_asked.connect(self._on_sort)
        table.row_chosen.connect(self._on_row)
        table.clicked.connect(self.open_row)
        table.activated.connect(self.open_row)
        self.rows.show_all_asked.connect(self.show_all)
        self.rows.model.failed.connect(self._on_lost)
        self.rows.model.page_arrived.connect(self._on_page)
        self.arranger.looking.connect(self.rows.say_looking)
        self.arranger.arranged.connect(self._on_arranged)
        self.drawer.closed.connect(self.close_drawer)
        self.drawer.step.connect(self._walk)
        self.drawer.run_again.connect(self.run_again)
        command(self, "search", self.filters.focus_search, everywhere=True)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """The filter that holds, for an export of only the rows shown."""
        return self.filters.chosen

    def show_job(self, line: JobLine, job: Job) -> None:
        """Show a job; the same job again only brings figures and rows up to date."""
        before, same = self._line, self._is_same(line, job)
        self._line, self._job = line, job
        self.filters.show_counts(line.counts)
        if not same:
            self._start(line, job)
        elif before is not None and before.counts != line.counts:
            self._bring_up_to_date()

    def _is_same(self, line: JobLine, job: Job) -> bool:
        """Say whether the job shown is this one with the same columns."""
        if self._line is None or self._job is None:
            return False
        return self._line.path == line.path and all_columns(job) == all_columns(self._job)

    def _start(self, line: JobLine, job: Job) -> None:
        self.arranger.start(line.path, line.rows)
        self.filters.reset()
        self.close_drawer()
        self.glance.show_counts((), 0)
        self.glance.hide()
        self.rows.show_job(line.path, job, line.rows)
        self._count_answers(line.path)

    def _bring_up_to_date(self) -> None:
        if self._line is not None:
            self._count_answers(self._line.path)
        if self.arranger.wanted == ALL_ROWS:
            self.rows.model.refresh()
        else:
            self.arranger.again()
        self._on_row(self.rows.table.currentIndex().row())

    def _count_answers(self, path: str) -> None:
        done = partial(self._take_counts, path)
        self._desk.ask(Distribute(path), owner=self, done=done, failed=_leave_out)

    def _take_counts(self, path: str, counts: tuple[Distribution, ...]) -> None:
        if self._line is None or path != self._line.path:
            return
        answered = sum(self._line.counts.get(state, 0) for state in _WITH_LABELS)
        self.glance.show_counts(tuple(each for each in counts if each.counts), answered)
        self.glance.setVisible(not self.glance.is_empty and self.drawer.isHidden())

    # --- filter, search, sort -------------------------------------------------------------------

    @Slot(object)
    def _on_filter(self, chosen: Filter) -> None:
        wanted = replace(self.arranger.wanted, states=chosen.states, causes=chosen.causes)
        self.arranger.want(wanted)

    def show_cause(self, cause: Filter, rows: int, *, open_at: int = -1) -> None:
        """Show just the rows that need somebody for one cause, one of them in full if wanted."""
        self.close_drawer()
        self.filters.reset()
        self.glance.clear_choice()
        self.filters.show_cause(cause, rows)
        self.rows.table.show_sort(-1)
        self._to_open = open_at
        self.arranger.want(Wanted(causes=cause.causes))

    @Slot(object)
    def _on_search(self, text: str) -> None:
        self.arranger.want(replace(self.arranger.wanted, search=text))

    @Slot(object)
    def _on_bar(self, answer: tuple[int, str] | None) -> None:
        self.arranger.want(replace(self.arranger.wanted, answer=answer))

    @Slot(object)
    def _on_sort(self, number: int) -> None:
        wanted = self.arranger.wanted.sorted_by(self.rows.model.columns[number].order)
        order = _DESCENDING if wanted.sort.startswith("-") else _ASCENDING
        self.rows.table.show_sort(number if wanted.sort else -1, order)
        self.arranger.want(wanted)

    @Slot()
    def show_all(self) -> None:
        """Take filter, search and the chosen bar back; the order stays."""
        self.filters.reset()
        self.glance.clear_choice()
        self.arranger.want(Wanted(sort=self.arranger.wanted.sort))

    @Slot(object)
    def _on_arranged(self, arranged: Arranged) -> None:
        self.rows.arrange(arranged, self.arranger.wanted.search)
        place, self._to_open = self._to_open, -1
        if 0 <= place < arranged.rows:
            self.rows.table.choose_row(place)
            self.open_row(self.rows.model.index(place, 0))

    @Slot(object)
    def _on_lost(self, error: Exception) -> None:
        """Arrange anew when the cache lost the ordering; anything else is said."""
        if self.arranger.wanted != ALL_ROWS and isinstance(error, SheafError):
            self.arranger.again()
        else:
            self.rows.say_unreadable(error)

    # --- one row ----------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def open_row(self, index: QModelIndex) -> None:
        """Show one row in full, in the place of the figures."""
        self.drawer.show()
        self.glance.hide()
        self._on_row(index.row())

    @Slot(object)
    def _on_row(self, position: int) -> None:
        line, job = self._line, self._job
        if self.drawer.isHidden() or position < 0 or job is None or line is None:
            return
        self._awaited = position
        result = self.rows.model.index(position, 0).data(RESULT_ROLE)
        if result is not None:
            self._awaited = -1
            stopped = line.read_only or line.state is JobState.CANCELLING
            self.drawer.show_row(line.path, job, result.row, may_retry=not stopped)

    @Slot(object)
    def _on_page(self, _number: int) -> None:
        """Show the row that was chosen before its page was here."""
        if self._awaited >= 0:
            self._on_row(self._awaited)

    @Slot(object)
    def _walk(self, step: int) -> None:
        position = self.rows.table.currentIndex().row() + step
        if 0 <= position < self.rows.model.rowCount():
            self.rows.table.choose_row(position)

    @Slot()
    def close_drawer(self) -> None:
        """Show the figures again instead of one row."""
        if not self.drawer.isHidden():
            self.drawer.hide()
            self.glance.setVisible(not self.glance.is_empty)
            self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the drawer on Esc."""
        if event.key() == Qt.Key.Key_Escape and not self.drawer.isHidden():
            self.close_drawer()
            return
        super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        """Say no: all parts scroll by themselves, whatever height they are given."""
        return False

    def sizeHint(self) -> QSize:
        """Return a height in which chips and a few rows can be seen."""
        return QSize(super().sizeHint().width(), THEME.px(_LEAST_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same height, in the width that the parts need."""
        return QSize(super().minimumSizeHint().width(), THEME.px(_LEAST_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._size_sides()

    @Slot()
    def _size_sides(self) -> None:
        narrow = self.width() < THEME.px(_NARROW_BELOW)
        self.glance.setFixedWidth(THEME.px(_NARROW_SIDE_WIDTH if narrow else _SIDE_WIDTH))
        self.drawer.setFixedWidth(THEME.px(_DRAWER_WIDTH))


def _leave_out(_error: SheafError) -> None:
    """Show no figures when they cannot be counted; the rows are what matters."""
