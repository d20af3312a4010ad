"""The progress of one batch outside a table."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import THEME
from app.ui.widgets.progress import Progress, paint_batch_bar


class BatchBar(QWidget):
    """A bar of 6 pixels; the number it stands for is written beside it."""

    def __init__(
        self, progress: Progress, *, height: int = 6, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._progress, self._height = progress, height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the batch is now."""
        self._progress = progress
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the bar and a width that shows something."""
        return QSize(80, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar."""
        paint_batch_bar(QPainter(self), QRectF(self.rect()), self._progress)

    @Slot()
    def _restyle(self) -> None:
        self.update()
