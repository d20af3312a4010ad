"""Where a price was expected to end, and where it ended."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.paint import CENTRE, LEFT, RIGHT, line_of_text, rounded
from app.ui.theme import THEME

_TRACK, _TICK, _DOT = 12, 4, 6
_GAP = 8


@dataclass(frozen=True, slots=True)
class RangePoint:
    """A place on the scale and what is written there; blank writes nothing."""

    amount: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class RangeShown:
    """A range with its two ends, what was forecast within it, and the bill once there is one."""

    low: RangePoint
    high: RangePoint
    forecast: RangePoint
    bill: RangePoint | None = None


class RangeBar(QWidget):
    """A track with the range on it, a tick for the forecast and a dot for the bill."""

    def __init__(self, *, labelled: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: RangeShown | None = None
        self._labelled = labelled
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def show_range(self, shown: RangeShown, *, faded: bool = False) -> None:
        """Show a range; a faded one is the last known while a new one is counted."""
        self._shown, self._faded = shown, faded
        said = [shown.forecast.words, f"range {shown.low.words} to {shown.high.words}"]
        said += [shown.bill.words] if shown.bill else []
        self.setAccessibleName(", ".join(filter(None, said)))
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the height of the track, and of the words over and under it."""
        words = THEME.line("small") + THEME.line("bodyS") + 8 if self._labelled else 0
        return QSize(THEME.px(240), _TRACK + 2 * _TICK + words)

    def minimumSizeHint(self) -> QSize:
        """Return the width in which the words can be told apart."""
        return QSize(THEME.px(180), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track, the range, the tick and the dot, and the words beside them."""
        if self._shown is None:
            return
        painter = QPainter(self)
        above = THEME.line("small") + 2 if self._labelled else 0
        track = QRectF(0, above + _TICK, self.width(), _TRACK)
        rounded(painter, track, _TRACK / 2, "track")
        self._paint_range(painter, track)
        self._paint_forecast(painter, track)
        if self._shown.bill is not None:
            self._paint_bill(painter, track, self._shown.bill)
        if self._labelled:
            self._paint_words(painter, track)

    def _paint_range(self, painter: QPainter, track: QRectF) -> None:
        if (shown := self._shown) is not None:
            left, right = self._x(shown.low.amount), self._x(shown.high.amount)
            span = QRectF(left, track.top(), max(right - left, _TRACK), _TRACK)
            rounded(painter, span, 3, "accentSoft", "text3" if self._faded else "accent", 1.25)

    def _paint_forecast(self, painter: QPainter, track: QRectF) -> None:
        if (shown := self._shown) is not None:
            x = round(self._x(shown.forecast.amount)) - 1
            tick = QRectF(x, track.top() - _TICK, 2, _TRACK + 2 * _TICK)
            painter.fillRect(tick, THEME.colour("text3" if self._faded else "text"))

    def _paint_bill(self, painter: QPainter, track: QRectF, bill: RangePoint) -> None:
        centre = QPointF(self._x(bill.amount), track.center().y())
        painter.setPen(QPen(THEME.colour("surface"), 2))
        painter.setBrush(THEME.colour("accent"))
        painter.drawEllipse(centre, _DOT + 1, _DOT + 1)

    def _paint_words(self, painter: QPainter, track: QRectF) -> None:
        shown = self._shown
        if shown is None:
            return
        above = QRectF(0, 0, self.width(), THEME.line("small"))
        over = self._centred(shown.forecast, "small", above)
        line_of_text(painter, over, shown.forecast.words, "small", "text2", CENTRE)
        below = QRectF(0, track.bottom() + _TICK + 4, self.width(), THEME.line("bodyS"))
        if shown.bill is not None:
            spot = self._centred(shown.bill, "bodyS", below)
            line_of_text(painter, spot, shown.bill.words, "bodyS", "text", CENTRE)
        low, high = self._low_and_high(shown, below)
        for area, point, side in ((low, shown.low, LEFT), (high, shown.high, RIGHT)):
            if area.left() >= 0 and area.right() <= self.width() + 1:
                line_of_text(painter, area, point.words, "small", "text2", side)

    def _low_and_high(self, shown: RangeShown, line: QRectF) -> tuple[QRectF, QRectF]:
        """Return where the ends of the range are written, clear of each other and of the bill."""
        low, high = self._ends(shown, line)
        if shown.bill is None:
            return low, high
        spot = self._centred(shown.bill, "bodyS", line)
        low, high = _clear(low, spot, after=False), _clear(high, spot, after=True)
        if low.right() + _GAP > high.left():
            # The bill lies beyond one end: that end gives way further.
            if spot.left() > high.left():
                low.moveRight(high.left() - _GAP)
            else:
                high.moveLeft(low.right() + _GAP)
        return low, high

    def _ends(self, shown: RangeShown, line: QRectF) -> tuple[QRectF, QRectF]:
        """Return where the ends are written without a bill: under them, on the inside."""
        low = QRectF(line)
        low.setLeft(self._x(shown.low.amount))
        low.setWidth(THEME.width(shown.low.words, "small") + 1)
        high = QRectF(line)
        high.setWidth(THEME.width(shown.high.words, "small") + 1)
        high.moveRight(self._x(shown.high.amount))
        if low.right() + _GAP > high.left():
            low.moveRight(self._x(shown.low.amount))
            high.moveLeft(self._x(shown.high.amount))
        return low, high

    def _centred(self, point: RangePoint, role: str, line: QRectF) -> QRectF:
        """Return the place of words under or over a point, inside the bar."""
        width = THEME.width(point.words, role) + 2
        left = min(max(0.0, self._x(point.amount) - width / 2), self.width() - width)
        return QRectF(left, line.top(), width, line.height())

    def _x(self, amount: float) -> float:
        """Return where an amount lies; the scale is slightly wider than all that it shows."""
        shown = self._shown
        if shown is None:
            return 0.0
        points = [shown.low, shown.high, shown.forecast] + ([shown.bill] if shown.bill else [])
        least, most = min(p.amount for p in points), max(p.amount for p in points)
        room = (most - least) * 0.4 or abs(most) * 0.1 or 1.0
        first = max(0.0, least - room)
        share = (amount - first) / (most + room - first)
        return _DOT + share * (self.width() - 2 * _DOT)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


def _clear(area: QRectF, spot: QRectF, *, after: bool) -> QRectF:
    """Return a place for the words of an end that does not touch those of the bill."""
    if area.right() + _GAP <= spot.left() or area.left() >= spot.right() + _GAP:
        return area
    moved = QRectF(area)
    if after:
        moved.moveLeft(spot.right() + _GAP)
    else:
        moved.moveRight(spot.left() - _GAP)
    return moved
