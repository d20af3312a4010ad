"""The chip that shows only some of the rows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_ICON = 16


class FilterChip(PaintedButton):
    """A choice with its count; several in an exclusive QButtonGroup make a filter."""

    focus_radius = 16

    def __init__(
        self,
        text: str,
        count: str = "",
        *,
        icon: str = "",
        icon_ink: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        self._count, self._icon, self._icon_ink = count, icon, icon_ink
        super().__init__(text, parent)
        self.setCheckable(True)
        self.set_count(count)

    def set_count(self, count: str) -> None:
        """Show another number of rows."""
        self._count = count
        self.setAccessibleName(f"{self.text()}, {count} rows" if count else self.text())
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the size of the words, the count and the icon."""
        width = self._words_width() + (6 + THEME.width(self._count, "small") if self._count else 0)
        return QSize(int(width) + (THEME.px(_ICON) + 6 if self._icon else 0) + 26, THEME.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip in its state."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        ink = "accentText" if self.isChecked() else "text"
        if self.isChecked():
            rounded(painter, area, area.height() / 2, "accentSoft", "accent", 1.5)
        else:
            fill = "hover" if self.hovered else "surface"
            rounded(painter, area, area.height() / 2, fill, "lineStrong")
        x = 13.0
        if self._icon:
            THEME.paint_icon(
                painter,
                self._icon,
                square(x - 3, area.center().y(), THEME.px(_ICON)),
                self._icon_ink,
            )
            x += THEME.px(_ICON) + 2
        line_of_text(
            painter,
            QRectF(x, 0, self._words_width(), area.height()),
            self.text(),
            self._role(),
            ink,
        )
        x += self._words_width() + 6
        room = QRectF(x, 0, area.width() - x - 8, area.height())
        line_of_text(painter, room, self._count, "small", ink if self.isChecked() else "text2")

    def _role(self) -> str:
        return "bodyM"

    def _words_width(self) -> float:
        return THEME.width(self.text(), self._role())
