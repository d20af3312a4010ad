"""The bar below a step: the way back at the left, the one primary button at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from app.ui.layouts import row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.label import Label
from app.ui.widgets.panel import Panel

_HEIGHT = 65


class Footer(Panel):
    """Emits `back` and `forward`; says beside the primary button why it cannot be pressed."""

    back = Signal()
    forward = Signal()

    def __init__(self) -> None:
        super().__init__(fill="surface", rules="t")
        self._back = Button("Cancel", size=40)
        self._back.setObjectName("back")
        self._note = Label("", "small", "text2", wrap=True, align=RIGHT)
        self._primary = Button("", "primary", size=40)
        self._primary.setObjectName("forward")
        self._wants_focus = False
        """The primary button gets the keyboard as soon as it can be pressed."""
        line = row(self._back, self._note, self._primary, gap=12, margins=(24, 0, 24, 0))
        line.setStretch(1, 1)
        self.setLayout(line)
        self._back.clicked.connect(self.back)
        self._primary.clicked.connect(self.forward)
        THEME.changed.connect(self._resize)
        self._resize()

    def show_back(self, *, first: bool) -> None:
        """Offer to leave at the first step, and to go back at the others."""
        self._back.setText("Cancel" if first else "Back")
        self._back.set_icon("" if first else "arrow-left")

    def show_primary(self, label: str, icon: str, note: str, problem: str) -> None:
        """Show what the primary button does, or why it cannot be pressed."""
        arrow = icon == "arrow-right"
        self._primary.setText(label)
        self._primary.set_icon("" if arrow else icon)
        self._primary.set_trailing(icon if arrow else "")
        self._primary.setEnabled(not problem)
        self._primary.setAccessibleDescription(problem or note)
        self._note.setText(problem or note)
        self._note.set_ink("warnText" if problem else "text2")
        if self._wants_focus and not problem:
            self.focus_primary()

    def show_busy(self, sentence: str) -> None:
        """Say what is being done; the primary button waits until it is over."""
        self._primary.setEnabled(False)
        self._note.setText(sentence)
        self._note.set_ink("text2")

    def press(self) -> None:
        """Press the primary button, if it can be pressed."""
        self._primary.click()

    def give_focus_to(self, stack: QStackedWidget) -> None:
        """Put the keyboard on the page in front, if it is on the primary button."""
        page = stack.currentWidget()
        if self._primary.hasFocus() and page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_primary(self) -> None:
        """Put the keyboard on the primary button, now or once it can be pressed."""
        self._wants_focus = not self._primary.isEnabled()
        if self._primary.isEnabled():
            self._primary.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _resize(self) -> None:
        self.setFixedHeight(max(_HEIGHT, THEME.px(56)))
