"""The small square of colour in a legend."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import rounded
from app.ui.theme import THEME

_SIZE = 9


class Swatch(QWidget):
    """A square in a token's colour, beside the words that it stands for."""

    def __init__(self, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the square."""
        rounded(QPainter(self), QRectF(self.rect()), 2.5, self._token)

    @Slot()
    def _restyle(self) -> None:
        self.update()
