"""The card of a sample: a spreadsheet to try Sheaf with."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.layouts import column
from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.label import Label
from app.ui.widgets.painted_button import PaintedButton

_PADDING = 16
_TILE = 32
_HEAD = 60


class SampleCard(PaintedButton):
    """Title, number of rows, and the question that the sample answers; 116 pixels high or more.

    `tint` is the letter of a chip colour, "A" to "D".
    """

    focus_radius = 12

    def __init__(
        self,
        title: str,
        rows: str,
        hint: str,
        icon: str,
        tint: str,
        *,
        parent: QWidget | None = None,
    ) -> None:
        self._rows, self._icon, self._tint = rows, icon, tint
        super().__init__(title, parent)
        self.setAccessibleName(f"Try the sample {title}, {rows}")
        self.setAccessibleDescription(hint)
        self._hint = Label(hint, "body", "text2", wrap=True)
        self._lines = column(self._hint, None, gap=0)
        self.setLayout(self._lines)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._resize()
        THEME.changed.connect(self._resize)

    def sizeHint(self) -> QSize:
        """Return the card's height; cards share the width."""
        return QSize(THEME.px(240), self._height())

    def minimumSizeHint(self) -> QSize:
        """Return the size at which three cards still stand side by side in the least window."""
        return QSize(THEME.px(180), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the question the lines that it needs at this width."""
        super().resizeEvent(event)
        self.setMinimumHeight(self._height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, its icon on a tile, and the two lines beside it."""
        painter = QPainter(self)
        pressed = self.isDown()
        fill = "selected" if pressed else "hover" if self.hovered else "surface"
        edge = "lineStrong" if self.hovered or pressed else "line"
        rounded(painter, QRectF(self.rect()), 12, fill, edge)
        tile = QRectF(_PADDING, _PADDING, _TILE, _TILE)
        rounded(painter, tile, 8, f"chip{self._tint}")
        sign = square(tile.left() + 8, tile.center().y(), 16)
        THEME.paint_icon(painter, self._icon, sign, f"chip{self._tint}Text")
        left = tile.right() + 12
        first, second = THEME.line("bodyS"), THEME.line("small")
        top = tile.center().y() - (first + second) / 2
        width = self.width() - left - _PADDING
        line_of_text(painter, QRectF(left, top, width, first), self.text(), "bodyS")
        below = QRectF(left, top + first, width, second)
        line_of_text(painter, below, self._rows, "small", "text2")

    def _height(self) -> int:
        question = self._hint.heightForWidth(self.width() - 2 * _PADDING)
        return max(THEME.px(116), THEME.px(_HEAD) + question + _PADDING)

    @Slot()
    def _resize(self) -> None:
        self._lines.setContentsMargins(_PADDING, THEME.px(_HEAD), _PADDING, 0)
        self.setMinimumHeight(self._height())
        self.updateGeometry()
