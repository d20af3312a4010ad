"""A control with its label above and what is wrong with it below."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.layouts import box, column, row
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


def mark_bad(control: QWidget, *, bad: bool) -> None:
    """Draw a stock control with the red edge, or without it."""
    control.setProperty("bad", bad)
    control.style().unpolish(control)
    control.style().polish(control)


class Field(QWidget):
    """A labelled control; `fail` names what is wrong with its content, `mend` takes it back."""

    def __init__(
        self, label: str, control: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._label = Label(label, "bodyM")
        self._label.setBuddy(control)
        self._hint = hint
        self._icon = IconView("circle-x", "bad")
        self._below = Label(hint, "small", "text3", wrap=True)
        self._message = box(row(self._icon, self._below, gap=8))
        self.setLayout(column(self._label, control, self._message, gap=6))
        self.mend()

    def fail(self, sentence: str) -> None:
        """Mark the control and say in a sentence what is wrong."""
        mark_bad(self.control, bad=True)
        self.control.setAccessibleDescription(sentence)
        self._say(sentence, "badText", icon=True)

    def mend(self) -> None:
        """Take the mark and the sentence away; the hint, if there is one, comes back."""
        mark_bad(self.control, bad=False)
        self.control.setAccessibleDescription(self._hint)
        self._say(self._hint, "text3", icon=False)

    def _say(self, sentence: str, ink: str, *, icon: bool) -> None:
        self._below.setText(sentence)
        self._below.set_ink(ink)
        self._icon.setVisible(icon)
        self._message.setVisible(bool(sentence))
