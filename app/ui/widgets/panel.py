"""A flat area in one colour: sidebar, header, footer bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from app.ui.theme import THEME


class Panel(QWidget):
    """An area filled with a ink, with a hairline on the sides named in `rules`.

    `rules` is any of the letters l, t, r, b for left, top, right, bottom.
    """

    def __init__(
        self,
        layout: QLayout | None = None,
        *,
        fill: str = "canvas",
        rules: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fill, self._rules = fill, rules
        if layout is not None:
            self.setLayout(layout)
        THEME.changed.connect(self._restyle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the area and draw its rules."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, THEME.colour(self._fill))
        lines = {
            "l": QRectF(0, 0, 1, area.height()),
            "t": QRectF(0, 0, area.width(), 1),
            "r": QRectF(area.width() - 1, 0, 1, area.height()),
            "b": QRectF(0, area.height() - 1, area.width(), 1),
        }
        for side in self._rules:
            painter.fillRect(lines[side], THEME.colour("line"))

    @Slot()
    def _restyle(self) -> None:
        self.update()
