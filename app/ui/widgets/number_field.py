"""The field for a whole number."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget


class NumberField(QSpinBox):
    """A spin box with thousands separators, from `lowest` to `highest`; `unit` follows it."""

    def __init__(
        self,
        value: int,
        *,
        name: str,
        lowest: int = 0,
        highest: int = 1_000_000,
        step: int = 1,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setRange(lowest, highest)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.setGroupSeparatorShown(True)
        # The whole program writes 2,000 and 6.00, so its fields do too.
        self.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        self.setValue(value)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Padding in a style sheet does not move a spin box's text.
        self.lineEdit().setTextMargins(8, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page unless the person is in the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
