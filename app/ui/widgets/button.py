"""The button with words on it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_ICON = 16
_GAP = 8


class Kind(StrEnum):
    """How much a button asks for attention; there is one primary button per screen."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GHOST = "ghost"
    LINK = "link"
    DANGER = "danger"


_LOOKS = {  # fill, edge, ink; then fill under the pointer, fill when pressed
    Kind.PRIMARY: ("accent", "", "onAccent", "accentHover", "accentPress"),
    Kind.SECONDARY: ("surface", "lineStrong", "text", "hover", "selected"),
    Kind.GHOST: ("", "", "text2", "hover", "selected"),
    Kind.LINK: ("", "", "accentText", "accentSoft", "accentSoft"),
    Kind.DANGER: ("surface", "lineStrong", "badText", "badSoft", "badSoft"),
}
_OFF = {
    Kind.PRIMARY: ("disabledFill", ""),
    Kind.SECONDARY: ("surface", "line"),
    Kind.GHOST: ("", ""),
    Kind.LINK: ("", ""),
    Kind.DANGER: ("surface", "line"),
}


class Button(PaintedButton):
    """A button of 28, 32 or 40 pixels, with an icon before or after its words.

    `kind` is "primary", "secondary", "ghost", "link" or "danger"; `wide` lets it fill its column.
    """

    def __init__(
        self,
        text: str,
        kind: str = "secondary",
        *,
        size: int = 32,
        icon: str = "",
        trailing: str = "",
        wide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._kind, self._size = Kind(kind), size
        self._icon, self._trailing = icon, trailing
        super().__init__(text, parent)
        self.focus_radius = 8 if size >= 40 else 7
        if wide:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> Kind:
        """How much the button asks for attention."""
        return self._kind

    def set_kind(self, kind: str) -> None:
        """Change how much the button asks for attention."""
        self._kind = Kind(kind)
        self._restyle()

    def set_icon(self, icon: str) -> None:
        """Show another icon before the words, or none."""
        self._icon = icon
        self._restyle()

    def set_trailing(self, icon: str) -> None:
        """Show another icon after the words, or none."""
        self._trailing = icon
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the size of the words, the icons and the padding."""
        return QSize(int(self._content_width()) + 2 * self._padding() + 1, THEME.px(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the button in its state."""
        painter = QPainter(self)
        fill, edge, ink = self._look()
        rounded(painter, QRectF(self.rect()), self.focus_radius, fill, edge)
        middle = self.height() / 2
        start = x = max(0.0, (self.width() - self._content_width()) / 2)
        if self._icon:
            THEME.paint_icon(painter, self._icon, square(x, middle, THEME.px(_ICON)), ink)
            x += THEME.px(_ICON) + _GAP
        room = self.width() - x - start - (THEME.px(_ICON) + 6 if self._trailing else 0)
        area = QRectF(x, 0, room + 1, self.height())
        line_of_text(painter, area, self.text(), self._role(), ink)
        if self._trailing:
            end = self.width() - start - THEME.px(_ICON)
            THEME.paint_icon(painter, self._trailing, square(end, middle, THEME.px(_ICON)), ink)

    def _look(self) -> tuple[str, str, str]:
        fill, edge, ink, over, pressed = _LOOKS[self._kind]
        if not self.isEnabled():
            return (*_OFF[self._kind], "disabled")
        if self.isDown() or self.isChecked():
            return pressed, edge, ink
        return (over if self.hovered else fill), edge, ink

    def _role(self) -> str:
        if self._size < 32:
            return "smallM"
        return "bodyS" if self._kind is Kind.PRIMARY or self._size >= 40 else "bodyM"

    def _padding(self) -> int:
        return {28: 10, 32: 12, 40: 20}.get(self._size, 4)

    def _content_width(self) -> float:
        width = THEME.width(self.text(), self._role())
        width += THEME.px(_ICON) + _GAP if self._icon else 0
        return width + (THEME.px(_ICON) + 6 if self._trailing else 0)
