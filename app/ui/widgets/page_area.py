"""The body of a page, which scrolls as a whole where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
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
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        # Taking it in, the area gives it a background.
        content.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Return the width that the content needs: it never scrolls sideways."""
        return QSize(self._content.minimumSizeHint().width(), _LEAST_HEIGHT)
