"""The card of a model: a radio button with a name, a hint and a price."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import RIGHT, line_of_text, rounded, square
from app.ui.plain_text import plain_tooltip
from app.ui.style import paint_radio
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton
from app.ui.widgets.pill import paint_pill
from app.ui.widgets.tone import Tone

_ICON = 14


class ModelCard(PaintedButton):
    """One model to choose, 64 pixels high; several in an exclusive QButtonGroup.

    `mark` is what speaks against the model: it stands before the hint, which gives way to it.
    """

    focus_radius = 10

    def __init__(
        self,
        name: str,
        hint: str,
        price: str,
        unit: str = "per 1,000 rows",
        *,
        badge: str = "",
        mark: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._hint, self._price, self._unit, self._badge = hint, price, unit, badge
        self._mark = mark
        super().__init__(name, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    def set_price(self, price: str, unit: str = "per 1,000 rows") -> None:
        """Show another price."""
        self._price, self._unit = price, unit
        self._describe()
        self.update()

    def set_badge(self, badge: str) -> None:
        """Show a short word beside the name, such as Suggested, or none."""
        self._badge = badge
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a width that leaves the hint readable."""
        return QSize(THEME.px(420), THEME.px(64))

    def minimumSizeHint(self) -> QSize:
        """Return the width of name and price; the hint is elided first."""
        width = THEME.width(self.text(), "bodyS") + self._price_width() + 160
        return QSize(int(width), THEME.px(64))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card in its state."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.isChecked():
            rounded(painter, area, 10, "accentSoft", "accent", 2)
        elif self.hovered:
            rounded(painter, area, 10, "hover", "line")
        else:
            rounded(painter, area, 10, "surface", "line")
        size = THEME.px(16)
        circle = QRectF(16, round((area.height() - size) / 2), size, size)
        paint_radio(painter, circle, on=self.isChecked(), enabled=self.isEnabled())
        line = THEME.line("bodyS")
        top = round(area.height() / 2) - line - 1
        self._paint_words(painter, QRectF(30 + size, top, 0, line))
        self._paint_price(painter, top, line)

    def _paint_words(self, painter: QPainter, first: QRectF) -> None:
        room = self.width() - first.left() - self._price_width() - 32
        first.setWidth(room)
        line_of_text(painter, first, self.text(), "bodyS", self._ink("text"))
        used = THEME.width(self.text(), "bodyS") + 10
        if self._badge and used < room:
            paint_pill(painter, first.adjusted(used, 0, 0, 0), self._badge, Tone.OK, "")
        second = QRectF(first.left(), first.bottom() + 1, room, first.height())
        if self._mark:
            second.setLeft(second.left() + self._paint_mark(painter, second))
        line_of_text(painter, second, self._hint, "small", self._ink("text2"))

    def _paint_mark(self, painter: QPainter, area: QRectF) -> float:
        """Draw the mark at the left of an area, and return how much of it that takes."""
        size = THEME.px(_ICON)
        usable = self.isEnabled()
        # What cannot be chosen needs no warning, only its reason.
        icon, tint = ("triangle-alert", "warn") if usable else ("circle-slash", "text3")
        THEME.paint_icon(painter, icon, square(area.left(), area.center().y(), size), tint)
        words = area.adjusted(size + 6, 0, 0, 0)
        line_of_text(painter, words, self._mark, "smallM", "warnText" if usable else "text2")
        return size + 6 + THEME.width(self._mark, "smallM") + 10

    def _ink(self, usual: str) -> str:
        return usual if self.isEnabled() else "disabled"

    def _paint_price(self, painter: QPainter, top: float, line: float) -> None:
        width = self._price_width()
        left = self.width() - width - 16
        area = QRectF(left, top, width, line)
        line_of_text(painter, area, self._price, "bodyS", self._ink("text"), RIGHT)
        below = QRectF(left, top + line + 1, width, line)
        line_of_text(painter, below, self._unit, "small", "text2", RIGHT)

    def _price_width(self) -> float:
        return max(THEME.width(self._price, "bodyS"), THEME.width(self._unit, "small")) + 2

    def _describe(self) -> None:
        parts = (self._badge, self._mark, self._hint, f"{self._price} {self._unit}".strip())
        self.setAccessibleDescription(". ".join(part for part in parts if part))
        plain_tooltip(self, ". ".join(part for part in (self._mark, self._hint) if part))
