"""The field for a sum of money or a number of tokens, which may be empty."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.core.limit import Unit
from app.core.written_sums import read_sum, write_sum
from app.ui.widgets.text_field import TextField

_LONGEST = 24


class MoneyField(TextField):
    """US dollars or whole tokens, as people write them; an empty field is no limit.

    Everything that is typed stays to be seen: what cannot be read is a `problem`, and no sum.
    """

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
        self.setMaxLength(_LONGEST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_amount(amount)

    def count_in(self, unit: Unit) -> None:
        """Take dollars or tokens from now on; what stands in the field as the other goes."""
        if unit is not self.unit:
            self.set_amount(None)
        self.unit = unit

    def amount(self) -> Decimal | None:
        """Return the sum, or None for an empty field and for what cannot be read."""
        return self._read()[0]

    @property
    def problem(self) -> str:
        """Why what stands in the field cannot be read; blank where it can."""
        return self._read()[1]

    def set_amount(self, amount: Decimal | None) -> None:
        """Show a sum, or an empty field for None."""
        self.setText("" if amount is None else write_sum(amount, self.unit))

    def _read(self) -> tuple[Decimal | None, str]:
        try:
            return read_sum(self.text(), self.unit, QLocale().decimalPoint()), ""
        except SheafError as error:
            return None, error.sentence
