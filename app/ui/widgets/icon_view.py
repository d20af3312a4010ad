"""An icon that stands alone beside a text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import THEME


class IconView(QWidget):
    """An icon of 14, 16 or 20 pixels; the words beside it carry its meaning."""

    def __init__(
        self, name: str, ink: str = "text2", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._ink, self._size = name, ink, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def show_icon(self, name: str, ink: str = "") -> None:
        """Show another icon, in another colour if one is given."""
        self._name, self._ink = name, ink or self._ink
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's size."""
        return QSize(THEME.px(self._size), THEME.px(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        if self._name:
            ink = self._ink if self.isEnabled() else "disabled"
            THEME.paint_icon(QPainter(self), self._name, QRectF(self.rect()), ink)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
