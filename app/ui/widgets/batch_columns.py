"""What each batch cost, as columns side by side, with a line at what was expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import CENTRE, line_of_text, rounded
from app.ui.theme import THEME

_BARS, _GAP, _RADIUS = 64, 8, 3
_WIDEST = 64
_LEAST = 3.0
"""Also a batch that cost next to nothing can be seen."""


@dataclass(frozen=True, slots=True)
class BatchColumn:
    """One batch: its number, what it cost and as written, and what was expected of it."""

    number: int
    figure: str
    amount: float
    expected: float | None = None


class BatchColumns(QWidget):
    """A column per batch; the words go where they would not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batches: tuple[BatchColumn, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def show_batches(self, batches: Sequence[BatchColumn]) -> None:
        """Show these batches."""
        self._batches = tuple(batches)
        said = (f"batch {batch.number} {batch.figure}" for batch in self._batches)
        self.setAccessibleName(f"Cost by batch: {', '.join(said)}")
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the height of the columns with their words."""
        return QSize(THEME.px(240), THEME.px(_BARS) + 2 * (THEME.line("small") + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the same height, in whatever width there is."""
        return QSize(THEME.px(120), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the columns."""
        if not self._batches:
            return
        painter = QPainter(self)
        step = min((self.width() + _GAP) / len(self._batches), THEME.px(_WIDEST) + _GAP)
        width = max(1.0, step - _GAP if step > 2 * _GAP else step * 0.75)
        most = max(max(b.amount, b.expected or 0.0) for b in self._batches) or 1.0
        line = THEME.line("small")
        room = QRectF(0, line + 4, width, THEME.px(_BARS))
        has_words = all(THEME.width(b.figure, "small") <= width + _GAP for b in self._batches)
        every = self._every(step)
        for place, batch in enumerate(self._batches):
            room.moveLeft(round(place * step))
            top = self._paint_batch(painter, room, batch, most)
            if has_words:
                words = QRectF(room.left() - _GAP, top - line - 3, width + 2 * _GAP, line)
                line_of_text(painter, words, batch.figure, "small", "text2", CENTRE)
            if place % every == 0:
                foot = QRectF(room.left() - _GAP, room.bottom() + 3, width + 2 * _GAP, line)
                line_of_text(painter, foot, str(batch.number), "small", "text2", CENTRE)

    def _every(self, step: float) -> int:
        """Return every how many batches are numbered, so that numbers do not touch."""
        widest = THEME.width(str(len(self._batches)), "small") + _GAP
        return max(1, -(-int(widest) // max(1, int(step))))

    def _paint_batch(
        self, painter: QPainter, room: QRectF, batch: BatchColumn, most: float
    ) -> float:
        """Draw a column and its line; return where the higher of them ends."""
        height = max(_LEAST, room.height() * batch.amount / most)
        bar = QRectF(room.left(), room.bottom() - height, room.width(), height)
        rounded(painter, bar, min(_RADIUS, bar.width() / 2), "c1")
        if batch.expected is None:
            return bar.top()
        level = room.bottom() - room.height() * batch.expected / most
        # The gap keeps the line apart from the column, whose brightness it may share.
        painter.fillRect(QRectF(bar.left() - 1, level, bar.width() + 2, 3), THEME.colour("surface"))
        painter.fillRect(QRectF(bar.left() - 1, level, bar.width() + 2, 2), THEME.colour("text2"))
        return min(bar.top(), level)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
