"""The answers of a job: table, filters, search, figures at a glance, and one row in full."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.errors import SheafError
from app.core.job import Job, JobState, RowState
from app.engine.protocol import Distribute
from app.engine.replies import Arranged, Distribution, JobLine
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.job.arranging import ALL_ROWS, Arranger, Wanted
from app.ui.job.column_menu import ColumnMenu
from app.ui.job.distributions import Distributions
from app.ui.job.filters import Filter, FilterBar
from app.ui.job.row_drawer import RowDrawer
from app.ui.layouts import column, row
from app.ui.models.result_columns import ResultColumn, all_columns, first_columns, table_columns
from app.ui.models.results_model import RESULT_ROLE, ResultsModel
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard

_SIDE_WIDTH, _NARROW_SIDE_WIDTH, _DRAWER_WIDTH = 244, 216, 312
_NARROW_BELOW = 1000
"""In a view less wide than this the figures give some of their width to the table."""
_ASCENDING, _DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


class ResultsView(QWidget):
    """Everything about the answers; the rows themselves are read page by page."""

    run_again = Signal(object)
    """A ResultRow that is to be asked again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: JobLine | None = None
        self._job: Job | None = None
        self._path = ""
        self._widths_known = False
        self.arranger = Arranger(desk, self)
        self.model = ResultsModel(desk, self)
        self.filters = FilterBar()
        self.table = DataTable(name="Rows and answers")
        self.glance = Distributions()
        self.drawer = RowDrawer(desk)
        self._count = Label("", "bodyS", "text2")
        self._shown = Label("", "small", "text3")
        self._choose = Button("Choose columns", "link", size=28)
        clear = Button("Show all rows")
        clear.setObjectName("show-all-rows")
        clear.clicked.connect(self.show_all)
        self._empty = EmptyState("", icon="search", button=clear)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.table.setObjectName("results-table")
        self._choose.setObjectName("choose-columns")
        self._choose.setAccessibleName("Choose columns")
        footer = row(self._count, None, self._shown, self._choose, gap=8)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._size_sides()
        self.drawer.hide()
        body = row(gap=16)
        body.addWidget(TableCard(self._pages, footer=footer), 1)
        body.addWidget(self.glance)
        body.addWidget(self.drawer)
        lines = column(self.filters, gap=16, margins=(24, 16, 24, 24))
        lines.addLayout(body, 1)
        self.setLayout(lines)

    @Slot()
    def _size_sides(self) -> None:
        narrow = self.width() < THEME.px(_NARROW_BELOW)
        self.glance.setFixedWidth(THEME.px(_NARROW_SIDE_WIDTH if narrow else _SIDE_WIDTH))
        self.drawer.setFixedWidth(THEME.px(_DRAWER_WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._size_sides()

    def _connect(self) -> None:
        THEME.changed.connect(self._size_sides)
        self.filters.filter_chosen.connect(self._on_filter)
        self.filters.searched.connect(self._on_search)
        self.glance.chosen.connect(self._on_bar)
        self.table.sort_asked.connect(self._on_sort)
        self.table.row_chosen.connect(self._on_row)
        self.table.clicked.connect(self._open_index)
        self.table.activated.connect(self._open_index)
        self.model.page_arrived.connect(self._on_page)
        self.model.failed.connect(self._on_lost)
        self.arranger.looking.connect(self._on_looking)
        self.arranger.arranged.connect(self._on_arranged)
        self._choose.clicked.connect(self._choose_columns)
        self.drawer.closed.connect(self.close_drawer)
        self.drawer.step.connect(self._walk)
        self.drawer.run_again.connect(self.run_again)
        command(self, "search", self.filters.focus_search)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """The filter that holds, for an export of only the rows shown."""
        return self.filters.chosen

    def show_job(self, line: JobLine, job: Job) -> None:
        """Show a job; the same job again only brings figures and rows up to date."""
        before, self._line, same = self._line, line, self._is_same(line, job)
        self._job = job
        self.filters.show_counts(line.counts)
        if not same:
            self._start(line, job)
        elif before is None or before.counts != line.counts:
            self._bring_up_to_date()

    def _is_same(self, line: JobLine, job: Job) -> bool:
        """Say whether the job shown is this one with the same columns."""
        if self._line is None or self._job is None or not self.model.columns:
            return False
        return self._path == line.path and all_columns(job) == all_columns(self._job)

    _shown_path = ""

    def _start(self, line: JobLine, job: Job) -> None:
        self._path = line.path
        self._widths_known = False
        self.arranger.start(line.path, line.rows)
        self.filters.reset()
        self.close_drawer()
        self.table.show_sort(-1)
        self.glance.show_counts((), 0)
        self.glance.hide()
        self._show_columns(first_columns(job))
        self.model.show_job(line.path, job, self.model.columns, line.rows)
        self._say_count(Arranged(None, line.rows))
        self._count_answers()

    def _bring_up_to_date(self) -> None:
        self._count_answers()
        if self.arranger.wanted == ALL_ROWS:
            self.model.refresh()
        else:
            self.arranger.again()
        if not self.drawer.isHidden():
            self._on_row(self.table.currentIndex().row())

    def _count_answers(self) -> None:
        self._desk.ask(
            Distribute(self._path),
            owner=self,
            done=partial(self._take_counts, self._path),
            failed=_leave_out,
        )

    def _take_counts(self, path: str, counts: tuple[Distribution, ...]) -> None:
        if self._line is None or path != self._path:
            return
        answered = sum(
            self._line.counts.get(state, 0) for state in (RowState.ANSWERED, RowState.COPIED)
        )
        told = tuple(each for each in counts if each.counts)
        self.glance.show_counts(told, answered)
        self.glance.setVisible(not self.glance.is_empty and self.drawer.isHidden())

    # --- filter, search, sort -------------------------------------------------------------------

    @Slot(object)
    def _on_filter(self, chosen: Filter) -> None:
        self.arranger.want(replace(self.arranger.wanted, states=chosen.states))

    @Slot(object)
    def _on_search(self, text: str) -> None:
        self.arranger.want(replace(self.arranger.wanted, search=text))

    @Slot(object)
    def _on_bar(self, answer: tuple[int, str] | None) -> None:
        self.arranger.want(replace(self.arranger.wanted, answer=answer))

    @Slot(object)
    def _on_sort(self, number: int) -> None:
        wanted = self.arranger.wanted.sorted_by(self.model.columns[number].order)
        down = wanted.sort.startswith("-")
        self.table.show_sort(number if wanted.sort else -1, _DESCENDING if down else _ASCENDING)
        self.arranger.want(wanted)

    @Slot()
    def show_all(self) -> None:
        """Take filter, search and the chosen bar back; the order stays."""
        self.filters.reset()
        self.glance.clear_choice()
        self.arranger.want(Wanted(sort=self.arranger.wanted.sort))

    @Slot()
    def _on_looking(self) -> None:
        self._count.setText("Looking…")

    @Slot(object)
    def _on_arranged(self, arranged: Arranged) -> None:
        self.model.arrange(arranged)
        self._say_count(arranged)

    def _say_count(self, arranged: Arranged) -> None:
        rows = self._line.rows if self._line is not None else 0
        narrowed = f"{arranged.rows:,} of {rows:,} rows"
        self._count.setText(narrowed if arranged.rows != rows else f"{rows:,} rows")
        self._empty.say(self._nothing_found())
        self._pages.setCurrentIndex(0 if arranged.rows else 1)

    def _nothing_found(self) -> str:
        if self.arranger.wanted.search:
            return f"No rows match “{self.arranger.wanted.search}”."
        return "No rows here."

    # --- columns --------------------------------------------------------------------------------

    @Slot()
    def _choose_columns(self) -> None:
        if self._job is None:
            return
        menu = ColumnMenu(all_columns(self._job), self.model.columns, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.columns_chosen.connect(self._show_columns)
        corner = self._choose.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height() + 4))

    @Slot(object)
    def _show_columns(self, columns: tuple[ResultColumn, ...]) -> None:
        self.model.show_columns(columns)
        self.table.set_columns(table_columns(columns))
        if self.table.model() is None:
            self.table.setModel(self.model)
        everything = len(all_columns(self._job)) if self._job is not None else len(columns)
        self._shown.setText(f"{len(columns):,} of {everything:,} columns shown")

    @Slot(object)
    def _on_page(self, _number: int) -> None:
        """Measure the columns once there is something to measure."""
        if not self._widths_known:
            self._widths_known = True
            # Not at once: the page may have arrived while the table was measuring.
            QTimer.singleShot(0, self.table.fit_columns)

    @Slot(object)
    def _on_lost(self, error: Exception) -> None:
        """Arrange anew when the cache lost the ordering; anything else is said."""
        if self.arranger.wanted != ALL_ROWS and isinstance(error, SheafError):
            self.arranger.again()
            return
        self._empty.say(str(error))
        self._pages.setCurrentIndex(1)

    # --- one row ----------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _open_index(self, index: QModelIndex) -> None:
        self.drawer.show()
        self.glance.hide()
        self._on_row(index.row())

    @Slot(object)
    def _on_row(self, position: int) -> None:
        if self.drawer.isHidden() or position < 0 or self._job is None or self._line is None:
            return
        result = self.model.index(position, 0).data(RESULT_ROLE)
        if result is None:
            return
        stopped = self._line.read_only or self._line.state is JobState.CANCELLING
        self.drawer.show_row(self._path, self._job, result.row, may_retry=not stopped)

    @Slot(object)
    def _walk(self, step: int) -> None:
        position = self.table.currentIndex().row() + step
        if 0 <= position < self.model.rowCount():
            self.table.choose_row(position)

    @Slot()
    def close_drawer(self) -> None:
        """Show the figures again instead of one row."""
        if self.drawer.isHidden():
            return
        self.drawer.hide()
        self.glance.setVisible(not self.glance.is_empty)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the drawer on Esc."""
        if event.key() == Qt.Key.Key_Escape and not self.drawer.isHidden():
            self.close_drawer()
            return
        super().keyPressEvent(event)


def _leave_out(_error: SheafError) -> None:
    """Show no figures when they cannot be counted; the rows are what matters."""
