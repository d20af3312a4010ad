"""The field that offers a list of choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from app.ui.theme import THEME


class Combo(QComboBox):
    """A closed list of choices in plain text; `name` is what a screen reader says."""

    def __init__(
        self, choices: Sequence[str] = (), *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        # The default popup ignores the style sheet's item height.
        self.setView(QListView(self))
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.addItems(list(choices))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A file may have a sheet name of a thousand letters.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.setMinimumContentsLength(8)

    def set_choices(self, choices: Sequence[str], current: int = 0) -> None:
        """Offer other choices without telling anybody that the choice has changed."""
        blocked = self.blockSignals(True)  # Qt's own signature
        self.clear()
        self.addItems(list(choices))
        self.setCurrentIndex(current)
        self.blockSignals(blocked)

    def showPopup(self) -> None:  # noqa: N802  # Qt names it
        """Open the list wide enough for its choices."""
        widest = max(
            (THEME.width(self.itemText(i), "body") for i in range(self.count())), default=0
        )
        self.view().setMinimumWidth(min(int(widest) + 48, THEME.px(480)))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page unless the person is in the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
