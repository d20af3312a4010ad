"""What a price is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import RIGHT, line_of_text, round_path, rounded
from app.ui.theme import THEME


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part of a price: what it is for, its figure as written, and its size."""

    words: str
    figure: str
    amount: float
    ink: str = "c1"


class CostBar(QWidget):
    """A bar of 10 pixels in as many parts as the price has, with the figures below it."""

    def __init__(self, parts: Sequence[CostPart] = (), *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[CostPart, ...] = ()
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_parts(parts)
        THEME.changed.connect(self._restyle)

    def show_parts(self, parts: Sequence[CostPart], *, faded: bool = False) -> None:
        """Show a price; faded figures are the last known ones while new ones are counted."""
        self._parts, self._faded = tuple(parts), faded
        self.setAccessibleName(", ".join(f"{part.words} {part.figure}" for part in parts))
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the height of the bar and its legend."""
        return QSize(200, 10 + 4 + len(self._parts) * THEME.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and its legend."""
        painter = QPainter(self)
        self._paint_bar(painter, QRectF(0, 0, self.width(), 10))
        line = THEME.px(24)
        ink = "text3" if self._faded else "text"
        for number, part in enumerate(self._parts):
            area = QRectF(0, 14 + number * line, self.width(), line)
            rounded(painter, QRectF(0, round(area.center().y() - 5), 10, 10), 3, part.ink)
            line_of_text(painter, area.adjusted(18, 0, 0, 0), part.words, "body", "text2")
            line_of_text(painter, area, part.figure, "bodyM", ink, RIGHT)

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        total = sum(part.amount for part in self._parts)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(round_path(bar, bar.height() / 2))
        painter.fillRect(bar, THEME.colour("track"))
        left = bar.left()
        for part in self._parts if total > 0 else ():
            width = bar.width() * part.amount / total
            gap = 2 if left + width < bar.right() - 1 else 0
            ink = part.ink
            painter.fillRect(QRectF(left, bar.top(), width, bar.height()), THEME.colour(ink))
            # The gap tells the parts apart where their brightness does not.
            between = QRectF(left + width - gap, bar.top(), gap, bar.height())
            painter.fillRect(between, THEME.colour("surface"))
            left += width
        painter.restore()

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
