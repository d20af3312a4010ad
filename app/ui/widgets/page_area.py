"""The body of a page, which scrolls as a whole where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST_HEIGHT = 120


class PageArea(QScrollArea):
    """Gives its content all the room there is, and as much more height as its words need."""

    def __init__(self, content: QWidget, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Page")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        # Taking it in, the area gives it a background.
        content.setAutoFillBackground(False)

    @Slot(int, int)
    def _on_range(self, _least: int, most: int) -> None:
        """Let the keyboard in where there is something to scroll, and only there."""
        scrolls = Qt.FocusPolicy.TabFocus if most else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(scrolls)

    def minimumSizeHint(self) -> QSize:
        """Return the width that the content needs: it never scrolls sideways."""
        return QSize(self._content.minimumSizeHint().width(), _LEAST_HEIGHT)
