"""Widths of the design that follow the text size while the window is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.ui.theme import THEME


class _Held(QObject):
    """Lives as long as its widget, whose child it is."""

    def __init__(self, widget: QWidget, pixels: int) -> None:
        super().__init__(widget)
        self._pixels = pixels
        self._hold()
        THEME.changed.connect(self._hold)

    @Slot()
    def _hold(self) -> None:
        widget = self.parent()
        if isinstance(widget, QWidget):
            widget.setFixedWidth(THEME.px(self._pixels))


def hold_width(widget: QWidget, pixels: int) -> None:
    """Keep a widget as wide as the design says, at whatever text size is chosen."""
    _Held(widget, pixels)
