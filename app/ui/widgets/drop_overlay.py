"""What lies over a screen while a spreadsheet is held over the window."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.layouts import column
from app.ui.theme import THEME
from app.ui.widgets.drop_zone import DropZone


class DropOverlay(QWidget):
    """The inviting drop zone over a veil; it is shown, placed and hidden from outside."""

    def __init__(self, sentence: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = DropZone(sentence, text)
        self.setLayout(column(None, self._zone, None, margins=(40, 40, 40, 40)))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, area: QRect, sentence: str) -> None:
        """Lie over an area of the parent and say what letting go would do."""
        self._zone.invite(sentence)
        self.setGeometry(area)
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the veil."""
        QPainter(self).fillRect(QRectF(self.rect()), THEME.colour("canvas", 0.85))
