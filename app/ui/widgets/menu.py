"""The menu with rounded corners, icons and shortcuts."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.plain_text import literal
from app.ui.theme import THEME


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

    @Slot()
    def _restyle(self) -> None:
        for action, icon, ink in self._icons:
            action.setIcon(THEME.icon(icon, ink))
