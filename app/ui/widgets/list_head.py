"""The head of a list of controls that is laid out like a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import line_of_text
from app.ui.theme import THEME

_RADIUS = 11


class ListHead(QWidget):
    """Names of columns on the rounded top of a card, at their distances from its left edge.

    A negative distance counts from the right edge.
    """

    def __init__(
        self, names: Sequence[tuple[str, int]], height: int = 34, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._height = height
        self.setAccessibleName(", ".join(name for name, _ in names))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(200, THEME.px(self._height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sunken head and its rule."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        top = QPainterPath()
        top.addRoundedRect(area.adjusted(0, 0, 0, _RADIUS), _RADIUS, _RADIUS)
        painter.setClipRect(area)
        painter.fillPath(top, THEME.colour("sunken"))
        painter.fillRect(QRectF(0, area.bottom() - 1, area.width(), 1), THEME.colour("line"))
        for name, distance in self._names:
            left = THEME.px(distance) + (area.width() if distance < 0 else 0)
            line_of_text(painter, area.adjusted(left, 0, 0, -1), name, "smallS", "text2")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
