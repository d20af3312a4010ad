"""How often one answer was given."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import RIGHT, line_of_text, rounded
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_UNDER_ONE, _HALF_A_PERCENT = "under 1%", 0.005


class DistributionRow(PaintedButton):
    """A label, its count, its percent and a bar as long as its share of all answers.

    It is a button: choosing it shows only those rows.
    """

    focus_radius = 4

    def __init__(
        self,
        text: str,
        count: int,
        share: float,
        *,
        ink: str = "c1",
        parent: QWidget | None = None,
    ) -> None:
        self._count, self._share, self._ink = f"{count:,}", share, ink
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{text}, {self._count} rows, {self._percent()[:-1]} percent")
        plain_tooltip(self, text)

    def sizeHint(self) -> QSize:
        """Return the height of the line and the bar."""
        return QSize(THEME.px(140), THEME.line("body") + 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the figures over the bar."""
        painter = QPainter(self)
        if self.hovered or self.isChecked():
            fill = "accentSoft" if self.isChecked() else "hover"
            rounded(painter, QRectF(self.rect()), 4, fill)
        line = THEME.line("body")
        percent = THEME.width(_UNDER_ONE, "small") + 4
        count = THEME.width(self._count, "body") + 4
        ends = self.width() - percent
        name = QRectF(0, 0, ends - count - 6, line)
        ink = "accentText" if self.isChecked() else "text"
        line_of_text(painter, name, self.text(), "body", ink)
        line_of_text(painter, QRectF(ends - count, 0, count, line), self._count, "body", ink, RIGHT)
        right = QRectF(ends, 0, percent, line)
        line_of_text(painter, right, self._percent(), "small", "text2", RIGHT)
        track = QRectF(0, line + 2, self.width(), 6)
        rounded(painter, track, 3, "track")
        if self._share > 0:
            track.setWidth(max(6.0, track.width() * min(self._share, 1.0)))
            rounded(painter, track, 3, self._ink)

    def _percent(self) -> str:
        """Write the share; a label that was used is never said to be none of the answers."""
        return _UNDER_ONE if 0 < self._share < _HALF_A_PERCENT else f"{self._share:.0%}"
