"""The handle by which a row is pulled to another place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import square
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME


class Grip(QWidget):
    """Six dots; `dragged` gives the pointer's height on the screen."""

    dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        plain_tooltip(self, "Drag to move, or press Alt+Up and Alt+Down")

    def sizeHint(self) -> QSize:
        """Return a target that is easily hit."""
        return QSize(THEME.px(24), THEME.px(28))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the pointer has pulled the row."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the press, so that moves are told here."""
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dots."""
        area = QRectF(self.rect())
        dots = square(area.center().x() - 8, area.center().y(), 16)
        THEME.paint_icon(QPainter(self), "grip-vertical", dots, "text3")
