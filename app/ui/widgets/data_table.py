"""The table of rows, batches or answers, fast with a million rows.

    table = DataTable(name="Rows of your file")
    table.set_columns([Column("review_id", "Text", 92),
                       Column("stars", "Number", 68, right=True),
                       Column("review_text", "Long text", stretch=True),
                       Column("topic", "Category", 134, answer=True)])
    table.setModel(model)    # a QAbstractTableModel; table_cells.py lists the roles it answers
    card = TableCard(table, footer=row(...))    # table_card.py: the rounded card round it

Signals: `row_chosen(int)` when the current row changes, `activated(QModelIndex)` of Qt's own for
Enter and double click, `sort_asked(int)` with the column whose header was clicked. Sorting is the
model's work: call `show_sort` when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.theme import THEME
from app.ui.widgets.table_cells import LOOK_ROLE, Column, Group
from app.ui.widgets.table_delegate import TableDelegate, needed_for
from app.ui.widgets.table_header import PADDING, TableHeader

_MEASURED_ROWS = 100
_NARROWEST, _WIDEST, _NARROWEST_STRETCH = 64, 320, 120
_SQUEEZED = 108
"""How narrow a column of long values becomes before a table is scrolled sideways."""


class DataTable(QTableView):
    """Rows of a fixed height under Sheaf's header; one row can be chosen."""

    row_chosen = Signal(object)
    sort_asked = Signal(object)

    def __init__(self, *, name: str, row_height: int = 34, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Sequence[Column] = ()
        self._row_height = row_height
        self._first_widths: list[int] = []
        self._set_by_hand = False
        self._placing = False
        self.setAccessibleName(name)
        self._header = TableHeader(self)
        self._cells = TableDelegate(self)
        self.setHorizontalHeader(self._header)
        self.setItemDelegate(self._cells)
        self._set_up()
        self._header.sectionClicked.connect(self._on_header)
        self._header.sectionResized.connect(self._on_resized)
        THEME.changed.connect(self._restyle)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns; call it whenever the model's columns change."""
        self._columns = tuple(columns)
        self._set_by_hand = False
        self._header.set_columns(self._columns)
        self._cells.set_columns(self._columns)
        self._place_columns()

    def set_groups(self, groups: Sequence[Group]) -> None:
        """Show headings above columns that belong together; none takes them away."""
        self._header.set_groups(groups)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model, and hear which row is chosen in it."""
        super().setModel(model)
        if model is not None:
            self.selectionModel().currentRowChanged.connect(self._on_row)
            self._place_columns()

    def choose_row(self, row: int) -> None:
        """Choose a row and bring it into view; -1 chooses none."""
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = self.model().index(row, max(self.currentIndex().column(), 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def show_sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Mark the column by which the model is sorted; -1 marks none."""
        self._header.setSortIndicatorShown(column >= 0)
        self._header.setSortIndicator(column, order)

    def fit_columns(self) -> None:
        """Give the columns their first widths again, measured anew where they have none."""
        self._set_by_hand = False
        self._place_columns()

    def height_for_rows(self, rows: int) -> int:
        """Return the height of a table that shows so many rows without scrolling."""
        return self._header.sizeHint().height() + rows * THEME.px(self._row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what the window gained or lost to the column of long text."""
        super().resizeEvent(event)
        self._stretch()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tint the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tint no row any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _set_up(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self._restyle()

    def _hover(self, row: int) -> None:
        before, self._cells.hovered_row = self._cells.hovered_row, row
        if before != row:
            for changed in (before, row):
                self._repaint_row(changed)

    def _repaint_row(self, row: int) -> None:
        if row >= 0:
            strip = QRect(0, self.rowViewportPosition(row), self.width(), self.rowHeight(row))
            self.viewport().update(strip)

    def _place_columns(self) -> None:
        """Set the first widths. Never more than the first rows are measured."""
        # Before a model is set Qt answers None, which the stubs do not know.
        model: QAbstractItemModel | None = self.model()
        if model is None or model.columnCount() != len(self._columns):
            return
        self._first_widths = [
            THEME.px(column.width) if column.width else self._measured(number, column)
            for number, column in enumerate(self._columns)
        ]
        self._set_widths(self._first_widths)
        self._stretch()

    def _set_widths(self, widths: Sequence[int]) -> None:
        self._placing = True
        for number, width in enumerate(widths):
            self.setColumnWidth(number, width)
        self._placing = False

    def _measured(self, number: int, column: Column) -> int:
        words = [THEME.width(column.name, "smallS"), THEME.width(column.kind, "small")]
        if column.tag:
            words[1] += THEME.width(column.tag, "smallM") + 24
        width = max(words) + 2 * PADDING + 2
        option = QStyleOptionViewItem()
        for row in range(min(_MEASURED_ROWS, self.model().rowCount())):
            index = self.model().index(row, number)
            width = max(width, self._cells.sizeHint(option, index).width())
        look = self.model().index(0, number).data(LOOK_ROLE)
        sign = look is not None and bool(look.icon)
        further = (needed_for(text, column.role, icon=sign) for text in column.words)
        width = max(width, *further, THEME.px(_NARROWEST))
        return int(min(width, THEME.px(_WIDEST)))

    def _stretch(self) -> None:
        """Let one column take the width that is left, until the person sizes one by hand."""
        names = [number for number, column in enumerate(self._columns) if column.stretch]
        if not names or self._set_by_hand or self._header.count() != len(self._columns):
            return
        self._set_widths(self._squeezed(names[0]))
        others = self._header.length() - self._header.sectionSize(names[0])
        width = max(self.viewport().width() - others, THEME.px(_NARROWEST_STRETCH))
        self._placing = True
        self._header.resizeSection(names[0], width)
        self._placing = False

    def _squeezed(self, stretching: int) -> list[int]:
        """Return the first widths, those of long values smaller if then all columns are seen."""
        widths = list(self._first_widths)
        shown = [n for n in range(len(widths)) if n != stretching and not self.isColumnHidden(n)]
        room = self.viewport().width() - THEME.px(_NARROWEST_STRETCH)
        missing = sum(widths[number] for number in shown) - room
        least = THEME.px(_SQUEEZED)
        long = [n for n in shown if not self._columns[n].width and widths[n] > least]
        spare = sum(widths[number] - least for number in long)
        if 0 < missing <= spare:
            for number in long:
                widths[number] -= ceil((widths[number] - least) * missing / spare)
        return widths

    @Slot(int, int, int)
    def _on_resized(self, _section: int, _before: int, _after: int) -> None:
        if not self._placing:
            self._set_by_hand = True

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.row_chosen.emit(current.row())

    @Slot(int)
    def _on_header(self, section: int) -> None:
        if self._columns[section].sortable:
            self.sort_asked.emit(section)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setMinimumSectionSize(THEME.px(self._row_height))
        self.verticalHeader().setDefaultSectionSize(THEME.px(self._row_height))
        self._place_columns()
        self.viewport().update()
