"""The menu with rounded corners, icons and shortcuts."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QPainterPath, QRegion, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.plain_text import literal
from app.ui.theme import THEME

_CORNER = 6


class Menu(QMenu):
    """A menu of plain texts; on macOS it is the system's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if sys.platform != "darwin":
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._icons: list[tuple[QAction, str, str]] = []
        THEME.changed.connect(self._restyle)

    def add(
        self,
        text: str,
        slot: Callable[[], object],
        *,
        icon: str = "",
        ink: str = "text2",
        shortcut: str = "",
    ) -> QAction:
        """Add an entry; `slot` is a bound method of a QObject, `shortcut` is only shown."""
        action = QAction(literal(text), self)
        if icon:
            action.setIcon(THEME.icon(icon, ink))
            self._icons.append((action, icon, ink))
        if shortcut:
            action.setShortcut(shortcut)
            # Only shown here; the window's own action is the one that listens.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def clear(self) -> None:
        """Remove all entries."""
        self._icons.clear()
        super().clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the corners off on X11: where nothing composes the screen they would be black."""
        super().resizeEvent(event)
        if QGuiApplication.platformName() == "xcb":
            self.setMask(_rounded(QRectF(self.rect())))

    @Slot()
    def _restyle(self) -> None:
        for action, icon, ink in self._icons:
            action.setIcon(THEME.icon(icon, ink))


def _rounded(area: QRectF) -> QRegion:
    """Return a little more than the drawn shape, so that its soft edge stays whole."""
    path = QPainterPath()
    path.addRoundedRect(area, _CORNER, _CORNER)
    return QRegion(path.toFillPolygon().toPolygon())
