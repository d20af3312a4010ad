"""One thing that was decided, with the way back to change it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.layouts import column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


class SummaryCard(Card):
    """An icon with a title, what was decided, two lines about it, and Edit.

    A line that is too long is shortened, unless the card `wraps` because every word of it counts.
    """

    edit = Signal()

    def __init__(
        self, title: str, icon: str, parent: QWidget | None = None, *, wraps: bool = False
    ) -> None:
        super().__init__(parent=parent)
        self.setObjectName(f"summary-{title.lower()}")
        self.setAccessibleName(title)
        button = Button("Edit", "link", size=28)
        button.setObjectName(f"edit-{title.lower()}")
        button.setAccessibleName(f"Edit {title.lower()}")
        button.clicked.connect(self.edit)
        self._value = ElidedLabel("", "title")
        self._first, self._second = _line(wraps=wraps), _line(wraps=wraps)
        head = row(IconView(icon, "text2"), Label(title, "bodyM", "text2"), None, button)
        lines = column(self._value, self._first, self._second, gap=3, margins=(0, 0, 8, 0))
        self.setLayout(column(head, lines, gap=4, margins=(16, 8, 8, 14)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_words(self, value: str, first: str = "", second: str = "") -> None:
        """Show what was decided."""
        self._value.setText(value)
        self._first.setText(first)
        self._second.setText(second)
        self.setAccessibleDescription(". ".join(part for part in (value, first, second) if part))


def _line(*, wraps: bool) -> Label:
    return Label("", "small", "text2", wrap=True) if wraps else ElidedLabel("", "small", "text2")
