"""Rows of controls, one below the other, whose order a person can change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.layouts import column
from app.ui.theme import THEME
from app.ui.widgets.grip import Grip


class MovableRow(QWidget):
    """A row with a grip."""

    def __init__(self) -> None:
        super().__init__()
        self.grip = Grip()


R = TypeVar("R", bound=MovableRow)


class RowList(QWidget, Generic[R]):
    """The rows with hairlines between them; `reordered` follows each move."""

    reordered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[R] = []
        self._lines = column(gap=1)
        self.setLayout(self._lines)
        self._on_key("Alt+Up", self.move_up)
        self._on_key("Alt+Down", self.move_down)

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows)

    def add(self, row: R, place: int | None = None) -> None:
        """Put a row at a place, or at the end."""
        place = len(self._rows) if place is None else place
        self._rows.insert(place, row)
        self._lines.insertWidget(place, row)
        row.grip.dragged.connect(partial(self._drag, row))

    def remove(self, row: R) -> None:
        """Take a row away for good."""
        self._rows.remove(row)
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()

    def clear(self) -> None:
        """Take all rows away."""
        for row in self.rows:
            self.remove(row)

    def put(self, row: R, place: int) -> None:
        """Put a row at another place."""
        place = min(max(place, 0), len(self._rows) - 1)
        if self._rows.index(row) == place:
            return
        self._rows.remove(row)
        self._rows.insert(place, row)
        self._lines.removeWidget(row)
        self._lines.insertWidget(place, row)
        _keep_tab_order(self._rows)
        self.reordered.emit()

    @Slot()
    def move_up(self) -> None:
        """Move the row that has the focus one place up."""
        self._step(-1)

    @Slot()
    def move_down(self) -> None:
        """Move the row that has the focus one place down."""
        self._step(1)

    def focused_row(self) -> R | None:
        """Return the row that has the focus somewhere inside."""
        focus = QApplication.focusWidget()
        return next((r for r in self._rows if focus is not None and r.isAncestorOf(focus)), None)

    def _step(self, by: int) -> None:
        if (row := self.focused_row()) is not None:
            self.put(row, self._rows.index(row) + by)

    def _drag(self, row: R, height: float) -> None:
        y = self.mapFromGlobal(QPoint(0, int(height))).y()
        others = [other for other in self._rows if other is not row]
        self.put(row, sum(1 for other in others if other.geometry().center().y() < y))

    def _on_key(self, keys: str, slot: Callable[[], None]) -> None:
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the hairlines between the rows."""
        painter = QPainter(self)
        for row in self._rows[:-1]:
            box = row.geometry()
            painter.fillRect(0, box.bottom() + 1, self.width(), 1, THEME.colour("line"))


def _keep_tab_order(rows: list[R]) -> None:
    """Let Tab walk the rows as they stand now."""
    stops = [
        child
        for row in rows
        for child in row.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
