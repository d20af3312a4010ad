"""F6 and Shift+F6: the keyboard's way between the parts of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.actions import command

_TAB = Qt.FocusPolicy.TabFocus


class Panes(QObject):
    """Moves the focus to the next or previous part, at the control that comes first there."""

    def __init__(self, window: QWidget, parts: Callable[[], list[QWidget]]) -> None:
        super().__init__(window)
        self._parts = parts
        command(window, "next_pane", self.go_on, everywhere=True)
        command(window, "previous_pane", self.go_back, everywhere=True)

    @Slot()
    def go_on(self) -> None:
        """Focus the next part."""
        self._go(1)

    @Slot()
    def go_back(self) -> None:
        """Focus the previous part."""
        self._go(-1)

    def _go(self, way: int) -> None:
        parts = [part for part in self._parts() if part.isVisible() and first_control(part)]
        if not parts:
            return
        here = QApplication.focusWidget()
        place = next((n for n, part in enumerate(parts) if here and _holds(part, here)), -way)
        control = first_control(parts[(place + way) % len(parts)])
        if control is not None:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def first_control(part: QWidget) -> QWidget | None:
    """Return the first control in a part that the keyboard can reach."""
    control = part
    while True:
        reachable = control.focusPolicy() & _TAB == _TAB
        if _holds(part, control) and reachable and control.isVisible() and control.isEnabled():
            return control
        following = control.nextInFocusChain()
        if following is None or following is part:
            return None
        control = following
