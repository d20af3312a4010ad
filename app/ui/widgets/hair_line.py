"""The thin rule between things that belong to one card."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import THEME


class HairLine(QWidget):
    """A line of one pixel, level or upright."""

    def __init__(
        self, *, upright: bool = False, ink: str = "line", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ink = ink
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        THEME.changed.connect(self._restyle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        QPainter(self).fillRect(self.rect(), THEME.colour(self._ink))

    @Slot()
    def _restyle(self) -> None:
        self.update()
