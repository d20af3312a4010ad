"""The rows of a job's spreadsheet as a table that fetches only what is looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from app.core.job import Job, SourceFile
from app.core.table import Row
from app.engine.view import PAGE, JobView
from app.ui.desk import Desk
from app.ui.job.words import COLUMN_KINDS
from app.ui.models.file_cells import shown_files
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip, one_line
from app.ui.spreadsheets import size_words
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Look

PAGES_KEPT = 20
"""Pages in memory: 4,000 rows."""
ON_THE_WAY = "…"
"""What a cell shows until its page has arrived."""
_SIZE_PLACE = 4
"""Where a folder's table has the size (engine.folder_rows.COLUMNS)."""
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows as they are shown; `looks` of the cells that are not plain, by (row, column)."""

    rows: list[Row]
    looks: Mapping[tuple[int, int], Look]


def _shown(
    source: SourceFile, places: Sequence[int], view: JobView, rows: Sequence[tuple[int, Row]]
) -> _Page:
    """Return source rows as they are shown: files by their words, sizes as people read them."""
    if not places:
        return _Page([cells for _, cells in rows], {})
    files = view.files([cells[place] for _, cells in rows for place in places])
    shown: list[Row] = []
    looks: dict[tuple[int, int], Look] = {}
    for line, (_, cells) in enumerate(rows):
        new = list(cells)
        for place in places:
            new[place], look = shown_files(cells[place], files.get(cells[place]))
            if look is not None:
                looks[line, place] = look
        if source.folder is not None and new[_SIZE_PLACE].isdigit():
            new[_SIZE_PLACE] = size_words(int(new[_SIZE_PLACE]))
        shown.append(tuple(new))
    return _Page(shown, looks)


class PreviewModel(QAbstractTableModel):
    """The source rows in their order, in pages through the reading lane."""

    page_arrived = Signal(object)
    """The number of the page, from 0."""
    failed = Signal(object)
    """A page could not be read: a SheafError."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self._job: Job | None = None
        self._only: tuple[int, ...] | None = None
        self._edition = 0
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._asked: set[int] = set()

    def show_job(self, path: str, job: Job, only: tuple[int, ...] | None = None) -> None:
        """Show the rows of a job: all of them, or only those with these numbers."""
        self.beginResetModel()
        self._path, self._job, self._only = path, job, only
        self._edition += 1
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of rows that are shown."""
        if parent.isValid() or self._job is None:
            return 0
        return self._job.rows if self._only is None else len(self._only)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of columns of the spreadsheet."""
        return 0 if parent.isValid() or self._job is None else len(self._job.columns)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name, also with its kind."""
        if self._job is None or orientation is not Qt.Orientation.Horizontal:
            return None
        if not 0 <= section < len(self._job.columns):
            return None
        column = self._job.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        words = f"{column.name}, {COLUMN_KINDS[column.kind]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tooltip(words)
        return words if role == Qt.ItemDataRole.AccessibleTextRole else None

    @steady
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; a row that is not here yet is asked for."""
        if index.isValid() and role == LOOK_ROLE:
            return self._look(index.row(), index.column())
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        cell = self._cell(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tooltip(cell or "")
        if cell is None:
            return ON_THE_WAY
        return one_line(cell) or MISSING

    def _cell(self, row: int, column: int) -> str | None:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            self._fetch(number)
            # A lane that answers at once has brought it already.
            page = self._pages.get(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page.rows[place][column] if place < len(page.rows) else ""

    def _look(self, row: int, column: int) -> Look | None:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        return page.looks.get((place, column)) if page is not None else None

    def _fetch(self, number: int) -> None:
        if number in self._asked:
            return
        self._asked.add(number)
        first, only = number * PAGE, self._only

        assert self._job is not None  # noqa: S101 - without a job there is no cell to ask for
        shown = partial(_shown, self._job.source, self._file_places())

        def work(view: JobView) -> _Page:
            if only is not None:
                return shown(view, view.source_rows(only[first : first + PAGE]))
            return shown(view, view.source_page(first + 1, PAGE))

        arrived = partial(self._arrived, self._edition, number)
        failed = partial(self._not_read, self._edition)
        self._desk.read(self._path, work, owner=self, done=arrived, failed=failed)

    def _file_places(self) -> tuple[int, ...]:
        job = self._job
        names = job.column_names if job is not None else ()
        files = job.file_columns if job is not None else frozenset()
        return tuple(place for place, name in enumerate(names) if name in files)

    def _arrived(self, edition: int, number: int, page: _Page) -> None:
        if edition != self._edition:
            return
        self._asked.discard(number)
        self._pages[number] = page
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        last = min((number + 1) * PAGE, self.rowCount()) - 1
        if last >= number * PAGE and self.columnCount():
            corner = self.index(last, self.columnCount() - 1)
            self.dataChanged.emit(self.index(number * PAGE, 0), corner)
        self.page_arrived.emit(number)

    def _not_read(self, edition: int, error: SheafError) -> None:
        # The page stays asked for, so that painting does not ask again for what cannot be read.
        if edition == self._edition:
            self.failed.emit(error)
