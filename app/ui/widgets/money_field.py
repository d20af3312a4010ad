"""The field for a sum of money, which may be empty."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from app.ui.widgets.text_field import TextField


class MoneyField(TextField):
    """US dollars with at most two decimals; an empty field means that there is no sum."""

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
        pattern = QRegularExpression(r"\d{0,9}([.,]\d{0,2})?")
        self.setValidator(QRegularExpressionValidator(pattern, self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_amount(amount)

    def amount(self) -> Decimal | None:
        """Return the sum, or None for an empty field."""
        try:
            return Decimal(self.text().replace(",", "."))
        except InvalidOperation:
            return None

    def set_amount(self, amount: Decimal | None) -> None:
        """Show a sum, or an empty field for None."""
        self.setText("" if amount is None else f"{amount:.2f}")
