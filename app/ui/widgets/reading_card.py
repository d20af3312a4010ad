"""The card of one way to read a text file, with a few lines of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import line_of_text, rounded
from app.ui.style import paint_radio
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton
from app.ui.widgets.pill import paint_pill
from app.ui.widgets.tone import Tone

_LINES = 3
_SPACE = 4.0

Words = Sequence[tuple[str, bool]]
"""The words of a line, and whether the other reading has them otherwise."""


class ReadingCard(PaintedButton):
    """A reading to choose: its name, where it is usual, and three lines with what differs."""

    focus_radius = 10

    def __init__(self, *, parent: QWidget | None = None) -> None:
        self._about, self._badge = "", ""
        self._lines: Sequence[Words] = ()
        super().__init__("", parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_reading(self, name: str, about: str, lines: Sequence[Words], *, badge: str) -> None:
        """Show another reading; `badge` is a short word beside its name, or nothing."""
        self._about, self._lines, self._badge = about, lines[:_LINES], badge
        self.setText(name)
        said = (badge, about, *(" ".join(word for word, _ in line) for line in lines))
        self.setAccessibleDescription(". ".join(part for part in said if part))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the name and three lines."""
        line = THEME.line("body") + 2
        height = 2 * 12 + 2 * THEME.line("bodyS") + 8 + _LINES * line
        return QSize(THEME.px(300), round(height))

    def minimumSizeHint(self) -> QSize:
        """Return a narrow width: lines are shortened first."""
        return QSize(THEME.px(180), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card in its state."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.isChecked():
            rounded(painter, area, 10, "accentSoft", "accent", 2)
        else:
            rounded(painter, area, 10, "hover" if self.hovered else "surface", "line")
        size, line = THEME.px(16), THEME.line("bodyS")
        circle = QRectF(16, 12 + (line - size) / 2, size, size)
        paint_radio(painter, circle, on=self.isChecked(), enabled=self.isEnabled())
        left = 16 + size + 12
        self._paint_name(painter, QRectF(left, 12, area.width() - left - 12, line))
        top = 12 + 2 * line + 8
        for words in self._lines:
            self._paint_line(painter, left, top, words)
            top += THEME.line("body") + 2

    def _paint_name(self, painter: QPainter, first: QRectF) -> None:
        line_of_text(painter, first, self.text(), "bodyS")
        used = THEME.width(self.text(), "bodyS") + 10
        if self._badge and used + THEME.width(self._badge, "smallM") + 16 < first.width():
            paint_pill(painter, first.adjusted(used, 0, 0, 0), self._badge, Tone.OK, "")
        about = first.translated(0, first.height())
        line_of_text(painter, about, self._about, "small", "text2")

    def _paint_line(self, painter: QPainter, left: float, top: float, words: Words) -> None:
        end, height = self.width() - 12.0, THEME.line("body")
        for word, differs in words:
            width = THEME.width(word, "body")
            if left >= end:
                return
            place = QRectF(left, top, min(width, end - left), height)
            if differs:
                box = place.adjusted(-3, 1, 3, -1)
                rounded(painter, box, 4, "warnSoft", "warn")
            line_of_text(painter, place, word, "body", "warnText" if differs else "text")
            left += width + _SPACE
