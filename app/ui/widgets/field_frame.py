"""A surface with a field's edge, for editors that share it with other controls."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from app.ui.paint import rounded
from app.ui.theme import THEME


class FieldFrame(QWidget):
    """Draws the edge of a field around a layout; it thickens while `editor` has the focus."""

    def __init__(self, editor: QWidget, layout: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus = editor
        layout.setContentsMargins(2, 2, 2, 2)
        self.setLayout(layout)
        QApplication.instance().focusChanged.connect(self._repaint)  # type: ignore[union-attr]
        THEME.changed.connect(self._repaint)

    @Slot()
    def _repaint(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the field."""
        edge, width = ("focus", 2) if self._focus.hasFocus() else ("input", 1)
        rounded(QPainter(self), QRectF(self.rect()), 10, "surface", edge, width)
