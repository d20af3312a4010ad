"""The batches that a job will be cut into, as numbered boxes as wide as their rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import CENTRE, line_of_text, rounded
from app.ui.theme import THEME

_GAP = 6
_NARROWEST = 22
_HEIGHT = 40


class BatchPlan(QWidget):
    """Boxes with numbers; those in the middle give way to an ellipsis where there are many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def show_batches(self, rows: Sequence[int]) -> None:
        """Show batches of these sizes."""
        self._rows = tuple(rows)
        count = len(self._rows)
        self.setAccessibleName("1 batch" if count == 1 else f"{count:,} batches")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the boxes."""
        return QSize(THEME.px(200), THEME.px(_HEIGHT))

    def boxes(self) -> list[tuple[QRectF, str]]:
        """Return where each box lies and what stands in it."""
        shown = self._shown()
        if not shown:
            return []
        room = max(self.width() - _GAP * (len(shown) - 1), 0)
        total = sum(size for _, size in shown)
        narrowest = min(THEME.px(_NARROWEST), room / len(shown))
        spare = room - narrowest * len(shown)
        left, boxes = 0.0, []
        for words, size in shown:
            width = narrowest + spare * size / total
            boxes.append((QRectF(left, 0, width, self.height()), words))
            left += width + _GAP
        return boxes

    def _shown(self) -> list[tuple[str, int]]:
        most = max(3, (self.width() + _GAP) // (THEME.px(_NARROWEST + 8) + _GAP))
        numbered = [(str(number), max(size, 1)) for number, size in enumerate(self._rows, 1)]
        if len(numbered) <= most:
            return numbered
        return [*numbered[: most - 2], ("…", numbered[0][1]), numbered[-1]]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the boxes."""
        painter = QPainter(self)
        for box, words in self.boxes():
            rounded(painter, box, 6, "" if words == "…" else "accentSoft")
            line_of_text(painter, box, words, "smallS", "accentText", CENTRE)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
