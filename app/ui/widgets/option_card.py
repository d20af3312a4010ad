"""The card of a recipe: one of a few ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import CENTRE, line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_ICON = 20


class OptionCard(PaintedButton):
    """An icon over a word, 64 pixels high; several in an exclusive QButtonGroup share a row."""

    focus_radius = 10

    def __init__(self, text: str, icon: str, *, parent: QWidget | None = None) -> None:
        self._icon = icon
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the word."""
        return QSize(int(THEME.width(self.text(), "smallS")) + 14, THEME.px(64))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card in its state."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        ink, icon_ink = "text", "text2"
        if self.isChecked():
            rounded(painter, area, 10, "accentSoft", "accent", 2)
            ink = icon_ink = "accentText"
        elif self.hovered:
            rounded(painter, area, 10, "hover", "lineStrong")
        else:
            rounded(painter, area, 10, "surface", "line")
        middle = area.height() * 0.33
        icon_area = square((area.width() - THEME.px(_ICON)) / 2, middle, THEME.px(_ICON))
        THEME.paint_icon(painter, self._icon, icon_area, icon_ink)
        line = THEME.line("smallS")
        words = QRectF(4, area.height() * 0.7 - line / 2, area.width() - 8, line)
        line_of_text(painter, words, self.text(), "smallS", ink, CENTRE)
