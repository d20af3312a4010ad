"""The field that offers a list of choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
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
        # AdjustToContents would resize the field behind the back of its layout.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)

    def set_choices(self, choices: Sequence[str], current: int = 0) -> None:
        """Offer other choices without telling anybody that the choice has changed."""
        blocked = self.blockSignals(True)
        self.clear()
        self.addItems(list(choices))
        self.setCurrentIndex(current)
        self.blockSignals(blocked)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of the longest choice, within reason."""
        # A file may have a sheet name of a thousand letters.
        width = min(self._widest_choice() + 48, THEME.px(_WIDEST))
        return QSize(max(width, THEME.px(_NARROWEST)), super().sizeHint().height())

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

    def showPopup(self) -> None:
        """Open the list wide enough for its choices."""
        self.view().setMinimumWidth(min(self._widest_choice() + 48, THEME.px(480)))
        frame = self.view().parentWidget()
        if isinstance(frame, QFrame):
            frame.setFrameShape(QFrame.Shape.NoFrame)  # the list has an edge of its own
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page unless the person is in the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _widest_choice(self) -> int:
        choices = (self.itemText(number)[:200] for number in range(self.count()))
        return int(max((THEME.width(choice, "body") for choice in choices), default=0))
