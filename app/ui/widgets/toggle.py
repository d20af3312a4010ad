"""The switch for a setting that takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.paint import rounded
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton


def paint_toggle(painter: QPainter, box: QRectF, *, on: bool, enabled: bool) -> None:
    """Draw a switch of 36 x 20; off is an outline, so that the state does not hang on colour."""
    radius = box.height() / 2
    if on:
        rounded(painter, box, radius, "accent" if enabled else "disabledFill")
        size = box.height() - 6
        knob = QRectF(box.right() - size - 3, box.top() + 3, size, size)
        rounded(painter, knob, knob.height() / 2, "onAccent" if enabled else "disabled")
        return
    ink = "input" if enabled else "lineStrong"
    rounded(painter, box, radius, "surface" if enabled else "disabledFill", ink, 1.25)
    knob = QRectF(box.left() + 4, box.top() + 4, box.height() - 8, box.height() - 8)
    rounded(painter, knob, knob.height() / 2, ink)


class Toggle(PaintedButton):
    """A bare switch beside a text of its own; `name` is what a screen reader says."""

    focus_radius = 10

    def __init__(self, name: str, *, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setChecked(on)

    def sizeHint(self) -> QSize:
        """Return the switch with enough height to be hit."""
        return QSize(THEME.px(36), THEME.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the switch in the middle."""
        inset = (self.height() - THEME.px(20)) / 2
        area = QRectF(self.rect()).adjusted(0, inset, 0, -inset)
        paint_toggle(QPainter(self), area, on=self.isChecked(), enabled=self.isEnabled())
