"""The few strokes that painted controls are made of."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.ui.theme import THEME

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def rounded(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: str = "",
    edge: str = "",
    width: float = 1.0,
) -> None:
    """Draw a rounded box; the edge lies inside the rectangle, so that it is crisp."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(THEME.colour(edge), width) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(THEME.colour(fill) if fill else Qt.BrushStyle.NoBrush)
    inset = width / 2 if edge else 0.0
    box = rect.adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(box, radius - inset, radius - inset)


def dashed(
    painter: QPainter, rect: QRectF, radius: float, fill: str, edge: str, width: float
) -> None:
    """Draw a rounded box with a broken edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(THEME.colour(edge), width)
    pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(THEME.colour(fill))
    inset = width / 2
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def line_of_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str = "body",
    ink: str = "text",
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line of plain text, shortened to the width that there is."""
    painter.setFont(THEME.font(role))
    painter.setPen(THEME.colour(ink))
    # Half a pixel of rounding must not cost a letter.
    painter.drawText(rect, align.value, THEME.elided(text, role, rect.width() + 1))


def round_path(rect: QRectF, radius: float) -> QPainterPath:
    """Return the outline of a rounded box."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def hatch(painter: QPainter, path: QPainterPath) -> None:
    """Fill an outline with the slanted stripes that mean work in progress."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path, THEME.colour("accentSoft"))
    painter.setClipPath(path)
    painter.setPen(QPen(THEME.colour("accent"), 2))
    box = path.boundingRect()
    start = box.left() - box.height()
    for step in range(int((box.width() + box.height()) / 6) + 1):
        foot = start + 6 * step
        painter.drawLine(QPointF(foot, box.bottom()), QPointF(foot + box.height(), box.top()))
    painter.restore()


def whole(rect: QRectF) -> QRectF:
    """Return a rectangle on whole pixels, where icons are sharp."""
    return QRectF(round(rect.x()), round(rect.y()), rect.width(), rect.height())


def square(x: float, middle: float, size: float) -> QRectF:
    """Return the square for an icon that starts at x, centred on a line."""
    return whole(QRectF(x, middle - size / 2, size, size))
