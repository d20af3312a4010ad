"""The rounded card that a table lies in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from app.ui.layouts import column
from app.ui.paint import round_path, rounded
from app.ui.theme import THEME
from app.ui.widgets.panel import Panel

_RADIUS = 12


class _Corners(QWidget):
    """Covers the four corners, which no style sheet clips, and draws the card's edge."""

    def __init__(self, parent: QWidget, background: str) -> None:
        super().__init__(parent)
        self._background = background
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what lies outside the rounded edge, and the edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        outside = QPainterPath()
        outside.addRect(area)
        outside = outside.subtracted(round_path(area, _RADIUS))
        painter.fillPath(outside, THEME.colour(self._background))
        rounded(painter, area, _RADIUS, "", "line")


class TableCard(QFrame):
    """A table and, below a rule, a footer of one line; `background` is what the card lies on."""

    def __init__(
        self,
        table: QWidget,
        *,
        footer: QLayout | None = None,
        background: str = "canvas",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = table
        lines = column(gap=0, margins=(1, 1, 1, 1))
        lines.addWidget(table, 1)
        if footer is not None:
            footer.setContentsMargins(12, 8, 12, 8)
            lines.addWidget(Panel(footer, fill="sunken", rules="t"))
        self.setLayout(lines)
        self._corners = _Corners(self, background)
        THEME.changed.connect(self._restyle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the corners over everything else."""
        super().resizeEvent(event)
        self._corners.setGeometry(self.rect())
        self._corners.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface."""
        rounded(QPainter(self), QRectF(self.rect()), _RADIUS, "surface", "line")

    @Slot()
    def _restyle(self) -> None:
        self.update()
        self._corners.update()
