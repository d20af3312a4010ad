"""The progress of the whole job: one segment per batch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import THEME
from app.ui.widgets.progress import Progress, Stage, paint_segment

_MOST_SEGMENTS = 40
_ORDER = (
    Stage.FINISHED,
    Stage.STOPPED,
    Stage.CANCELLED,
    Stage.WORKING,
    Stage.SENDING,
    Stage.CHECKING,
    Stage.WAITING,
)


class SegmentBar(QWidget):
    """Batches as segments as wide as their rows; above 40 batches, one bar in the same patterns."""

    def __init__(
        self, batches: Sequence[Progress] = (), *, height: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._height = height
        self._batches: tuple[Progress, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_batches(batches)
        THEME.changed.connect(self._restyle)

    def show_batches(self, batches: Sequence[Progress]) -> None:
        """Show how far these batches are."""
        if tuple(batches) == self._batches:
            return
        self._batches = tuple(batches)
        counts = ((stage, self._count(stage)) for stage in _ORDER)
        words = ", ".join(f"{count} {stage.value}" for stage, count in counts if count)
        self.setAccessibleName(f"Batches: {words}" if words else "No batches")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the bar and a width that shows something."""
        return QSize(200, self._height)

    def segments(self) -> list[tuple[QRectF, Progress]]:
        """Return where each segment lies and what it shows."""
        parts = list(self._batches)
        gap = 4.0
        if len(parts) > _MOST_SEGMENTS:
            parts, gap = _joined(parts), 2.0
        total = sum(part.rows for part in parts) or 1
        room = max(0.0, self.width() - gap * (len(parts) - 1))
        left = 0.0
        placed: list[tuple[QRectF, Progress]] = []
        for part in parts:
            width = room * part.rows / total
            placed.append((QRectF(left, 0, width, self.height()), part))
            left += width + gap
        return placed

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the segments."""
        painter = QPainter(self)
        for area, part in self.segments():
            paint_segment(painter, area, part)

    def _count(self, stage: Stage) -> int:
        return sum(batch.stage is stage for batch in self._batches)

    @Slot()
    def _restyle(self) -> None:
        self.update()


def _joined(batches: Sequence[Progress]) -> list[Progress]:
    """Add the batches of each stage up, in the order in which a job goes through them."""
    sums: list[Progress] = []
    for stage in _ORDER:
        members = [batch for batch in batches if batch.stage is stage]
        rows = sum(batch.rows for batch in members)
        if rows:
            failed = sum(batch.failed for batch in members)
            sums.append(Progress(rows, stage, failed, sum(b.answered for b in members)))
    return sums
