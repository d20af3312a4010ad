"""The status pill: icon, words and colour together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.tone import Tone

_ROLE = "smallM"
_ICON = 14


def pill_width(text: str, icon: str) -> float:
    """Return how wide a pill is that shows this."""
    return THEME.width(text, _ROLE) + 16 + (THEME.px(_ICON) + 4 if icon else 0)


def paint_pill(painter: QPainter, area: QRectF, text: str, tone: Tone, icon: str) -> None:
    """Draw a pill at the left of an area, centred in its height, shortened if need be."""
    height = THEME.px(22)
    width = min(pill_width(text, icon) + 1, area.width())
    box = QRectF(area.left(), round(area.center().y() - height / 2), width, height)
    # Without an icon it is a tag rather than a status, and less round.
    rounded(painter, box, height / 2 if icon else 6, tone.soft)
    x = box.left() + 8
    if icon:
        THEME.paint_icon(painter, icon, square(x - 1, box.center().y(), THEME.px(_ICON)), tone.ink)
        x += THEME.px(_ICON) + 4
    room = QRectF(x, box.top(), box.right() - x - 7, box.height())
    line_of_text(painter, room, text, _ROLE, tone.ink)


class Pill(QLabel):
    """A status in words, 22 pixels high; screen readers read it as text."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = Tone.NEUTRAL,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone, self._icon = tone, icon
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(text)
        THEME.changed.connect(self._restyle)

    @property
    def tone(self) -> Tone:
        """The tone that the pill is drawn in."""
        return self._tone

    def show_status(self, text: str, tone: Tone, icon: str = "") -> None:
        """Show another status."""
        self._tone, self._icon = tone, icon
        self.setText(text)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the size of the words and the icon."""
        return QSize(int(pill_width(self.text(), self._icon)) + 2, THEME.px(22))

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the words would be cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill."""
        paint_pill(QPainter(self), QRectF(self.rect()), self.text(), self._tone, self._icon)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
