"""The field for a spend limit, which may be empty: a sum of money, or tokens."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from app.core.limit import Unit
from app.ui.widgets.text_field import TextField

_PATTERNS = {Unit.DOLLARS: r"\d{0,9}([.,]\d{0,2})?", Unit.TOKENS: r"\d{0,15}"}


class MoneyField(TextField):
    """US dollars with at most two decimals, or whole tokens; an empty field is no limit."""

    def __init__(
        self,
        amount: Decimal | None = None,
        *,
        name: str,
        icon: str = "wallet",
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, icon=icon, placeholder=placeholder, parent=parent)
        self.unit = Unit.DOLLARS
        self.count_in(Unit.DOLLARS)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_amount(amount)

    def count_in(self, unit: Unit) -> None:
        """Take dollars or tokens from now on; what stands in the field as the other goes."""
        if unit is not self.unit:
            self.set_amount(None)
        self.unit = unit
        self.setValidator(QRegularExpressionValidator(QRegularExpression(_PATTERNS[unit]), self))

    def amount(self) -> Decimal | None:
        """Return the sum, or None for an empty field."""
        try:
            return Decimal(self.text().replace(",", "."))
        except InvalidOperation:
            return None

    def set_amount(self, amount: Decimal | None) -> None:
        """Show a sum, or an empty field for None."""
        places = 2 if self.unit is Unit.DOLLARS else 0
        self.setText("" if amount is None else f"{amount:.{places}f}")
