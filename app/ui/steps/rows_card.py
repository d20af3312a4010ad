"""Which rows to run: all, the first few, or those picked in the table."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from app.core.job import Rows
from app.ui.layouts import column, row
from app.ui.widgets.card import Card
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField

_ALL, _FIRST, _PICKED = range(3)
_USUAL_FIRST = 500


class RowsCard(Card):
    """Three choices; emits `changed` with each, and `picking` when rows are to be picked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._picked: tuple[int, ...] = ()
        self._unit = "row"
        self._count = NumberField(_USUAL_FIRST, name="How many of the first rows", lowest=1)
        self._count.setObjectName("first-rows")
        self._group = QButtonGroup(self)
        for number, name in enumerate(("all-rows", "first-few-rows", "picked-rows")):
            button = QRadioButton()
            button.setObjectName(name)
            self._group.addButton(button, number)
        self._units = Label("rows")
        first = row(self._radio(_FIRST), self._count, self._units, None, gap=8)
        self._title = Label("Rows to run", "heading")
        lines = column(self._title, 2, self._radio(_ALL), first, self._radio(_PICKED), gap=8)
        lines.setContentsMargins(16, 12, 16, 14)
        self.setLayout(lines)
        self._radio(_FIRST).setText("First")
        self._radio(_ALL).setChecked(True)
        self._say_picked()
        self._group.idClicked.connect(self._on_clicked)
        self._count.valueChanged.connect(self._on_count)

    @property
    def picking(self) -> bool:
        """Whether rows are picked in the table."""
        return self._group.checkedId() == _PICKED

    @property
    def chosen(self) -> Rows:
        """The rows to run."""
        if self._group.checkedId() == _FIRST:
            return Rows(first=self._count.value())
        return Rows(picked=self._picked) if self.picking else Rows()

    def show_rows(self, rows: Rows, total: int, unit: str = "row") -> None:
        """Show a choice among so many rows, or files; emits nothing."""
        self._unit = unit
        self._title.setText(f"{unit.capitalize()}s to run")
        self._units.setText(f"{unit}s")
        for widget in (self._count, self._group):
            widget.blockSignals(True)  # Qt's own signature
        self._radio(_ALL).setText(f"All {total:,} {unit}s" if total != 1 else f"The one {unit}")
        self._count.setMaximum(max(total, 1))
        self._count.setValue(rows.first or min(_USUAL_FIRST, max(total, 1)))
        self._picked = rows.picked
        self._say_picked()
        choice = _FIRST if rows.first else _PICKED if rows.picked else _ALL
        if not (choice == _ALL and self.picking):
            self._radio(choice).setChecked(True)
        self._count.setEnabled(self._group.checkedId() == _FIRST)
        for widget in (self._count, self._group):
            widget.blockSignals(False)

    def pick(self, rows: tuple[int, ...]) -> None:
        """Take the rows that are chosen in the table."""
        if rows != self._picked:
            self._picked = rows
            self._say_picked()
            self.changed.emit()

    def _say_picked(self) -> None:
        self._radio(_PICKED).setText(f"Only the {self._unit}s I select ({len(self._picked):,})")

    def _radio(self, number: int) -> QRadioButton:
        button = self._group.button(number)
        assert isinstance(button, QRadioButton)  # noqa: S101 - the group holds nothing else
        return button

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self._count.setEnabled(number == _FIRST)
        if number != _PICKED:
            self._picked = ()
            self._say_picked()
        self.changed.emit()

    @Slot()
    def _on_count(self) -> None:
        self.changed.emit()
