"""One fact of the progress card: what it is, its value, and a few words about it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.layouts import column
from app.ui.widgets.label import Label


class Fact(QWidget):
    """A label over a value over a hint."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Label(label, "smallM", "text2")
        self._value = Label("", "title")
        self._hint = Label("", "small", "text3")
        self.setLayout(column(self._label, self._value, self._hint, gap=2))

    @property
    def text(self) -> str:
        """All that the fact says, in one line."""
        return f"{self._label.text()}: {self._value.text()} ({self._hint.text()})"

    def say(self, value: str, hint: str, label: str = "") -> None:
        """Show another value, under another label if one is given."""
        if label:
            self._label.setText(label)
        self._value.setText(value)
        self._hint.setText(hint)
        self.setAccessibleName(self.text)
