"""Sheaf's mark: three stalks gathered by a band of wheat."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import rounded
from app.ui.theme import THEME


def paint_mark(painter: QPainter, box: QRectF, background: str = "window") -> None:
    """Draw the mark; the band stands off from the stalks unless the mark is very small."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    painter.setPen(QPen(THEME.colour("accent"), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_stalk(-1))
    painter.drawPath(_stalk(1))
    painter.drawLine(QPointF(12, 2.5), QPointF(12, 21.5))
    if box.width() > 16:
        rounded(painter, QRectF(5.6, 11.2, 12.8, 6), 3, background)
    rounded(painter, QRectF(6.8, 12.4, 10.4, 3.6), 1.8, "wheat")
    painter.restore()


def _stalk(side: int) -> QPainterPath:
    """Return an outer stalk: it leans out, is gathered at the band, and spreads again."""
    path = QPainterPath(QPointF(12 + side * 8, 3))
    waist = QPointF(12 + side * 3.2, 14)
    path.cubicTo(QPointF(12 + side * 8, 9), QPointF(12 + side * 3.2, 10), waist)
    foot = QPointF(12 + side * 6, 21.5)
    path.cubicTo(QPointF(12 + side * 3.2, 17), QPointF(12 + side * 6, 18), foot)
    return path


class Mark(QWidget):
    """The mark at a size, on a background token."""

    def __init__(
        self, size: int = 24, background: str = "window", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size, self._background = size, background
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        paint_mark(QPainter(self), QRectF(self.rect()), self._background)

    @Slot()
    def _restyle(self) -> None:
        self.update()
