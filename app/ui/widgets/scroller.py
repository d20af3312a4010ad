"""A part of a panel that scrolls by itself when it is too long."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

BAR = 12
"""The width of the scroll bar: the content leaves it free, so that nothing moves when it comes."""


class Scroller(QScrollArea):
    """Shows a widget of any height in whatever room there is; the page's colour shows through."""

    def __init__(self, content: QWidget, *, name: str) -> None:
        super().__init__()
        self._content = content
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        # The scroll area has just told it to paint the page's colour over the card's.
        content.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Return the content's width, and room for a few lines of it."""
        width = self._content.minimumSizeHint().width() + BAR
        return QSize(width, min(self._content.minimumSizeHint().height(), 120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the content clear of the scroll bar."""
        self._content.setMaximumWidth(max(self.width() - BAR, 0))
        super().resizeEvent(event)
