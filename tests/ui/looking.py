"""Looking at what was painted, for tests that trust pixels more than properties."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget


def picture(widget: QWidget) -> QImage:
    """Return what a widget paints."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def ink_width(image: QImage, area: QRect | None = None) -> int:
    """Return how wide the marks on an even background are, from the first to the last."""
    area = (area or image.rect()).intersected(image.rect())
    paper = image.pixel(area.right(), area.top())
    marked = [
        x
        for x in range(area.left(), area.right() + 1)
        if any(image.pixel(x, y) != paper for y in range(area.top(), area.bottom() + 1))
    ]
    return marked[-1] - marked[0] + 1 if marked else 0
