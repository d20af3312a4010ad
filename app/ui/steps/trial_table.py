"""The answers of a trial in their card: one model's columns, or several side by side."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.ui.models.trial_model import Shown, TrialModel
from app.ui.theme import THEME
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.table_card import TableCard

_MOST_ROWS = 10


class TrialTable(TableCard):
    """As high as its rows, up to ten of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model = TrialModel()
        self.view = DataTable(name="Answers of the trial")
        self.view.setObjectName("trial-table")
        self.view.setModel(self.model)
        super().__init__(self.view, parent=parent)
        self.model.setParent(self)
        THEME.changed.connect(self._fit)

    def show_trial(self, shown: Shown) -> None:
        """Show what a trial brought."""
        self.model.show(shown)
        self.view.set_columns(self.model.columns())
        self.view.set_groups(self.model.groups())
        self._fit()

    @Slot()
    def _fit(self) -> None:
        rows = min(max(self.model.rowCount(), 1), _MOST_ROWS)
        bar = self.view.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.maximum() > 0 else 0
        self.setFixedHeight(self.view.height_for_rows(rows) + 2 + extra)
