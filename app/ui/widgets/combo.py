"""The field that offers a list of choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.ui.paint import line_of_text
from app.ui.theme import THEME

_WIDEST, _NARROWEST = 320, 96


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
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def set_choices(self, choices: Sequence[str], current: int = 0) -> None:
        """Offer other choices without telling anybody that the choice has changed."""
        blocked = self.blockSignals(True)  # Qt's own signature
        self.clear()
        self.addItems(list(choices))
        self.setCurrentIndex(current)
        self.blockSignals(blocked)

    def sizeHint(self) -> QSize:
        """Return the size of the longest choice, within reason."""
        hint = super().sizeHint()
        return QSize(min(hint.width() + 8, THEME.px(_WIDEST)), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters: the rest of a choice is elided."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), THEME.px(_NARROWEST)), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the closed field with the choice shortened to its room, letter by letter."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        enabled = self.isEnabled()
        room = QRectF(self.rect()).adjusted(11, 0, -32, 0)
        line_of_text(painter, room, self.currentText(), "body", "text" if enabled else "disabled")

    def showPopup(self) -> None:  # Qt names it
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
