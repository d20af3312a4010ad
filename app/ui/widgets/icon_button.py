"""The button with an icon and no words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.paint import rounded, square
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton


class IconButton(PaintedButton):
    """A square button; its name is its tooltip and what a screen reader says.

    `edge` draws it as a secondary button; `ink` colours the icon.
    """

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        size: int = 28,
        edge: bool = False,
        ink: str = "text2",
        icon_size: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        self._icon, self._size, self._edge = icon, size, edge
        self._ink, self._icon_size = ink, icon_size
        super().__init__("", parent)
        self.rename(name)

    def rename(self, name: str) -> None:
        """Say something else that the button does, as when a toggle turns round."""
        self.setAccessibleName(name)
        plain_tooltip(self, name)

    def set_icon(self, icon: str, ink: str = "") -> None:
        """Show another icon, in another colour if one is given."""
        self._icon, self._ink = icon, ink or self._ink
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(THEME.px(self._size), THEME.px(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the button in its state."""
        painter = QPainter(self)
        fill, edge = self._look()
        rounded(painter, QRectF(self.rect()), self.focus_radius, fill, edge)
        ink = self._ink if self.isEnabled() else "disabled"
        size = THEME.px(self._icon_size)
        area = square((self.width() - size) / 2, self.height() / 2, size)
        THEME.paint_icon(painter, self._icon, area, ink)

    def _look(self) -> tuple[str, str]:
        if not self.isEnabled():
            return ("surface", "line") if self._edge else ("", "")
        edge = "lineStrong" if self._edge else ""
        if self.isDown() or self.isChecked():
            return "selected", edge
        resting = "surface" if self._edge else ""
        return ("hover" if self.hovered else resting), edge
