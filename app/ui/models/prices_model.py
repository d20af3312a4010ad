"""The models' standard prices as a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.engine.money_replies import PriceLine
from app.ui.models.steady import steady
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Look

Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("Model", "Reading", "Writing", "Reusing", "From")
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_OWN, _QUIET = Look(icon="user", icon_ink="accentText"), Look(ink="text3")


class PricesModel(QAbstractTableModel):
    """One line per model: what a million tokens cost, and from when that is known."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[PriceLine, ...] = ()

    @property
    def lines(self) -> tuple[PriceLine, ...]:
        """The models that are shown."""
        return self._lines

    def set_lines(self, lines: Sequence[PriceLine]) -> None:
        """Show these models; while they stay the same, the choice of a line does too."""
        fresh = tuple(lines)
        if [line.model for line in fresh] == [line.model for line in self._lines]:
            self._lines = fresh
            last = self.index(len(fresh) - 1, len(HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._lines = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of models."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(HEADINGS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @steady
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cells(line)[index.column()]
        if role == LOOK_ROLE:
            own = _OWN if line.own and index.column() == 4 else None
            return own if line.prices is not None else _QUIET
        return _alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None


def cells(line: PriceLine) -> tuple[str, ...]:
    """Return what stands in a model's line; an unknown price is said, never $0."""
    if line.prices is None:
        return line.name, MISSING, MISSING, MISSING, "price not known"
    first, *longer = line.prices.tiers
    least = "from " if longer else ""
    sums = (first.input, first.output, first.cache_read)
    return line.name, *(least + dollars(amount) for amount in sums), origin(line)


def origin(line: PriceLine) -> str:
    """Say whose prices these are, and of which day."""
    if line.prices is None:
        return ""
    return f"Yours, {line.prices.as_of}" if line.own else line.prices.as_of


def dollars(amount: Decimal) -> str:
    """Write a price per million tokens: at least two decimals, as many as it has."""
    text = f"{amount.normalize():f}"
    whole, _, cents = text.partition(".")
    return f"${int(whole):,}.{cents:0<2}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    return _RIGHT if 0 < column < len(HEADINGS) - 1 else _LEFT
