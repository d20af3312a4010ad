"""The menu that chooses which columns the table of answers shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.models.result_columns import ResultColumn
from app.ui.plain_text import literal, one_line
from app.ui.widgets.menu import Menu

_LONGEST_NAME = 60


class ColumnMenu(Menu):
    """One entry per column, with a mark at those that are shown; the last one cannot be hidden."""

    columns_chosen = Signal(object)
    """The ResultColumns to show, in the order of the table."""

    def __init__(
        self,
        everything: Sequence[ResultColumn],
        shown: Sequence[ResultColumn],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("column-menu")
        self._everything = tuple(everything)
        for column in everything:
            action = QAction(literal(one_line(column.name, _LONGEST_NAME)), self)
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.setEnabled(len(shown) > 1 or column not in shown)
            self.addAction(action)
        self.triggered.connect(self._on_chosen)

    @Slot(QAction)
    def _on_chosen(self, _action: QAction) -> None:
        pairs = zip(self._everything, self.actions(), strict=True)
        chosen = tuple(column for column, action in pairs if action.isChecked())
        if chosen:
            self.columns_chosen.emit(chosen)
