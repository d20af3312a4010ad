"""One key of the keyboard, as it is drawn in the list of shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.paint import CENTRE, line_of_text, rounded
from app.ui.theme import THEME

_ROLE = "smallM"


class KeyCap(QLabel):
    """A key 24 pixels high; screen readers read it as text."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the size of the word and its edge."""
        height = THEME.px(24)
        return QSize(max(height, int(THEME.width(self.text(), _ROLE)) + 16), height)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the word would be cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the key."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        rounded(painter, area, 6, "surface", "lineStrong")
        line_of_text(painter, area, self.text(), _ROLE, "text", CENTRE)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
