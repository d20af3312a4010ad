"""The field for one line of text."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.theme import THEME


class TextField(QLineEdit):
    """A line edit 32 pixels high; `name` is what a screen reader says."""

    def __init__(
        self,
        text: str = "",
        *,
        name: str,
        placeholder: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self._icon = icon
        self._action = (
            self.addAction(THEME.icon(icon), QLineEdit.ActionPosition.LeadingPosition)
            if icon
            else None
        )
        THEME.changed.connect(self._restyle)

    @Slot()
    def _restyle(self) -> None:
        if self._action is not None:
            self._action.setIcon(THEME.icon(self._icon))
