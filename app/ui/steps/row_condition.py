"""A condition on one column: which one, what holds of it, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.row_choice import Holds, Where
from app.ui.layouts import column, row
from app.ui.widgets.combo import Combo
from app.ui.widgets.text_field import TextField

_WORDS: Mapping[Holds, str] = {
    Holds.EMPTY: "is blank",
    Holds.FILLED: "is not blank",
    Holds.EQUALS: "is",
    Holds.DIFFERS: "is not",
    Holds.CONTAINS: "contains",
}
_COMPARED = frozenset({Holds.EQUALS, Holds.DIFFERS, Holds.CONTAINS})
_PAUSE_MS = 400
"""So long after the last key the condition counts as written."""


class RowCondition(QWidget):
    """Emits `changed` when another condition stands there."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = Combo(name="Column of the condition")
        self._column.setObjectName("where-column")
        self._holds = Combo(name="What holds of it")
        self._holds.setObjectName("where-holds")
        self._holds.set_choices(list(_WORDS.values()), 0)
        self._value = TextField(name="Compared with", placeholder="Open")
        self._value.setObjectName("where-value")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        test = row(self._holds, gap=8)
        test.addWidget(self._value, 1)
        lines = column(self._column, gap=8)
        lines.addLayout(test)
        lines.setContentsMargins(24, 0, 0, 0)
        self.setLayout(lines)
        self._column.activated.connect(self._on_chosen)
        self._holds.activated.connect(self._on_chosen)
        self._value.textEdited.connect(self._on_typed)
        self._show_value()

    @property
    def condition(self) -> Where:
        """The condition that stands there."""
        holds = list(_WORDS)[max(self._holds.currentIndex(), 0)]
        value = self._value.text() if holds in _COMPARED else ""
        return Where(self._column.currentText(), holds, value)

    @property
    def is_complete(self) -> bool:
        """Whether there is something to compare with, where that is needed."""
        found = self.condition
        return bool(found.column) and (found.test not in _COMPARED or bool(found.value.strip()))

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Offer these columns, and keep the one that is chosen."""
        chosen = self._column.currentText()
        self._column.set_choices(list(names), names.index(chosen) if chosen in names else 0)

    def show_condition(self, where: Where) -> None:
        """Show a condition; emits nothing."""
        place = self._column.findText(where.column)
        if place >= 0:
            self._column.setCurrentIndex(place)
        self._holds.setCurrentIndex(list(_WORDS).index(where.test))
        self._value.setText(where.value)
        self._show_value()

    def _show_value(self) -> None:
        self._value.setVisible(self.condition.test in _COMPARED)

    @Slot()
    def _on_chosen(self) -> None:
        self._show_value()
        self.changed.emit()

    @Slot()
    def _on_typed(self) -> None:
        self._pause.start()
