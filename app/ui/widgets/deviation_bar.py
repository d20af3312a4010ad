"""By how much a forecast was too high or too low, at a glance; the number stands beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.money_words import deviation_words
from app.ui.paint import rounded
from app.ui.theme import THEME

_MOST = 15
"""The ends of the scale, in percent; what is farther off stands at the end."""
_WIDTH, _HEIGHT, _TRACK, _DOT = 72, 16, 4, 4


class DeviationBar(QWidget):
    """A line with a tick in its middle, and a dot as far from it as the forecast was off."""

    def __init__(self, percent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._percent = percent
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(deviation_words(percent))
        THEME.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the size of the bar."""
        return QSize(THEME.px(_WIDTH), THEME.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, the tick and the dot."""
        painter = QPainter(self)
        middle, half = self.rect().center().y() + 0.5, self.width() / 2
        rounded(painter, QRectF(0, middle - _TRACK / 2, self.width(), _TRACK), 2, "track")
        share = max(-1.0, min(1.0, self._percent / _MOST))
        spot = half + share * (half - _DOT)
        left, right = sorted((half, spot))
        painter.fillRect(
            QRectF(left, middle - _TRACK / 2, right - left, _TRACK), THEME.colour("accent")
        )
        painter.fillRect(QRectF(round(half) - 0.5, middle - 6, 1, 12), THEME.colour("text2"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(THEME.colour("accent"))
        painter.drawEllipse(QPointF(spot, middle), _DOT, _DOT)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
