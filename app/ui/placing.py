"""The size of the window: wholly on its screen, with the frame that the system puts round it."""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtWidgets import QWidget

DEFAULT_SIZE, LEAST_SIZE = QSize(1280, 800), QSize(1024, 640)
_TITLE_BAR, _EDGE = 48, 8
"""What a system puts over a window and at its other sides, at most; it is known only once shown."""


def put_in_place(window: QWidget, remembered: str) -> None:
    """Give the window its remembered place, or the usual size, as far as the screen has room."""
    window.setMinimumSize(LEAST_SIZE)
    window.resize(DEFAULT_SIZE)
    if remembered:
        window.restoreGeometry(QByteArray(base64.b64decode(remembered)))
    if not window.isMaximized() and not window.isFullScreen():
        window.resize(fitting(window.size(), room_of(window)))


def place_of(window: QWidget) -> str:
    """Return where the window stands, to be remembered."""
    return base64.b64encode(window.saveGeometry().data()).decode("ascii")


def fitting(size: QSize, room: QRect) -> QSize:
    """Return a size whose frame fits into the room, but no less than the window can show."""
    most = QSize(room.width() - 2 * _EDGE, room.height() - _TITLE_BAR - _EDGE)
    return size.boundedTo(most).expandedTo(LEAST_SIZE)


def room_of(window: QWidget) -> QRect:
    """Return the part of the window's screen that no panel takes."""
    return window.screen().availableGeometry()
