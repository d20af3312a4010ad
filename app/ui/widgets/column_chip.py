"""The chip of one of the person's columns."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_ICON = 14


class ChipColour(StrEnum):
    """The colour of a column's chips, by what is in the column."""

    LONG_TEXT = "chipA"
    TEXT = "chipB"
    NUMBER = "chipC"
    OTHER = "chipD"

    @property
    def ink(self) -> str:
        """The token of the text on the chip."""
        return f"{self.value}Text"


class ColumnChip(PaintedButton):
    """A column to put into the instructions: filled with a check once it is used there."""

    focus_radius = 6

    def __init__(
        self,
        name: str,
        colour: ChipColour = ChipColour.TEXT,
        *,
        used: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._colour, self._used = colour, used
        super().__init__(name, parent)
        self.set_used(used)

    @property
    def used(self) -> bool:
        """Whether the instructions name the column."""
        return self._used

    def set_used(self, used: bool) -> None:
        """Say whether the instructions name the column."""
        self._used = used
        self.setAccessibleDescription("used in the instructions" if used else "not used yet")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the name and the icon."""
        return QSize(int(THEME.width(self.text(), "smallM")) + 22 + THEME.px(_ICON), THEME.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        fill, edge, ink = "surface", "lineStrong", "text"
        if self._used:
            fill, edge, ink = self._colour.value, "", self._colour.ink
        if self.hovered:
            fill, edge = (fill, ink) if self._used else ("hover", edge)
        rounded(painter, area, 6, fill, edge)
        icon = "check" if self._used else "plus"
        THEME.paint_icon(painter, icon, square(7, area.center().y(), THEME.px(_ICON)), ink)
        words = area.adjusted(7 + THEME.px(_ICON) + 4, 0, -8, 0)
        line_of_text(painter, words, self.text(), "smallM", ink)
