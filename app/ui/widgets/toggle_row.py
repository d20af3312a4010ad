"""A setting with its explanation and its switch, clickable as a whole."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import line_of_text
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton
from app.ui.widgets.toggle import paint_toggle


class ToggleRow(PaintedButton):
    """A line of the settings: title, hint below it, switch at the right end."""

    def __init__(
        self, title: str, hint: str = "", *, on: bool = False, parent: QWidget | None = None
    ) -> None:
        self._hint = hint
        super().__init__(title, parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleDescription(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_hint(self, hint: str) -> None:
        """Explain the setting in other words."""
        self._hint = hint
        self.setAccessibleDescription(hint)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the size of the words and the switch."""
        words = max(THEME.width(self.text(), "bodyM"), THEME.width(self._hint, "small"))
        height = THEME.line("bodyM") + (THEME.line("small") if self._hint else 4)
        return QSize(int(words) + THEME.px(36) + 16, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words and the switch."""
        painter = QPainter(self)
        width = self.width() - THEME.px(36) - 16
        ink = "text" if self.isEnabled() else "disabled"
        line = THEME.line("bodyM") if self._hint else self.height()
        line_of_text(painter, QRectF(0, 0, width, line), self.text(), "bodyM", ink)
        below = QRectF(0, line, width, THEME.line("small"))
        line_of_text(painter, below, self._hint, "small", "text2" if self.isEnabled() else ink)
        switch = QRectF(0, 0, THEME.px(36), THEME.px(20))
        switch.moveRight(self.width())
        switch.moveTop(round((self.height() - switch.height()) / 2))
        paint_toggle(painter, switch, on=self.isChecked(), enabled=self.isEnabled())
