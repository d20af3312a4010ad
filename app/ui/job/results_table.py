"""The table of answers with its footer: how many rows, which columns, and nothing found."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.errors import SheafError
from app.core.job import Job
from app.engine.replies import Arranged
from app.ui.desk import Desk
from app.ui.job.column_menu import ColumnMenu
from app.ui.layouts import column, row
from app.ui.models.result_columns import ResultColumn, all_columns, first_columns, table_columns
from app.ui.models.results_model import ResultsModel
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard

_TABLE, _EMPTY = 0, 1
_FOOTER, _FOOTER_GAPS = 28, 17
_LEAST_HEIGHT = 160


class ResultsTable(QWidget):
    """Rows by page, in columns that the person chooses; `part` begins the names of its controls."""

    show_all_asked = Signal()
    """The person wants to see all rows again."""

    def __init__(self, desk: Desk, *, part: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._rows = 0
        self._widths_known = False
        self.model = ResultsModel(desk, self)
        self.table = DataTable(name="Rows and answers")
        self._count = Label("", "bodyS", "text2")
        self._shown = Label("", "small", "text3")
        self._choose = Button("Choose columns", "link", size=28)
        clear = Button("Show all rows")
        self._empty = EmptyState("", icon="search", button=clear)
        self._pages = QStackedWidget()
        for widget, name in (
            (self.table, "results-table"),
            (self._choose, "choose-columns"),
            (clear, "show-all-rows"),
            (self._count, "results-count"),
        ):
            widget.setObjectName(part + name)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        footer = row(self._count, None, self._shown, self._choose, gap=8)
        self.setLayout(column(TableCard(self._pages, footer=footer), gap=0))
        clear.clicked.connect(self.show_all_asked)
        self._choose.clicked.connect(self._choose_columns)
        self.model.page_arrived.connect(self._on_page)

    @property
    def words(self) -> str:
        """What the footer says about the rows."""
        return self._count.text()

    def show_job(
        self, path: str, job: Job, rows: int, columns: tuple[ResultColumn, ...] = ()
    ) -> None:
        """Show all rows of a job in these columns, or in those that suit it."""
        self._job, self._rows = job, rows
        self._widths_known = False
        # The rows first: those of the job before have other cells than these columns expect.
        columns = columns or first_columns(job)
        self.model.show_job(path, job, columns, rows)
        self.show_columns(columns)
        self.table.show_sort(-1)
        self._say_count(rows)

    @Slot(object)
    def show_columns(self, columns: tuple[ResultColumn, ...]) -> None:
        """Show these columns."""
        self.model.show_columns(columns)
        self.table.set_columns(table_columns(columns))
        if self.table.model() is None:
            self.table.setModel(self.model)
        everything = len(all_columns(self._job)) if self._job is not None else len(columns)
        self._shown.setText(f"{len(columns):,} of {everything:,} columns shown")

    def hasHeightForWidth(self) -> bool:
        """Say no: the table scrolls, whatever height it is given."""
        return False

    def sizeHint(self) -> QSize:
        """Return the least height: whoever has more room gives it."""
        least = max(self.minimumHeight(), THEME.px(_LEAST_HEIGHT))
        return QSize(super().sizeHint().width(), least)

    def height_for_rows(self, rows: int) -> int:
        """Return the height in which so many rows show, and the line below them."""
        return self.table.height_for_rows(rows) + THEME.px(_FOOTER) + _FOOTER_GAPS

    def say_looking(self) -> None:
        """Say that an ordering is being made."""
        self._count.setText("Looking…")

    def arrange(
        self, arranged: Arranged, search: str, columns: tuple[ResultColumn, ...] = ()
    ) -> None:
        """Show the rows of an ordering, in other columns if these are named, or that none is."""
        self.model.arrange(arranged)
        if columns:
            self._widths_known = False
            self.show_columns(columns)
        self._empty.say(f"No rows match “{search}”." if search else "No rows here.")
        self._say_count(arranged.rows)

    def say_unreadable(self, error: Exception) -> None:
        """Say why the rows cannot be shown."""
        self._empty.say(error.sentence if isinstance(error, SheafError) else str(error))
        self._pages.setCurrentIndex(_EMPTY)

    def _say_count(self, rows: int) -> None:
        every = "1 row" if self._rows == 1 else f"{self._rows:,} rows"
        self._count.setText(f"{rows:,} of {every}" if rows != self._rows else every)
        self._pages.setCurrentIndex(_TABLE if rows else _EMPTY)

    @Slot()
    def _choose_columns(self) -> None:
        if self._job is None:
            return
        menu = ColumnMenu(all_columns(self._job), self.model.columns, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.columns_chosen.connect(self.show_columns)
        corner = self._choose.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height() + 4))

    @Slot(object)
    def _on_page(self, _number: int) -> None:
        """Measure the columns once there is something to measure."""
        if not self._widths_known:
            self._widths_known = True
            # Not at once: the page may have arrived while the table was measuring.
            QTimer.singleShot(0, self.table, self.table.fit_columns)
