"""The rows of a job with their answers as a table that fetches only what is looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.core.errors import SheafError
from app.core.job import Job
from app.engine.replies import Arranged
from app.engine.view import PAGE, JobView, ResultRow
from app.ui.desk import Desk
from app.ui.models.result_columns import Part, ResultColumn
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip, one_line
from app.ui.widgets.table_cells import LOOK_ROLE

Index = QModelIndex | QPersistentModelIndex
RESULT_ROLE = LOOK_ROLE + 1
"""The ResultRow of a row, or None while its page is on the way."""
COLUMN_ROLE = LOOK_ROLE + 2
"""The ResultColumn of a column, from headerData too."""
PAGES_KEPT = 40
"""Pages in memory: 8,000 rows, so that scrolling back is instant."""
ON_THE_WAY = "…"
"""What a cell shows until its page has arrived."""
_NOWHERE = QModelIndex()


class ResultsModel(QAbstractTableModel):
    """Rows by position in an ordering, in pages through the reading lane."""

    failed = Signal(object)
    """A page could not be read: a SheafError, such as of an ordering that is gone."""
    page_arrived = Signal(object)
    """The number of the page."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self._answers = 1
        self._ordering: str | None = None
        self._rows = 0
        self._columns: tuple[ResultColumn, ...] = ()
        self._pages: OrderedDict[int, list[ResultRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._stale: set[int] = set()
        self._edition = 0

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns that are shown."""
        return self._columns

    def show_job(self, path: str, job: Job, columns: Sequence[ResultColumn], rows: int) -> None:
        """Show all rows of a job in their original order."""
        self.beginResetModel()
        self._path = path
        self._answers = max(1, len(job.settings.answers))
        self._columns = tuple(columns)
        self._take(Arranged(None, rows))
        self.endResetModel()

    def show_columns(self, columns: Sequence[ResultColumn]) -> None:
        """Show other columns of the same rows."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def arrange(self, arranged: Arranged) -> None:
        """Show the rows of an ordering."""
        self.beginResetModel()
        self._take(arranged)
        self.endResetModel()

    def _take(self, arranged: Arranged) -> None:
        self._ordering, self._rows = arranged.file, arranged.rows
        self._edition += 1
        self._pages.clear()
        self._asked.clear()
        self._stale.clear()

    def refresh(self) -> None:
        """Read again what is looked at, since rows have changed; old values stay until then."""
        self._edition += 1
        self._asked.clear()
        self._stale = set(self._pages)
        if self._rows and self._columns:
            last = self.index(self._rows - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def result(self, position: int) -> ResultRow | None:
        """Return the row at a position, or None while its page is on the way."""
        number, place = divmod(position, PAGE)
        page = self._pages.get(number)
        if page is None or number in self._stale:
            self._fetch(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def _fetch(self, number: int) -> None:
        if number in self._asked:
            return
        self._asked.add(number)
        first, ordering = number * PAGE, self._ordering

        def work(view: JobView) -> list[ResultRow]:
            return view.results_page(first, PAGE, ordering)

        arrived = partial(self._arrived, self._edition, number)
        failed = partial(self._not_read, self._edition)
        self._desk.read(self._path, work, owner=self, done=arrived, failed=failed)

    def _arrived(self, edition: int, number: int, page: list[ResultRow]) -> None:
        if edition != self._edition:
            return
        self._asked.discard(number)
        self._stale.discard(number)
        self._pages[number] = page
        self._pages.move_to_end(number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        self._tell(number)

    def _tell(self, number: int) -> None:
        first = number * PAGE
        last = min(first + PAGE, self._rows) - 1
        if self._columns and first <= last:
            corner = self.index(last, len(self._columns) - 1)
            self.dataChanged.emit(self.index(first, 0), corner)
        self.page_arrived.emit(number)

    def _not_read(self, edition: int, error: SheafError) -> None:
        # The page stays asked for, so that painting does not ask again for what cannot be read.
        if edition == self._edition:
            self.failed.emit(error)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of rows in the ordering."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns shown."""
        return 0 if parent.isValid() else len(self._columns)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name, kind or description."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = f"{column.name}, {column.kind}"
            return as_tooltip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return column if role == COLUMN_ROLE else None

    @steady
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; a row that is not here yet is asked for."""
        if not index.isValid() or index.row() >= self._rows:
            return None
        column = self._columns[index.column()]
        if role == COLUMN_ROLE:
            return column
        result = self.result(index.row())
        if role == RESULT_ROLE:
            return result
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ON_THE_WAY if result is None else one_line(column.text(result, self._answers))
        if result is None:
            return None
        if role == LOOK_ROLE:
            return column.look(result, column.text(result, self._answers))
        return self._hint(column, result) if role == Qt.ItemDataRole.ToolTipRole else None

    def _hint(self, column: ResultColumn, result: ResultRow) -> str:
        if column.part is Part.STATE:
            return as_tooltip(result.reason or column.text(result, self._answers))
        return as_tooltip(column.text(result, self._answers))
